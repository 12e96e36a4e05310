-- Whose turn an item is. Somebody hands it on, to one person or to one queue, with a reason that judges nothing, and
-- from then on it waits there and nowhere else. The newest that was not taken back counts. It has ended once whom it
-- waits for has recorded the item. What is said along with it, and every other note to a colleague, is what a reviewer
-- judged: it is told to others only after they have decided themselves.
create table handover (
    row         integer primary key,
    id          text    not null unique check (length(id) = 36),
    copy        integer not null,
    seq         integer not null,
    item        integer not null,
    reviewer    integer not null,                      -- who hands it on
    met_in      text,                                  -- in which queue, null outside any
    reviewer_to integer,
    queue       text,
    reason      text    not null check (reason in
        ('language', 'market', 'second_opinion', 'policy_question', 'not_for_me', 'technical')),
    note        text    check (length(note) between 1 and 1000),
    created_ms  integer not null,
    unique (copy, seq),
    constraint handover_copy        foreign key (copy)        references copy (row),
    constraint handover_item        foreign key (item)        references item (row),
    constraint handover_reviewer    foreign key (reviewer)    references reviewer (id),
    constraint handover_reviewer_to foreign key (reviewer_to) references reviewer (id),
    constraint handover_leads_to_one check ((reviewer_to is null) <> (queue is null))
) strict;

create index handover_of_item on handover (item, seq);
create index handover_by_reviewer on handover (reviewer, item);
create index handover_newest on handover (reviewer, met_in, row);

create table handover_return (
    handover   integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    created_ms integer not null,
    unique (copy, seq),
    constraint handover_return_copy     foreign key (copy)     references copy (row),
    constraint handover_return_handover foreign key (handover) references handover (row)
) strict;

create table note (
    row         integer primary key,
    id          text    not null unique check (length(id) = 36),
    copy        integer not null,
    seq         integer not null,
    item        integer not null,
    reviewer    integer not null,                      -- who wrote it
    reviewer_to integer,                               -- null to everybody
    text        text    not null check (length(text) between 1 and 1000),
    created_ms  integer not null,
    unique (copy, seq),
    constraint note_copy        foreign key (copy)        references copy (row),
    constraint note_item        foreign key (item)        references item (row),
    constraint note_reviewer    foreign key (reviewer)    references reviewer (id),
    constraint note_reviewer_to foreign key (reviewer_to) references reviewer (id)
) strict;

create index note_of_item on note (item, seq);

-- A second person takes an item out of the restricted lane that somebody put there by a slip of the key. The reviews
-- that put it there are over with it: their records are withdrawn, and who looks again looks afresh.
create table release (
    row        integer primary key,
    id         text    not null unique check (length(id) = 36),
    copy       integer not null,
    seq        integer not null,
    item       integer not null,
    reviewer   integer not null,                       -- who takes it out
    reason     text    not null check (reason in ('slip', 'other_clause')),
    note       text    check (length(note) between 1 and 1000),
    created_ms integer not null,
    unique (copy, seq),
    constraint release_copy     foreign key (copy)     references copy (row),
    constraint release_item     foreign key (item)     references item (row),
    constraint release_reviewer foreign key (reviewer) references reviewer (id)
) strict;

create index release_of_item on release (item, seq);

create table release_review (
    release integer not null,
    review  integer not null,                          -- put the item there
    primary key (release, review),
    constraint release_review_release foreign key (release) references release (row),
    constraint release_review_review  foreign key (review)  references review (row)
) strict, without rowid;

create index release_of_review on release_review (review);

-- Where an item is handed to, by the newest acts that count: now also by a handover, which leads to one place alone.
create table routing_now (
    item     integer primary key,
    reviewer integer,
    queue    text,
    handover integer,                                  -- null where a bulk act leads there
    constraint routing_item     foreign key (item)     references item (row),
    constraint routing_reviewer foreign key (reviewer) references reviewer (id),
    constraint routing_handover foreign key (handover) references handover (row),
    constraint routing_leads_somewhere check (reviewer is not null or queue is not null)
) strict;

insert into routing_now (item, reviewer, queue) select item, reviewer, queue from routing;
drop table routing;
alter table routing_now rename to routing;

create index routing_to_reviewer on routing (reviewer) where reviewer is not null;
create index routing_to_queue on routing (queue) where queue is not null;
create index routing_by_handover on routing (handover) where handover is not null;

create trigger handover_is_kept_update before update on handover begin select raise(abort, 'handover is append-only'); end;
create trigger handover_is_kept_delete before delete on handover begin select raise(abort, 'handover is append-only'); end;
create trigger handover_is_kept_insert before insert on handover
when exists (select 1 from handover where row = new.row)
  or exists (select 1 from handover where copy = new.copy and seq = new.seq)
  or exists (select 1 from handover where id = new.id)
begin select raise(abort, 'handover is append-only'); end;
create trigger note_is_kept_update before update on note begin select raise(abort, 'note is append-only'); end;
create trigger note_is_kept_delete before delete on note begin select raise(abort, 'note is append-only'); end;
create trigger note_is_kept_insert before insert on note
when exists (select 1 from note where row = new.row)
  or exists (select 1 from note where copy = new.copy and seq = new.seq)
  or exists (select 1 from note where id = new.id)
begin select raise(abort, 'note is append-only'); end;
create trigger release_is_kept_update before update on release begin select raise(abort, 'release is append-only'); end;
create trigger release_is_kept_delete before delete on release begin select raise(abort, 'release is append-only'); end;
create trigger release_is_kept_insert before insert on release
when exists (select 1 from release where row = new.row)
  or exists (select 1 from release where copy = new.copy and seq = new.seq)
  or exists (select 1 from release where id = new.id)
begin select raise(abort, 'release is append-only'); end;
create trigger handover_return_is_kept_update before update on handover_return begin select raise(abort, 'handover_return is append-only'); end;
create trigger handover_return_is_kept_delete before delete on handover_return begin select raise(abort, 'handover_return is append-only'); end;
create trigger handover_return_is_kept_insert before insert on handover_return
when exists (select 1 from handover_return where handover = new.handover)
  or exists (select 1 from handover_return where copy = new.copy and seq = new.seq)
  or exists (select 1 from handover_return where id = new.id)
begin select raise(abort, 'handover_return is append-only'); end;
create trigger release_review_is_kept_update before update on release_review begin select raise(abort, 'release_review is append-only'); end;
create trigger release_review_is_kept_delete before delete on release_review begin select raise(abort, 'release_review is append-only'); end;
create trigger release_review_is_kept_insert before insert on release_review
when exists (select 1 from release_review where release = new.release and review = new.review)
begin select raise(abort, 'release_review is append-only'); end;
