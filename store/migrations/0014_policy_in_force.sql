-- Which policy a review is made under is the case file's to say, not the program's: a newer program must
-- not move a file to other rules. Appended; the newest row counts.
create table policy_in_force (
    row      integer primary key,
    id       text    not null unique check (length(id) = 36),
    copy     integer not null,
    seq      integer not null,
    policy   text    not null,
    reviewer integer,                                  -- who put it in force, null where the file was made with it
    at_ms    integer not null,
    unique (copy, seq),
    constraint policy_in_force_copy     foreign key (copy)     references copy (row),
    constraint policy_in_force_policy   foreign key (policy)   references policy (name),
    constraint policy_in_force_reviewer foreign key (reviewer) references reviewer (id)
) strict;

-- Until now the program said so, and there has been one.
insert into policy_in_force (id, copy, seq, policy, reviewer, at_ms)
select format('%08x-%04x-7%03x-%04x-%012x', (loaded_ms >> 16) & 0xffffffff, loaded_ms & 0xffff,
    random() & 0xfff, 0x8000 | (random() & 0x3fff), random() & 0xffffffffffff),
    (select copy from here), (select seq + 1 from here), name, null, loaded_ms
from policy order by name = 'short-video@2026.11' desc, loaded_ms desc, name limit 1;
update here set seq = seq + (select count(*) from policy_in_force);

create trigger policy_in_force_is_kept_update before update on policy_in_force begin select raise(abort, 'policy_in_force is append-only'); end;
create trigger policy_in_force_is_kept_delete before delete on policy_in_force begin select raise(abort, 'policy_in_force is append-only'); end;
