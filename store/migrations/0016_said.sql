-- What else a colleague's copy could send gets its id too, and what models said is kept for more than one text
-- per item: an answer that cannot be read or was cut off is an outcome, a vector may stand for one part or one
-- moment, and what is read off an item is kept with who read it.
create table outcome (word text primary key) strict, without rowid;
insert into outcome values ('scored'), ('not_scored'), ('failed'), ('unparsable'), ('truncated');

insert into format (name) values ('casebook/assessment/1'), ('casebook/scoring/1'), ('casebook/queue/1'),
    ('casebook/export/1'), ('casebook/model/1');

create table wide_assessment (
    row           integer primary key,
    id            text    not null unique,
    copy          integer not null,
    seq           integer not null,
    item          integer not null,
    model         integer not null,
    policy_sha256 text    not null,
    format        integer not null,
    body          text    not null check (json_valid(body)),
    stored_ms     integer not null,
    unique (copy, seq),
    constraint assessment_copy   foreign key (copy)   references copy (row),
    constraint assessment_item   foreign key (item)   references item (row),
    constraint assessment_model  foreign key (model)  references model (id),
    constraint assessment_format foreign key (format) references format (row)
) strict;

insert into wide_assessment (row, id, copy, seq, item, model, policy_sha256, format, body, stored_ms)
select a.seq, a.id, (select copy from here), (select seq from here) + row_number() over (order by a.seq), a.item, a.model, a.policy_sha256,
    (select row from format where name = 'casebook/assessment/1'), a.body, a.stored_ms from assessment a;
update here set seq = seq + (select count(*) from assessment);

create table wide_scoring (
    model         integer not null,
    policy_sha256 text    not null,
    item          integer not null,
    outcome       text    not null,
    format        integer not null,
    body          text    not null check (json_valid(body)),
    scored_ms     integer not null,
    constraint scoring_model   foreign key (model)   references model (id),
    constraint scoring_item    foreign key (item)    references item (row),
    constraint scoring_outcome foreign key (outcome) references outcome (word),
    constraint scoring_format  foreign key (format)  references format (row)
) strict;

insert into wide_scoring (model, policy_sha256, item, outcome, format, body, scored_ms)
select model, policy_sha256, item, outcome, (select row from format where name = 'casebook/scoring/1'), body, scored_ms
from scoring order by rowid;

-- Vectors for precedents, IEEE half precision, little-endian: a cosine differs in the fourth digit and a million
-- of them fit in memory.
create table wide_embedding (
    model  integer not null,
    item   integer not null,
    part   integer not null default -1 check (part >= -1),     -- position, -1 for the item as a whole
    t0_ms  integer not null default -1 check (t0_ms >= -1),    -- where in it, -1 for all of it
    vector blob    not null check (length(vector) % 2 = 0),
    constraint embedding_model foreign key (model) references model (id),
    constraint embedding_item  foreign key (item)  references item (row)
) strict;

insert into wide_embedding (model, item, vector) select model, item, vector from embedding order by rowid;

create table signal_kind (word text primary key) strict, without rowid;
insert into signal_kind values ('language'), ('ocr_line'), ('transcript'), ('hash_match'), ('provenance');

-- Something read from an item, by whom and how surely.
create table signal (
    row        integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    item       integer not null,
    part       integer not null,
    kind       text    not null,
    first      integer check (first >= 0),             -- Unicode scalars of the part's text, half-open
    past       integer check (past > first),
    t0_ms      integer check (t0_ms >= 0),             -- of the part's time, half-open
    t1_ms      integer check (t1_ms > t0_ms),
    text       text    not null,
    confidence real    check (confidence between 0 and 1),
    model      integer not null,                       -- who read it
    at_ms      integer not null,
    unique (copy, seq),
    constraint signal_copy  foreign key (copy)       references copy (row),
    constraint signal_part  foreign key (item, part) references part (item, position),
    constraint signal_kind  foreign key (kind)       references signal_kind (word),
    constraint signal_model foreign key (model)      references model (id)
) strict;

create index signal_of_item on signal (item, part, row);

create table wide_gold (
    row        integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    item       integer not null,
    policy     text    not null,
    verdict    text    not null,
    clauses    text    not null check (json_valid(clauses)),
    created_ms integer not null,
    unique (copy, seq),
    constraint gold_copy    foreign key (copy)    references copy (row),
    constraint gold_item    foreign key (item)    references item (row),
    constraint gold_policy  foreign key (policy)  references policy (name),
    constraint gold_verdict foreign key (verdict) references verdict (word)
) strict;

