-- The restricted lane is an absence: such an item is in no ordinary queue, list or count, so everything that walks
-- over items leaves it out by index, and the tally counts the others alone.
drop index item_by_urgency;
drop index item_by_age;
drop index item_by_chance;
drop index item_by_risk;
drop index item_by_filter;
create index item_by_urgency on item (reviews, urgency desc) where restricted = 0;
create index item_by_age     on item (reviews, flagged_ms) where restricted = 0;
create index item_by_chance  on item (reviews, chance) where restricted = 0;
create index item_by_risk    on item (reviews, risk desc) where risk is not null and restricted = 0;
create index item_by_filter  on item (reviews, language_base, market) where restricted = 0;

update tally set items = items - (
    select count(*) from item i where i.restricted = 1 and i.reviews = tally.reviews);

-- Reviews in the restricted lane: the item was met there, or this reviewer put it there. To whoever has none of an
-- item, it is not in the file.
create table restricted_review (
    review integer primary key,
    id     text    not null unique check (length(id) = 36),
    copy   integer not null,
    seq    integer not null,
    at_ms  integer not null,
    unique (copy, seq),
    constraint restricted_review_review foreign key (review) references review (row),
    constraint restricted_review_copy   foreign key (copy)   references copy (row)
) strict;

-- Until now whoever decided such an item knew of it.
insert into restricted_review (review, id, copy, seq, at_ms)
select r.row, format('%08x-%04x-7%03x-%04x-%012x', (r.opened_ms >> 16) & 0xffffffff, r.opened_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff),
    (select copy from here), (select seq from here) + row_number() over (order by r.row), r.opened_ms
from review r join item i on i.row = r.item
where i.restricted = 1
  and (exists (select 1 from impression m where m.review = r.row)
    or exists (select 1 from annotation a where a.review = r.row));
update here set seq = seq + (select count(*) from restricted_review);

-- Where the lane is reviewed. Two reviews are wanted, so that what one person escalated is looked at by a second.
insert into queue (name, position, format, body, changed_ms)
select n.name, (select coalesce(max(position), 0) + 1 from queue),
    (select row from format where name = 'casebook/queue/1'),
    json_object('name', n.name, 'order', 'urgency', 'mode', json_object('kind', 'blind'), 'reviews_wanted', 2,
        'restricted', json('true')),
    n.at_ms
from (select iif(exists (select 1 from queue where name = 'Restricted'), 'Restricted lane', 'Restricted') as name,
             created_ms as at_ms from case_file) n
where true
on conflict (name) do nothing;

-- A list by risk tells of every item in it what a model thinks, also of those below the page that was looked at: that
-- they are below. So the list is kept and not its lines, as `risk_seen` did until now and still says of then.
create table risk_listed (
    row      integer primary key,
    id       text    not null unique check (length(id) = 36),
    copy     integer not null,
    seq      integer not null,
    reviewer integer not null,
    filter   text    not null check (json_valid(filter)),
    newest   integer not null,                             -- the item that was imported last
    at_ms    integer not null,
    unique (copy, seq),
    constraint risk_listed_copy     foreign key (copy)     references copy (row),
    constraint risk_listed_reviewer foreign key (reviewer) references reviewer (id),
    constraint risk_listed_newest   foreign key (newest)   references item (row)
) strict;

create index risk_listed_by_reviewer on risk_listed (reviewer, newest);

create trigger risk_listed_is_kept_update before update on risk_listed begin select raise(abort, 'risk_listed is append-only'); end;
create trigger risk_listed_is_kept_delete before delete on risk_listed begin select raise(abort, 'risk_listed is append-only'); end;
create trigger restricted_review_is_kept_update before update on restricted_review begin select raise(abort, 'restricted_review is append-only'); end;
create trigger restricted_review_is_kept_delete before delete on restricted_review begin select raise(abort, 'restricted_review is append-only'); end;
