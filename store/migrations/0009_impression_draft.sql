-- What a reviewer has picked but not stored yet as a first impression. A window that is killed, or
-- left for a minute, comes back as it was. Overwritten like a draft, and gone once the impression is
-- stored: what was weighed on the way is nobody's business.
create table impression_draft (
    item     integer not null,
    reviewer integer not null,
    body     text    not null check (json_valid(body)),
    saved_ms integer not null,
    primary key (item, reviewer),
    constraint impression_draft_item     foreign key (item)     references item (row),
    constraint impression_draft_reviewer foreign key (reviewer) references reviewer (id)
) strict, without rowid;

create trigger impression_draft_is_spent after insert on impression
begin delete from impression_draft where item = new.item and reviewer = new.reviewer; end;
