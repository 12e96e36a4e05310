-- A name is only said. Who looks under one name and decides first under another has seen the model all the same. So a
-- first impression and a reveal keep which user of which machine made them: a hash, salted by this file, that says
-- whether two were the same and no more.
create table witness (
    review integer not null,
    act    text    not null check (act in ('impression', 'reveal')),
    id     text    not null unique check (length(id) = 36),
    copy   integer not null,
    seq    integer not null,
    user   text    not null check (length(user) > 0),
    at_ms  integer not null,
    primary key (review, act),
    unique (copy, seq),
    constraint witness_review foreign key (review) references review (row),
    constraint witness_copy   foreign key (copy)   references copy (row)
) strict, without rowid;

create index witness_of_user on witness (user, act, review);

create trigger witness_is_kept_update before update on witness begin select raise(abort, 'witness is append-only'); end;
create trigger witness_is_kept_delete before delete on witness begin select raise(abort, 'witness is append-only'); end;
create trigger witness_is_kept_insert before insert on witness
when exists (select 1 from witness where review = new.review and act = new.act)
  or exists (select 1 from witness where copy = new.copy and seq = new.seq)
  or exists (select 1 from witness where id = new.id)
begin select raise(abort, 'witness is append-only'); end;
