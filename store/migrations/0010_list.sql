-- Looking through items and handing many of them on at once. A bulk act is one row with its items,
-- taken back by one row; where an item was handed to follows from them and is kept beside them,
-- because every queue asks for it.
create table bulk (
    id         integer primary key,
    reviewer   integer not null,                       -- who did it
    kind       text    not null check (kind in ('skip', 'defer', 'assign', 'move')),
    reviewer_to integer,                              -- of an assignment, null gives it back to everybody
    queue      text,                                   -- set aside in, or moved to, null where the filters put it
    created_ms integer not null,
    constraint bulk_reviewer    foreign key (reviewer)    references reviewer (id),
    constraint bulk_reviewer_to foreign key (reviewer_to) references reviewer (id)
) strict;

create table bulk_item (
    bulk  integer not null,
    item  integer not null,
    aside integer,                                     -- of a skip or defer
    primary key (bulk, item),
    constraint bulk_item_bulk  foreign key (bulk)  references bulk (id),
    constraint bulk_item_item  foreign key (item)  references item (row),
    constraint bulk_item_aside foreign key (aside) references aside (id)
) strict, without rowid;

create index bulk_of_item on bulk_item (item, bulk);

create table bulk_return (
    bulk       integer primary key,
    created_ms integer not null,
    constraint bulk_return_bulk foreign key (bulk) references bulk (id)
) strict;

-- Whom an item is assigned to and which queue it was moved to, by the newest acts not taken back.
create table routing (
    item     integer primary key,
    reviewer integer,
    queue    text,
    constraint routing_item     foreign key (item)     references item (row),
    constraint routing_reviewer foreign key (reviewer) references reviewer (id),
    constraint routing_leads_somewhere check (reviewer is not null or queue is not null)
) strict;

create index routing_to_reviewer on routing (reviewer) where reviewer is not null;
create index routing_to_queue on routing (queue) where queue is not null;

-- A list by risk shows what a model thinks. Who saw that of an item is not blind to it any more.
create table risk_seen (
    item     integer not null,
    reviewer integer not null,
    at_ms    integer not null,
    primary key (item, reviewer),
    constraint risk_seen_item     foreign key (item)     references item (row),
    constraint risk_seen_reviewer foreign key (reviewer) references reviewer (id)
) strict, without rowid;

-- `risk` is the key of core/src/risk.rs from here on; these are the terms in it that are the model's.
-- Items scored before have none, and the next scoring run gives them theirs.
alter table item add column risk_severity integer check (risk_severity between 1 and 4);
alter table item add column risk_p real check (risk_p between 0 and 1);

-- A reviewer's own decisions, newest first.
create index annotation_of_reviewer on annotation (reviewer, seq);

-- What every list leaves out, without reading all items for it.
create index item_restricted on item (row) where restricted = 1;

create trigger bulk_is_kept_update before update on bulk begin select raise(abort, 'bulk is append-only'); end;
create trigger bulk_is_kept_delete before delete on bulk begin select raise(abort, 'bulk is append-only'); end;
create trigger bulk_item_is_kept_update before update on bulk_item begin select raise(abort, 'bulk_item is append-only'); end;
create trigger bulk_item_is_kept_delete before delete on bulk_item begin select raise(abort, 'bulk_item is append-only'); end;
create trigger bulk_return_is_kept_update before update on bulk_return begin select raise(abort, 'bulk_return is append-only'); end;
create trigger bulk_return_is_kept_delete before delete on bulk_return begin select raise(abort, 'bulk_return is append-only'); end;
create trigger risk_seen_is_kept_update before update on risk_seen begin select raise(abort, 'risk_seen is append-only'); end;
create trigger risk_seen_is_kept_delete before delete on risk_seen begin select raise(abort, 'risk_seen is append-only'); end;