insert into wide_gold (row, id, copy, seq, item, policy, verdict, clauses, created_ms)
select g.id, format('%08x-%04x-7%03x-%04x-%012x', (g.created_ms >> 16) & 0xffffffff, g.created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by g.id), g.item, g.policy, g.verdict, g.clauses, g.created_ms from gold g;
update here set seq = seq + (select count(*) from gold);

create table wide_bulk (
    row         integer primary key,
    id          text    not null unique check (length(id) = 36),
    copy        integer not null,
    seq         integer not null,
    reviewer    integer not null,                      -- who did it
    kind        text    not null check (kind in ('skip', 'defer', 'assign', 'move')),
    reviewer_to integer,                               -- of an assignment, null gives it back to everybody
    queue       text,                                  -- set aside in, or moved to, null where the filters put it
    created_ms  integer not null,
    unique (copy, seq),
    constraint bulk_copy        foreign key (copy)        references copy (row),
    constraint bulk_reviewer    foreign key (reviewer)    references reviewer (id),
    constraint bulk_reviewer_to foreign key (reviewer_to) references reviewer (id)
) strict;

insert into wide_bulk (row, id, copy, seq, reviewer, kind, reviewer_to, queue, created_ms)
select b.id, format('%08x-%04x-7%03x-%04x-%012x', (b.created_ms >> 16) & 0xffffffff, b.created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by b.id), b.reviewer, b.kind, b.reviewer_to, b.queue, b.created_ms from bulk b;
update here set seq = seq + (select count(*) from bulk);

create table wide_bulk_item (
    bulk  integer not null,
    item  integer not null,
    aside integer,                                     -- of a skip or defer
    primary key (bulk, item),
    constraint bulk_item_bulk  foreign key (bulk)  references bulk (row),
    constraint bulk_item_item  foreign key (item)  references item (row),
    constraint bulk_item_aside foreign key (aside) references aside (row)
) strict, without rowid;

insert into wide_bulk_item (bulk, item, aside) select bulk, item, aside from bulk_item;

create table wide_bulk_return (
    bulk       integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    created_ms integer not null,
    unique (copy, seq),
    constraint bulk_return_copy foreign key (copy) references copy (row),
    constraint bulk_return_bulk foreign key (bulk) references bulk (row)
) strict;

insert into wide_bulk_return (bulk, id, copy, seq, created_ms)
select bulk, format('%08x-%04x-7%03x-%04x-%012x', (created_ms >> 16) & 0xffffffff, created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by bulk), created_ms from bulk_return;
update here set seq = seq + (select count(*) from bulk_return);

-- A list by risk shows what a model thinks. Who saw that of an item is not blind to it any more.
create table wide_risk_seen (
    item     integer not null,
    reviewer integer not null,
    id       text    not null unique check (length(id) = 36),
    copy     integer not null,
    seq      integer not null,
    at_ms    integer not null,
    primary key (item, reviewer),
    unique (copy, seq),
    constraint risk_seen_copy     foreign key (copy)     references copy (row),
    constraint risk_seen_item     foreign key (item)     references item (row),
    constraint risk_seen_reviewer foreign key (reviewer) references reviewer (id)
) strict, without rowid;

insert into wide_risk_seen (item, reviewer, id, copy, seq, at_ms)
select item, reviewer, format('%08x-%04x-7%03x-%04x-%012x', (at_ms >> 16) & 0xffffffff, at_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by at_ms, item, reviewer), at_ms from risk_seen;
update here set seq = seq + (select count(*) from risk_seen);

create table wide_threshold (
    row        integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    target     text    not null,                       -- openai-moderation/H
    percent    integer check (percent between 5 and 95 and percent % 5 = 0),
    reviewer   integer not null,
    created_ms integer not null,
    unique (copy, seq),
    constraint threshold_copy     foreign key (copy)     references copy (row),
    constraint threshold_reviewer foreign key (reviewer) references reviewer (id)
) strict;

insert into wide_threshold (row, id, copy, seq, target, percent, reviewer, created_ms)
select t.id, format('%08x-%04x-7%03x-%04x-%012x', (t.created_ms >> 16) & 0xffffffff, t.created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by t.id), t.target, t.percent, t.reviewer, t.created_ms from threshold t;
update here set seq = seq + (select count(*) from threshold);

create table wide_export (
    row        integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    folder     text    not null,
    format     integer not null,
    manifest   text    not null check (json_valid(manifest)),
    created_ms integer not null,
    unique (copy, seq),
    constraint export_copy   foreign key (copy)   references copy (row),
    constraint export_format foreign key (format) references format (row)
) strict;

