-- An item is one flagged thing as the sender gave it. Its content never changes: what was reviewed
-- must be readable next to the review for ever. The last columns are not content but what a queue
-- sorts by; they are kept here so that the next item of a million is one step into an index.
create table item (
    row                 integer primary key,
    id                  text    not null unique check (length(id) > 0),   -- the sender's
    kind                text    not null check (kind in ('text', 'image', 'bundle')),
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
    reviews             integer not null default 0 check (reviews >= 0),   -- reviewers with a current annotation
    risk                real,                          -- highest score above its threshold, null where unscored
    restricted          integer not null default 0 check (restricted in (0, 1))   -- the child-safety lane
) strict;

-- `reviews` leads, so that what is done drops out of the walk instead of being stepped over.
create index item_by_urgency on item (reviews, urgency desc);
create index item_by_age     on item (reviews, flagged_ms);
create index item_by_chance  on item (reviews, chance);
create index item_by_risk    on item (reviews, risk desc) where risk is not null;

-- Counting a filtered queue reads this instead of every item.
create index item_by_filter on item (reviews, language_base, market);

create trigger item_content_is_kept before update of
    row, id, kind, content_sha256, language, language_base, language_confidence, market, author, reach_per_hour,
    flagged_at, labels, imported_ms on item
begin select raise(abort, 'the content of an item is append-only'); end;
create trigger item_is_kept before delete on item begin select raise(abort, 'item is append-only'); end;

-- How many items have how many reviews. Counting a million rows for every item shown would cost
-- more than finding the item.
create table tally (
    reviews integer primary key check (reviews >= 0),
    items   integer not null check (items >= 0)
) strict;

create table part (
    item     integer not null,
    position integer not null check (position >= 0),
    role     text    not null,
    text     text,
    media    blob    check (length(media) = 32),
    primary key (item, position),
    constraint part_is_text_or_media check ((text is null) <> (media is null)),
    constraint part_item  foreign key (item)  references item (row),
    constraint part_media foreign key (media) references media (sha256)
) strict, without rowid;

create trigger part_is_kept_update before update on part begin select raise(abort, 'part is append-only'); end;
create trigger part_is_kept_delete before delete on part begin select raise(abort, 'part is append-only'); end;

-- Pictures as they may be shown: re-encoded, and a covered rendition made at import, so that a
-- page which has only the covered one cannot show more. The original file is never stored.
create table media (
    sha256       blob    primary key check (length(sha256) = 32),   -- of `full`
    width        integer not null check (width > 0),
    height       integer not null check (height > 0),
    pixel_hash   integer not null,                     -- 64 bits, for near-duplicates
    full_type    text    not null,
    covered_type text    not null,
    covered      blob    not null,
    full         blob    not null
) strict;

-- Why people reported an item. A table of its own, because queues filter by reason.
create table report (
    item     integer not null,
    position integer not null,
    reason   text    not null,
    n        integer not null check (n >= 0),
    primary key (item, position),
    constraint report_item foreign key (item) references item (row)
) strict, without rowid;

create index report_by_reason on report (reason, item);

-- An item whose answer is settled. The newest row per item counts.
create table gold (
    id         integer primary key,
    item       integer not null,
    policy     text    not null,
    verdict    text    not null check (verdict in ('violating', 'not_violating', 'borderline', 'escalate', 'cannot_judge')),
    clauses    text    not null check (json_valid(clauses)),
    created_ms integer not null,
    constraint gold_item   foreign key (item)   references item (row),
    constraint gold_policy foreign key (policy) references policy (name)
) strict;

create index gold_newest on gold (item, id desc);

create trigger gold_is_kept_update before update on gold begin select raise(abort, 'gold is append-only'); end;
create trigger gold_is_kept_delete before delete on gold begin select raise(abort, 'gold is append-only'); end;

-- The words of items. Contentless: the text is in `part` already. Splitting into words, and bigrams
-- for scripts without spaces, is done before (store/src/words.rs); this tokenizer only folds case
-- and accents, so every category but spaces belongs to a word. Which words, not where: no phrases.
create virtual table word using fts5 (
    text, content = '', columnsize = 0, detail = none,
    tokenize = "unicode61 remove_diacritics 2 categories 'L* M* N* P* S* C*'"
);
