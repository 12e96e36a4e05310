-- Video and sound are items too, and a check cannot be altered: what kinds there are stands in tables
-- of words, to which a row can be added. A part says of what kind it is. A picture, and what is longer,
-- is kept in pieces of at most a mebibyte, so that a minute of a long video is read without the rest.
create table item_kind (word text primary key) strict, without rowid;
insert into item_kind values ('text'), ('image'), ('video'), ('audio'), ('bundle');

create table part_kind (word text primary key) strict, without rowid;
insert into part_kind values ('text'), ('image'), ('video'), ('audio');

create table source_kind (word text primary key) strict, without rowid;
insert into source_kind values ('jsonl'), ('csv'), ('folder'), ('label-studio'), ('parquet');

create table wide_item (
    row                 integer primary key,
    id                  text    not null unique check (length(id) > 0),   -- the sender's
    kind                text    not null,
    content_sha256      blob    not null check (length(content_sha256) = 32),
    language            text,                          -- declared, or detected with the confidence beside it
    language_base       text,                          -- `en` of `en-GB`: what filters compare
    language_confidence real    check (language_confidence between 0 and 1),
    market              text,
    author              text,
    reach_per_hour      real    check (reach_per_hour >= 0),
    flagged_at          text,                          -- RFC 3339 as the sender wrote it
    labels              text    check (json_valid(labels)),
    imported_ms         integer not null,
    urgency             real    not null,              -- reports × reach: knows no model
    flagged_ms          integer not null,              -- when it was imported, where the sender gave no time
    chance              integer not null,              -- hash of the id: one random order for everyone
    reviews             integer not null default 0 check (reviews >= 0),   -- reviewers with a current annotation that counts
    risk                real,                          -- the key of core/src/risk.rs, null where unscored
    restricted          integer not null default 0 check (restricted in (0, 1)),   -- the child-safety lane
    risk_severity       integer check (risk_severity between 1 and 4),
    risk_p              real    check (risk_p between 0 and 1),
    constraint item_kind foreign key (kind) references item_kind (word)
) strict;

insert into wide_item (row, id, kind, content_sha256, language, language_base, language_confidence, market, author,
    reach_per_hour, flagged_at, labels, imported_ms, urgency, flagged_ms, chance, reviews, risk, restricted,
    risk_severity, risk_p)
select row, id, kind, content_sha256, language, language_base, language_confidence, market, author,
    reach_per_hour, flagged_at, labels, imported_ms, urgency, flagged_ms, chance, reviews, risk, restricted,
    risk_severity, risk_p from item;

create table wide_part (
    item     integer not null,
    position integer not null check (position >= 0),
    kind     text    not null,
    role     text    not null,
    text     text,
    media    blob    check (length(media) = 32),
    primary key (item, position),
    constraint part_is_text_or_media check ((text is null) <> (media is null) and (kind = 'text') = (media is null)),
    constraint part_item  foreign key (item)  references item (row),
    constraint part_kind  foreign key (kind)  references part_kind (word),
    constraint part_media foreign key (media) references media (sha256)
) strict, without rowid;

insert into wide_part (item, position, kind, role, text, media)
select item, position, iif(media is null, 'text', 'image'), role, text, media from part;

-- What may be shown: re-encoded, and a covered rendition made at import, so that a page which has only the
-- covered one cannot show more. The original file is never stored.
create table wide_media (
    sha256      blob    primary key check (length(sha256) = 32),   -- of the whole rendition
    kind        text    not null,
    width       integer check (width > 0),
    height      integer check (height > 0),
    duration_ms integer check (duration_ms >= 0),
    pixel_hash  integer,                               -- 64 bits, for near-duplicates
    constraint media_kind foreign key (kind) references part_kind (word)
) strict;

insert into wide_media (sha256, kind, width, height, duration_ms, pixel_hash)
select sha256, 'image', width, height, null, pixel_hash from media;

create table rendition (
    row   integer primary key,
    media blob    not null,
    name  text    not null check (name in ('full', 'covered')),
    type  text    not null,                            -- `image/png`
    bytes integer not null check (bytes >= 0),
    unique (media, name),
    constraint rendition_media foreign key (media) references media (sha256)
) strict;

insert into rendition (media, name, type, bytes)
select sha256, 'full', full_type, length(full) from media
union all select sha256, 'covered', covered_type, length(covered) from media;

create table chunk (
    rendition integer not null,
    n         integer not null check (n >= 0),
    bytes     blob    not null check (length(bytes) between 1 and 1048576),
    constraint chunk_rendition foreign key (rendition) references rendition (row)
) strict;

create unique index chunk_of_rendition on chunk (rendition, n);

-- Piece by piece: every piece but the last has 1 MiB.
with recursive piece (rendition, n, rest) as (
    select r.row, 0, iif(r.name = 'full', m.full, m.covered)
    from rendition r join media m on m.sha256 = r.media where r.bytes > 0
    union all
    select rendition, n + 1, substr(rest, 1048577) from piece where length(rest) > 1048576
)
insert into chunk (rendition, n, bytes) select rendition, n, substr(rest, 1, 1048576) from piece;

create table wide_source (
    id          integer primary key,
    key         text    not null unique,               -- canonical path
    kind        text    not null,
    fingerprint text,
    lines_done  integer not null default 0,
    bytes_done  integer not null default 0,
    items_done  integer not null default 0,            -- lines that are items now, new or there before
    finished    integer not null default 0 check (finished in (0, 1)),
    created_ms  integer not null,
    constraint source_kind foreign key (kind) references source_kind (word)
) strict;

insert into wide_source (id, key, kind, fingerprint, lines_done, bytes_done, items_done, finished, created_ms)
select id, key, kind, fingerprint, lines_done, bytes_done, items_done, finished, created_ms from source;

drop table item;
drop table part;
drop table media;
drop table source;
alter table wide_item rename to item;
alter table wide_part rename to part;
alter table wide_media rename to media;
alter table wide_source rename to source;

-- `reviews` leads, so that what is done drops out of the walk instead of being stepped over.
create index item_by_urgency on item (reviews, urgency desc);
create index item_by_age     on item (reviews, flagged_ms);
create index item_by_chance  on item (reviews, chance);
create index item_by_risk    on item (reviews, risk desc) where risk is not null;
-- Counting a filtered queue reads this instead of every item.
create index item_by_filter  on item (reviews, language_base, market);
-- What every list leaves out, without reading all items for it.
create index item_restricted on item (row) where restricted = 1;

create trigger item_content_is_kept before update of
    row, id, kind, content_sha256, language, language_base, language_confidence, market, author, reach_per_hour,
    flagged_at, labels, imported_ms on item
begin select raise(abort, 'the content of an item is append-only'); end;
create trigger item_is_kept before delete on item begin select raise(abort, 'item is append-only'); end;
create trigger part_is_kept_update before update on part begin select raise(abort, 'part is append-only'); end;
create trigger part_is_kept_delete before delete on part begin select raise(abort, 'part is append-only'); end;
create trigger media_is_kept_update before update on media begin select raise(abort, 'media is append-only'); end;
create trigger media_is_kept_delete before delete on media begin select raise(abort, 'media is append-only'); end;
create trigger rendition_is_kept_update before update on rendition begin select raise(abort, 'rendition is append-only'); end;
create trigger rendition_is_kept_delete before delete on rendition begin select raise(abort, 'rendition is append-only'); end;
create trigger chunk_is_kept_update before update on chunk begin select raise(abort, 'chunk is append-only'); end;
create trigger chunk_is_kept_delete before delete on chunk begin select raise(abort, 'chunk is append-only'); end;
