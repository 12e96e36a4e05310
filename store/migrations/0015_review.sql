-- A review is one look of one person at one item under one policy, with a purpose. The same person may look
-- again: under another policy, to see whether they agree with themselves, to settle what others dispute. What
-- happens in between points at the review: the mode is drawn, the first impression is stored, the model's
-- answer is revealed, a draft grows, an annotation is submitted. Everything but the draft is written once: the
-- first impression is only worth something because nobody can rewrite it after seeing the model.
create table purpose (word text primary key) strict, without rowid;
insert into purpose values ('first'), ('second'), ('consistency'), ('calibration'), ('adjudication'), ('appeal'), ('quality');

create table verdict (word text primary key) strict, without rowid;
insert into verdict values ('violating'), ('not_violating'), ('borderline'), ('escalate'), ('cannot_judge');

create table choice (word text primary key) strict, without rowid;
insert into choice values ('allow'), ('age_limit'), ('not_for_feed'), ('remove'), ('escalate'), ('cannot_judge');

insert into format (name) values ('casebook/cot-record/1'), ('casebook/impression/1'), ('casebook/draft/1'),
    ('casebook/picks/1');

create table review (
    row       integer primary key,
    id        text    not null unique check (length(id) = 36),
    copy      integer not null,
    seq       integer not null,
    item      integer not null,
    reviewer  integer not null,
    policy    text    not null,
    purpose   text    not null,
    round     integer not null check (round >= 1),
    opened_ms integer not null,                        -- when the item was first shown in it
    unique (item, reviewer, policy, purpose, round),
    unique (copy, seq),
    constraint review_copy     foreign key (copy)     references copy (row),
    constraint review_item     foreign key (item)     references item (row),
    constraint review_reviewer foreign key (reviewer) references reviewer (id),
    constraint review_policy   foreign key (policy)   references policy (name),
    constraint review_purpose  foreign key (purpose)  references purpose (word)
) strict;

-- Until now there was one review per item and reviewer, and no row for it: it is there where anything of it is.
-- Its policy is the one its newest record names; where there is none, the one in force.
create temp table look as
    select item, reviewer, at_ms, 1 as shown from shown
    union all select item, reviewer, at_ms, 0 from draw
    union all select item, reviewer, started_ms, 0 from impression
    union all select item, reviewer, at_ms, 0 from uncovering
    union all select item, reviewer, saved_ms, 0 from draft
    union all select item, reviewer, saved_ms, 0 from impression_draft
    union all select item, reviewer, at_ms, 0 from reveal
    union all select item, reviewer, created_ms, 0 from annotation;

insert into review (id, copy, seq, item, reviewer, policy, purpose, round, opened_ms)
select format('%08x-%04x-7%03x-%04x-%012x', (opened_ms >> 16) & 0xffffffff, opened_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by opened_ms, item, reviewer), item, reviewer, policy, 'first', 1, opened_ms
from (
    select item, reviewer, coalesce(max(iif(shown = 1, at_ms, null)), min(at_ms)) as opened_ms,
        coalesce(
            (select p.name from annotation a
             join policy p on p.name = json_extract(a.record, '$.policy.set') || '@' || json_extract(a.record, '$.policy.version')
             where a.item = l.item and a.reviewer = l.reviewer order by a.seq desc limit 1),
            (select policy from policy_in_force order by row desc limit 1)) as policy
    from temp.look l group by item, reviewer
) order by opened_ms, item, reviewer;
update here set seq = seq + (select count(*) from review);

drop table temp.look;

create table review_draw (
    review      integer not null,
    queue       text    not null,
    id          text    not null unique check (length(id) = 36),
    copy        integer not null,
    seq         integer not null,
    mode        text    not null check (mode in ('blind', 'assisted')),
    probability real    check (probability between 0 and 1),
    at_ms       integer not null,
    primary key (review, queue),
    unique (copy, seq),
    constraint draw_copy   foreign key (copy)   references copy (row),
    constraint draw_review foreign key (review) references review (row)
) strict, without rowid;

insert into review_draw (review, queue, id, copy, seq, mode, probability, at_ms)
select r.row, d.queue, format('%08x-%04x-7%03x-%04x-%012x', (d.at_ms >> 16) & 0xffffffff, d.at_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by d.at_ms, r.row, d.queue), d.mode, d.probability, d.at_ms
from draw d join review r on r.item = d.item and r.reviewer = d.reviewer;
update here set seq = seq + (select count(*) from review_draw);

