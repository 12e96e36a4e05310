-- A case file is one review project that can be copied, mailed and kept: what was flagged, what
-- models and people said of it, and under which policy. Everything stands in this one file so that
-- a copy is a backup. Who reviews is kept by name here; exports carry pseudonyms made with the
-- file's own salt, so the same person is not recognised across two files.
create table case_file (
    only       integer primary key check (only = 1),   -- one row
    salt       text    not null check (length(salt) > 0),
    created_ms integer not null
) strict;

create table reviewer (
    id         integer primary key,
    name       text    not null unique check (length(name) > 0),
    created_ms integer not null
) strict;

-- A released policy name never changes meaning: the text a decision was made under stays here,
-- and the same name with another text is refused before it gets this far.
create table policy (
    name      text    primary key,                     -- `short-video@2026.11`
    sha256    text    not null check (length(sha256) = 64),
    toml      text    not null,
    loaded_ms integer not null
) strict;

create trigger case_file_is_kept_update before update on case_file begin select raise(abort, 'case_file is append-only'); end;
create trigger case_file_is_kept_delete before delete on case_file begin select raise(abort, 'case_file is append-only'); end;
create trigger policy_is_kept_update before update on policy begin select raise(abort, 'policy is append-only'); end;
create trigger policy_is_kept_delete before delete on policy begin select raise(abort, 'policy is append-only'); end;
