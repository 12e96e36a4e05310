-- A file that is copied and worked on in two places is two copies, and their rows have to meet again.
-- So every row that another copy could send has an id that is the same everywhere, says in which copy
-- it was made, and a number that counts up there: what a colleague has not seen yet is what comes after
-- a number, and a gap shows.
create table copy (
    row     integer primary key,
    id      text    not null unique check (length(id) = 36),   -- UUID, version 7
    made_ms integer not null
) strict;

-- Which copy this very file is: found somewhere else than it was last written, it is another one from
-- then on. The number goes on counting where the former copy was.
create table here (
    only  integer primary key check (only = 1),        -- one row
    copy  integer not null,
    place text    not null,                            -- device and number of the file, or its path
    seq   integer not null check (seq >= 0),           -- the last one given
    constraint here_copy foreign key (copy) references copy (row)
) strict;

insert into copy (id, made_ms)
select format('%08x-%04x-7%03x-%04x-%012x', (created_ms >> 16) & 0xffffffff, created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), created_ms from case_file;
insert into here (only, copy, place, seq) select 1, row, '', 0 from copy;

create trigger copy_is_kept_update before update on copy begin select raise(abort, 'copy is append-only'); end;
create trigger copy_is_kept_delete before delete on copy begin select raise(abort, 'copy is append-only'); end;

-- What is stored as JSON says in which shape. A name is released once (core/src/formats.rs) and never
-- changes its meaning.
create table format (
    row  integer primary key,
    name text    not null unique check (length(name) > 0)      -- `casebook/draft/1`
) strict;

create trigger format_is_kept_update before update on format begin select raise(abort, 'format is append-only'); end;
create trigger format_is_kept_delete before delete on format begin select raise(abort, 'format is append-only'); end;