create table review_impression (
    review     integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    queue      text    not null,
    format     integer not null,
    body       text    not null check (json_valid(body)),
    started_ms integer not null,
    stored_ms  integer not null,
    unique (copy, seq),
    constraint impression_copy   foreign key (copy)   references copy (row),
    constraint impression_review foreign key (review) references review (row),
    constraint impression_format foreign key (format) references format (row)
) strict;

insert into review_impression (review, id, copy, seq, queue, format, body, started_ms, stored_ms)
select r.row, format('%08x-%04x-7%03x-%04x-%012x', (i.stored_ms >> 16) & 0xffffffff, i.stored_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by i.stored_ms, r.row), i.queue,
    (select row from format where name = 'casebook/impression/1'), i.body, i.started_ms, i.stored_ms
from impression i join review r on r.item = i.item and r.reviewer = i.reviewer;
update here set seq = seq + (select count(*) from review_impression);

create table review_uncovering (
    review integer not null,
    part   text    not null,                           -- `p2`
    id     text    not null unique check (length(id) = 36),
    copy   integer not null,
    seq    integer not null,
    at_ms  integer not null,
    primary key (review, part),
    unique (copy, seq),
    constraint uncovering_copy   foreign key (copy)   references copy (row),
    constraint uncovering_review foreign key (review) references review (row)
) strict, without rowid;

insert into review_uncovering (review, part, id, copy, seq, at_ms)
select r.row, u.part, format('%08x-%04x-7%03x-%04x-%012x', (u.at_ms >> 16) & 0xffffffff, u.at_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by u.at_ms, r.row, u.part), u.at_ms
from uncovering u join review r on r.item = u.item and r.reviewer = u.reviewer;
update here set seq = seq + (select count(*) from review_uncovering);

create table review_reveal (
    review     integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    assessment text,                                   -- null where there was none to see
    at_ms      integer not null,
    unique (copy, seq),
    constraint reveal_copy       foreign key (copy)       references copy (row),
    constraint reveal_review     foreign key (review)     references review (row),
    constraint reveal_assessment foreign key (assessment) references assessment (id)
) strict;

insert into review_reveal (review, id, copy, seq, assessment, at_ms)
select r.row, format('%08x-%04x-7%03x-%04x-%012x', (v.at_ms >> 16) & 0xffffffff, v.at_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by v.at_ms, r.row), v.assessment, v.at_ms
from reveal v join review r on r.item = v.item and r.reviewer = v.reviewer;
update here set seq = seq + (select count(*) from review_reveal);

-- Before the first impression is stored, what is picked of it. Overwritten, and gone once the impression is
-- stored: what was weighed on the way is nobody's business.
create table picks (
    review   integer primary key,
    format   integer not null,
    body     text    not null check (json_valid(body)),
    saved_ms integer not null,
    constraint picks_review foreign key (review) references review (row),
    constraint picks_format foreign key (format) references format (row)
) strict;

insert into picks (review, format, body, saved_ms)
select r.row, (select row from format where name = 'casebook/picks/1'), d.body, d.saved_ms
from impression_draft d join review r on r.item = d.item and r.reviewer = d.reviewer;

create table review_draft (
    review       integer primary key,
    format       integer not null,
    body         text    not null check (json_valid(body)),
    saved_ms     integer not null,
    submitted_ms integer,                              -- kept after submitting: undo brings it back
    constraint draft_review foreign key (review) references review (row),
    constraint draft_format foreign key (format) references format (row)
) strict;

insert into review_draft (review, format, body, saved_ms, submitted_ms)
select r.row, (select row from format where name = 'casebook/draft/1'), d.body, d.saved_ms, d.submitted_ms
from draft d join review r on r.item = d.item and r.reviewer = d.reviewer;

-- A draft or picks that this program could not read, as they stood when somebody began anew. Never shown as if
-- nothing had been there, and never overwritten.
create table unread_draft (
    row      integer primary key,
    review   integer not null,
    kind     text    not null check (kind in ('draft', 'picks')),
    format   integer not null,
    body     text    not null,
    saved_ms integer not null,
    kept_ms  integer not null,
    constraint unread_draft_review foreign key (review) references review (row),
    constraint unread_draft_format foreign key (format) references format (row)
) strict;

