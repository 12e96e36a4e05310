-- Label Studio's tasks and Parquet files are sources too. A check cannot be altered, so both tables
-- are made anew: refusals point at sources, and what points somewhere is held to it inside a migration.
create table kept_source (
    id          integer primary key,
    key         text    not null unique,
    kind        text    not null check (kind in ('jsonl', 'csv', 'folder', 'label-studio', 'parquet')),
    fingerprint text,
    lines_done  integer not null default 0,
    bytes_done  integer not null default 0,
    items_done  integer not null default 0,
    finished    integer not null default 0 check (finished in (0, 1)),
    created_ms  integer not null
) strict;

create table kept_refusal (
    id     integer primary key,
    source integer not null,
    line   integer not null,
    value  text    not null,
    rule   text    not null,
    constraint refusal_source foreign key (source) references kept_source (id)
) strict;

insert into kept_source
select id, key, kind, fingerprint, lines_done, bytes_done, items_done, finished, created_ms from source;

insert into kept_refusal select id, source, line, value, rule from refusal;

drop table refusal;
drop table source;
alter table kept_source rename to source;
alter table kept_refusal rename to refusal;

create index refusal_of_source on refusal (source, id);
