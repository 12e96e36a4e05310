-- What is known of an item later is taken: reports, reach, labels and the like that a source says of an item which is
-- there already. The newest counts and stands with the item; every statement is kept, with its source, what it replaced
-- and when, so that raters who contradict each other are votes and not "the first one wins".
create table statement (
    row    integer primary key,
    id     text    not null unique check (length(id) = 36),
    copy   integer not null,
    seq    integer not null,
    item   integer not null,
    source integer,
    run    integer,                                    -- of the source, as in source_batch
    line   integer,                                    -- of the source, null where an earlier import said it
    field  text    not null check (length(field) > 0), -- `reports`, `labels.spam`
    value  text    not null check (json_valid(value)),
    was    text    check (json_valid(was)),            -- null where nothing was known
    at_ms  integer not null,
    unique (copy, seq),
    constraint statement_copy   foreign key (copy)   references copy (row),
    constraint statement_item   foreign key (item)   references item (row),
    constraint statement_source foreign key (source) references source (id)
) strict;

create index statement_of_item on statement (item, field, row);

create trigger statement_is_kept_update before update on statement begin select raise(abort, 'statement is append-only'); end;
create trigger statement_is_kept_delete before delete on statement begin select raise(abort, 'statement is append-only'); end;

create trigger statement_is_kept_insert before insert on statement
when exists (select 1 from statement where row = new.row)
  or exists (select 1 from statement where copy = new.copy and seq = new.seq)
  or exists (select 1 from statement where id = new.id)
begin select raise(abort, 'statement is append-only'); end;

-- The newest reports stand with the item, those they replace in `statement`.
drop trigger report_is_kept_update;
drop trigger report_is_kept_delete;
drop trigger if exists report_is_kept_insert;

-- What an item is stays what it is; what is known of it may grow.
drop trigger item_content_is_kept;
create trigger item_content_is_kept before update of row, id, kind, content_sha256, imported_ms on item
begin select raise(abort, 'the content of an item is append-only'); end;

-- A guess is no fact: a language that was detected without being sure is unknown to whoever filters, and found as such.
update item set language_base = 'und' where language_base is null or language_confidence < 0.5;

-- Which items an import brought: those of one transaction follow each other. So an import can be taken back.
create table source_batch (
    source integer not null,
    first  integer not null,
    last   integer not null check (last >= first),
    run    integer not null,                           -- of the source, which is read again where the file changed
    at_ms  integer not null,
    primary key (source, first),
    constraint source_batch_source foreign key (source) references source (id)
) strict, without rowid;

create index source_batch_by_row on source_batch (first);

-- What was taken of a source and what was left, by name: columns, files, values.
create table source_tally (
    source integer not null,
    kind   text    not null check (kind in ('taken', 'column', 'value', 'file', 'passed_over')),
    name   text    not null,
    rule   text    not null,
    n      integer not null check (n > 0),
    line   integer,                                    -- the first of them
    value  text,
    primary key (source, kind, name, rule),
    constraint source_tally_source foreign key (source) references source (id)
) strict, without rowid;

-- How a source was asked for, so that the next time one need not map its columns again.
alter table source add column run integer not null default 1;
alter table source add column request text check (json_valid(request));