create index unread_draft_of_review on unread_draft (review);

-- A change of mind is a new row that names the one it supersedes; undo is a row in `withdrawal`. A dataset
-- exported last month can be rebuilt exactly. Item and reviewer follow from the review and stand here too,
-- because what a person did last is asked for all the time (casebook doctor compares).
create table review_annotation (
    row        integer primary key,
    id         text    not null unique,
    copy       integer not null,
    seq        integer not null,                       -- the newest act is the greatest number
    review     integer not null,
    item       integer not null,
    reviewer   integer not null,
    queue      text    not null,
    choice     text    not null,
    verdict    text    not null,
    clauses    text    not null check (json_valid(clauses)),
    supersedes text,
    format     integer not null,
    record     text    not null check (json_valid(record)),
    created_ms integer not null,
    unique (copy, seq),
    constraint annotation_copy       foreign key (copy)       references copy (row),
    constraint annotation_review     foreign key (review)     references review (row),
    constraint annotation_item       foreign key (item)       references item (row),
    constraint annotation_reviewer   foreign key (reviewer)   references reviewer (id),
    constraint annotation_choice     foreign key (choice)     references choice (word),
    constraint annotation_verdict    foreign key (verdict)    references verdict (word),
    constraint annotation_format     foreign key (format)     references format (row),
    constraint annotation_supersedes foreign key (supersedes) references annotation (id)
) strict;

insert into review_annotation (row, id, copy, seq, review, item, reviewer, queue, choice, verdict, clauses, supersedes,
    format, record, created_ms)
select a.seq, a.id, (select copy from here), (select seq from here) + a.seq, r.row, a.item, a.reviewer, a.queue, a.choice, a.verdict,
    a.clauses, a.supersedes, (select row from format where name = 'casebook/cot-record/1'), a.record, a.created_ms
from annotation a join review r on r.item = a.item and r.reviewer = a.reviewer;

-- What was set aside shares the numbers of what was recorded.
create table wide_aside (
    row        integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    item       integer not null,
    reviewer   integer not null,
    queue      text    not null,
    kind       text    not null check (kind in ('skip', 'defer')),
    created_ms integer not null,
    unique (copy, seq),
    constraint aside_copy     foreign key (copy)     references copy (row),
    constraint aside_item     foreign key (item)     references item (row),
    constraint aside_reviewer foreign key (reviewer) references reviewer (id)
) strict;

