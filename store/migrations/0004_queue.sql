-- A queue is a saved filter with an order and a mode. A mutable thing: it decides what comes next,
-- and what was recorded in it says for itself how it was met.
create table queue (
    name       text    primary key,
    position   integer not null,
    body       text    not null check (json_valid(body)),
    changed_ms integer not null
) strict;

-- Who is looking at an item, so that two people, or two windows of one person, do not do the same
-- work. A lease runs out by itself; nothing has to clean up after a crash.
create table lease (
    item     integer primary key,
    reviewer integer not null,
    program  text    not null,
    until_ms integer not null,
    constraint lease_item     foreign key (item)     references item (row),
    constraint lease_reviewer foreign key (reviewer) references reviewer (id)
) strict;

create index lease_of_program on lease (reviewer, program, until_ms);

-- An item set aside: skipped for good, or deferred until after the others. Taking it back is a row too.
-- Ids are drawn from one sequence with annotation.seq, so the newest act is the greatest number
-- even where two happened in one millisecond.
create table aside (
    id         integer primary key,
    item       integer not null,
    reviewer   integer not null,
    queue      text    not null,
    kind       text    not null check (kind in ('skip', 'defer')),
    created_ms integer not null,
    constraint aside_item     foreign key (item)     references item (row),
    constraint aside_reviewer foreign key (reviewer) references reviewer (id)
) strict;

create index aside_of_item on aside (reviewer, item);
create index aside_newest on aside (reviewer, queue, id);

create table aside_return (
    aside      integer primary key,
    created_ms integer not null,
    constraint aside_return_aside foreign key (aside) references aside (id)
) strict;

create trigger aside_is_kept_update before update on aside begin select raise(abort, 'aside is append-only'); end;
create trigger aside_is_kept_delete before delete on aside begin select raise(abort, 'aside is append-only'); end;
create trigger aside_return_is_kept_update before update on aside_return begin select raise(abort, 'aside_return is append-only'); end;
create trigger aside_return_is_kept_delete before delete on aside_return begin select raise(abort, 'aside_return is append-only'); end;
