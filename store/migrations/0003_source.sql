-- A source is a file or folder items were imported from, and how far that went. The mark moves in
-- the same transaction as the items before it, so an import killed at any moment goes on where it
-- stopped, and one that finished has nothing left to do. The fingerprint tells a changed file.
create table source (
    id          integer primary key,
    key         text    not null unique,               -- canonical path
    kind        text    not null check (kind in ('jsonl', 'csv', 'folder')),
    fingerprint text,
    lines_done  integer not null default 0,
    bytes_done  integer not null default 0,
    items_done  integer not null default 0,            -- lines that are items now, new or there before
    finished    integer not null default 0 check (finished in (0, 1)),
    created_ms  integer not null
) strict;

-- What was not imported, and why.
create table refusal (
    id     integer primary key,
    source integer not null,
    line   integer not null,
    value  text    not null,
    rule   text    not null,
    constraint refusal_source foreign key (source) references source (id)
) strict;

create index refusal_of_source on refusal (source, id);
