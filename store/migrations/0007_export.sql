-- What left this file, when and where to: the manifest holds counts, hashes, filters and the seed.
create table export (
    id         integer primary key,
    folder     text    not null,
    manifest   text    not null check (json_valid(manifest)),
    created_ms integer not null
) strict;

create trigger export_is_kept_update before update on export begin select raise(abort, 'export is append-only'); end;
create trigger export_is_kept_delete before delete on export begin select raise(abort, 'export is append-only'); end;