insert into wide_export (row, id, copy, seq, folder, format, manifest, created_ms)
select e.id, format('%08x-%04x-7%03x-%04x-%012x', (e.created_ms >> 16) & 0xffffffff, e.created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by e.id), e.folder, (select row from format where name = 'casebook/export/1'),
    e.manifest, e.created_ms from export e;
update here set seq = seq + (select count(*) from export);

create table wide_queue (
    name       text    primary key,
    position   integer not null,
    format     integer not null,
    body       text    not null check (json_valid(body)),
    changed_ms integer not null,
    constraint queue_format foreign key (format) references format (row)
) strict;

insert into wide_queue (name, position, format, body, changed_ms)
select name, position, (select row from format where name = 'casebook/queue/1'), body, changed_ms from queue;

-- Every number says where it came from: a model with the hash of its weights.
create table wide_model (
    id             integer primary key,
    name           text    not null,                   -- `minilm-l6-v2+starter-heads@1`
    weights_sha256 text    not null,
    format         integer not null,
    body           text    not null check (json_valid(body)),
    unique (name, weights_sha256),
    constraint model_format foreign key (format) references format (row)
) strict;

insert into wide_model (id, name, weights_sha256, format, body)
select id, name, weights_sha256, (select row from format where name = 'casebook/model/1'), body from model;

drop table assessment;
drop table scoring;
drop table embedding;
drop table gold;
drop table bulk_item;
drop table bulk_return;
drop table bulk;
drop table risk_seen;
drop table threshold;
drop table export;
drop table queue;
drop table model;
alter table wide_assessment rename to assessment;
alter table wide_scoring rename to scoring;
alter table wide_embedding rename to embedding;
alter table wide_gold rename to gold;
alter table wide_bulk rename to bulk;
alter table wide_bulk_item rename to bulk_item;
alter table wide_bulk_return rename to bulk_return;
alter table wide_risk_seen rename to risk_seen;
alter table wide_threshold rename to threshold;
alter table wide_export rename to export;
alter table wide_queue rename to queue;
alter table wide_model rename to model;

create index assessment_of_item on assessment (item, policy_sha256, model, row);
create unique index scoring_of_item on scoring (model, policy_sha256, item);
create unique index embedding_of_item on embedding (model, item, part, t0_ms);
create index gold_newest on gold (item, row desc);
create index bulk_of_item on bulk_item (item, bulk);
create index threshold_of_target on threshold (target, row);

create trigger assessment_is_kept_update before update on assessment begin select raise(abort, 'assessment is append-only'); end;
create trigger assessment_is_kept_delete before delete on assessment begin select raise(abort, 'assessment is append-only'); end;
create trigger signal_is_kept_update before update on signal begin select raise(abort, 'signal is append-only'); end;
create trigger signal_is_kept_delete before delete on signal begin select raise(abort, 'signal is append-only'); end;
create trigger gold_is_kept_update before update on gold begin select raise(abort, 'gold is append-only'); end;
create trigger gold_is_kept_delete before delete on gold begin select raise(abort, 'gold is append-only'); end;
create trigger bulk_is_kept_update before update on bulk begin select raise(abort, 'bulk is append-only'); end;
create trigger bulk_is_kept_delete before delete on bulk begin select raise(abort, 'bulk is append-only'); end;
create trigger bulk_item_is_kept_update before update on bulk_item begin select raise(abort, 'bulk_item is append-only'); end;
create trigger bulk_item_is_kept_delete before delete on bulk_item begin select raise(abort, 'bulk_item is append-only'); end;
create trigger bulk_return_is_kept_update before update on bulk_return begin select raise(abort, 'bulk_return is append-only'); end;
create trigger bulk_return_is_kept_delete before delete on bulk_return begin select raise(abort, 'bulk_return is append-only'); end;
create trigger risk_seen_is_kept_update before update on risk_seen begin select raise(abort, 'risk_seen is append-only'); end;
create trigger risk_seen_is_kept_delete before delete on risk_seen begin select raise(abort, 'risk_seen is append-only'); end;
create trigger threshold_is_kept_update before update on threshold begin select raise(abort, 'threshold is append-only'); end;
create trigger threshold_is_kept_delete before delete on threshold begin select raise(abort, 'threshold is append-only'); end;
create trigger export_is_kept_update before update on export begin select raise(abort, 'export is append-only'); end;
create trigger export_is_kept_delete before delete on export begin select raise(abort, 'export is append-only'); end;