insert into wide_aside (row, id, copy, seq, item, reviewer, queue, kind, created_ms)
select a.id, format('%08x-%04x-7%03x-%04x-%012x', (a.created_ms >> 16) & 0xffffffff, a.created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + a.id, a.item, a.reviewer, a.queue, a.kind, a.created_ms
from aside a;
update here set seq = seq + (select max((select coalesce(max(seq), 0) from annotation), (select coalesce(max(id), 0) from aside)));

create table wide_aside_return (
    aside      integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    created_ms integer not null,
    unique (copy, seq),
    constraint aside_return_copy  foreign key (copy)  references copy (row),
    constraint aside_return_aside foreign key (aside) references aside (row)
) strict;

insert into wide_aside_return (aside, id, copy, seq, created_ms)
select aside, format('%08x-%04x-7%03x-%04x-%012x', (created_ms >> 16) & 0xffffffff, created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by created_ms, aside), created_ms from aside_return;
update here set seq = seq + (select count(*) from aside_return);

create table review_withdrawal (
    annotation text    primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    created_ms integer not null,
    unique (copy, seq),
    constraint withdrawal_copy       foreign key (copy)       references copy (row),
    constraint withdrawal_annotation foreign key (annotation) references annotation (id)
) strict;

insert into review_withdrawal (annotation, id, copy, seq, created_ms)
select annotation, format('%08x-%04x-7%03x-%04x-%012x', (created_ms >> 16) & 0xffffffff, created_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff), (select copy from here), (select seq from here) + row_number() over (order by created_ms, annotation), created_ms from withdrawal;
update here set seq = seq + (select count(*) from withdrawal);

-- Which annotation counts: the newest of a review that was not withdrawn. Follows from the two tables above
-- (casebook doctor compares); kept because every queue asks for it.
create table wide_current_annotation (
    review   integer primary key,
    item     integer not null,
    reviewer integer not null,
    queue    text    not null,
    annotation integer not null,
    constraint current_annotation_review     foreign key (review)     references review (row),
    constraint current_annotation_item       foreign key (item)       references item (row),
    constraint current_annotation_reviewer   foreign key (reviewer)   references reviewer (id),
    constraint current_annotation_annotation foreign key (annotation) references annotation (row)
) strict;

insert into wide_current_annotation (review, item, reviewer, queue, annotation)
select r.row, c.item, c.reviewer, c.queue, c.seq
from current_annotation c join review r on r.item = c.item and r.reviewer = c.reviewer;

drop table shown;
drop table draw;
drop table impression;
drop table uncovering;
drop table reveal;
drop table impression_draft;
drop table draft;
drop table current_annotation;
drop table withdrawal;
drop table annotation;
drop table aside_return;
drop table aside;
alter table review_draw rename to draw;
alter table review_impression rename to impression;
alter table review_uncovering rename to uncovering;
alter table review_reveal rename to reveal;
alter table review_draft rename to draft;
alter table review_annotation rename to annotation;
alter table review_withdrawal rename to withdrawal;
alter table wide_aside rename to aside;
alter table wide_aside_return rename to aside_return;
alter table wide_current_annotation rename to current_annotation;

create trigger picks_are_spent after insert on impression
begin delete from picks where review = new.review; end;

-- A first and a second look count towards the reviews an item has; whoever recorded it for another purpose is few.
create index review_beside on review (reviewer) where purpose not in ('first', 'second');
create index annotation_of_review on annotation (review, row);
create index annotation_of_item on annotation (item, row);
create index annotation_newest on annotation (reviewer, queue, row);
create index annotation_of_reviewer on annotation (reviewer, row);
create index current_annotation_of_item on current_annotation (item, reviewer);
create index current_annotation_of_queue on current_annotation (reviewer, queue);
create index aside_of_item on aside (reviewer, item);
create index aside_newest on aside (reviewer, queue, row);

create trigger review_is_kept_update before update on review begin select raise(abort, 'review is append-only'); end;
create trigger review_is_kept_delete before delete on review begin select raise(abort, 'review is append-only'); end;
create trigger draw_is_kept_update before update on draw begin select raise(abort, 'draw is append-only'); end;
create trigger draw_is_kept_delete before delete on draw begin select raise(abort, 'draw is append-only'); end;
create trigger impression_is_kept_update before update on impression begin select raise(abort, 'impression is append-only'); end;
create trigger impression_is_kept_delete before delete on impression begin select raise(abort, 'impression is append-only'); end;
create trigger uncovering_is_kept_update before update on uncovering begin select raise(abort, 'uncovering is append-only'); end;
create trigger uncovering_is_kept_delete before delete on uncovering begin select raise(abort, 'uncovering is append-only'); end;
create trigger reveal_is_kept_update before update on reveal begin select raise(abort, 'reveal is append-only'); end;
create trigger reveal_is_kept_delete before delete on reveal begin select raise(abort, 'reveal is append-only'); end;
create trigger annotation_is_kept_update before update on annotation begin select raise(abort, 'annotation is append-only'); end;
create trigger annotation_is_kept_delete before delete on annotation begin select raise(abort, 'annotation is append-only'); end;
create trigger withdrawal_is_kept_update before update on withdrawal begin select raise(abort, 'withdrawal is append-only'); end;
create trigger withdrawal_is_kept_delete before delete on withdrawal begin select raise(abort, 'withdrawal is append-only'); end;
create trigger aside_is_kept_update before update on aside begin select raise(abort, 'aside is append-only'); end;
create trigger aside_is_kept_delete before delete on aside begin select raise(abort, 'aside is append-only'); end;
create trigger aside_return_is_kept_update before update on aside_return begin select raise(abort, 'aside_return is append-only'); end;
create trigger aside_return_is_kept_delete before delete on aside_return begin select raise(abort, 'aside_return is append-only'); end;
create trigger unread_draft_is_kept_update before update on unread_draft begin select raise(abort, 'unread_draft is append-only'); end;
create trigger unread_draft_is_kept_delete before delete on unread_draft begin select raise(abort, 'unread_draft is append-only'); end;
