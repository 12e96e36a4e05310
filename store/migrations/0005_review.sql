-- What happens between a reviewer and an item, in order: it is shown, the mode is drawn, the first
-- impression is stored, the model's answer is revealed, a draft grows, an annotation is submitted.
-- Everything but the draft is written once: the first impression is only worth something because
-- nobody can rewrite it after seeing the model.
create table shown (
    item     integer not null,
    reviewer integer not null,
    at_ms    integer not null,
    primary key (item, reviewer),
    constraint shown_item     foreign key (item)     references item (row),
    constraint shown_reviewer foreign key (reviewer) references reviewer (id)
) strict, without rowid;

create table draw (
    item        integer not null,
    reviewer    integer not null,
    queue       text    not null,
    mode        text    not null check (mode in ('blind', 'assisted')),
    probability real    check (probability between 0 and 1),
    at_ms       integer not null,
    primary key (item, reviewer, queue),
    constraint draw_item     foreign key (item)     references item (row),
    constraint draw_reviewer foreign key (reviewer) references reviewer (id)
) strict, without rowid;

create table impression (
    item       integer not null,
    reviewer   integer not null,
    queue      text    not null,
    body       text    not null check (json_valid(body)),
    started_ms integer not null,
    stored_ms  integer not null,
    primary key (item, reviewer),
    constraint impression_item     foreign key (item)     references item (row),
    constraint impression_reviewer foreign key (reviewer) references reviewer (id)
) strict, without rowid;

create table uncovering (
    item     integer not null,
    reviewer integer not null,
    part     text    not null,                         -- `p2`
    at_ms    integer not null,
    primary key (item, reviewer, part),
    constraint uncovering_item     foreign key (item)     references item (row),
    constraint uncovering_reviewer foreign key (reviewer) references reviewer (id)
) strict, without rowid;

create table draft (
    item         integer not null,
    reviewer     integer not null,
    body         text    not null check (json_valid(body)),
    saved_ms     integer not null,
    submitted_ms integer,                              -- kept after submitting: undo brings it back
    primary key (item, reviewer),
    constraint draft_item     foreign key (item)     references item (row),
    constraint draft_reviewer foreign key (reviewer) references reviewer (id)
) strict, without rowid;

-- A change of mind is a new row that names the one it supersedes; undo is a row in `withdrawal`.
-- A dataset exported last month can be rebuilt exactly.
create table annotation (
    seq        integer primary key,                    -- drawn from one sequence with aside.id
    id         text    not null unique,
    item       integer not null,
    reviewer   integer not null,
    queue      text    not null,
    choice     text    not null check (choice in ('allow', 'age_limit', 'not_for_feed', 'remove', 'escalate', 'cannot_judge')),
    verdict    text    not null check (verdict in ('violating', 'not_violating', 'borderline', 'escalate', 'cannot_judge')),
    clauses    text    not null check (json_valid(clauses)),
    supersedes text,
    record     text    not null check (json_valid(record)),
    created_ms integer not null,
    constraint annotation_item       foreign key (item)       references item (row),
    constraint annotation_reviewer   foreign key (reviewer)   references reviewer (id),
    constraint annotation_supersedes foreign key (supersedes) references annotation (id)
) strict;

create index annotation_of_item on annotation (item, reviewer, seq);
create index annotation_newest on annotation (reviewer, queue, seq);

create table withdrawal (
    annotation text    primary key,
    created_ms integer not null,
    constraint withdrawal_annotation foreign key (annotation) references annotation (id)
) strict;

-- Which annotation counts: the newest of an item and reviewer that was not withdrawn. Follows from
-- the two tables above (casebook doctor compares); kept because every queue asks for it.
create table current_annotation (
    item     integer not null,
    reviewer integer not null,
    queue    text    not null,
    seq      integer not null,
    primary key (item, reviewer),
    constraint current_annotation_item     foreign key (item)     references item (row),
    constraint current_annotation_reviewer foreign key (reviewer) references reviewer (id),
    constraint current_annotation_seq      foreign key (seq)      references annotation (seq)
) strict, without rowid;

create index current_annotation_of_queue on current_annotation (reviewer, queue);

create trigger shown_is_kept_update before update on shown begin select raise(abort, 'shown is append-only'); end;
create trigger shown_is_kept_delete before delete on shown begin select raise(abort, 'shown is append-only'); end;
create trigger draw_is_kept_update before update on draw begin select raise(abort, 'draw is append-only'); end;
create trigger draw_is_kept_delete before delete on draw begin select raise(abort, 'draw is append-only'); end;
create trigger impression_is_kept_update before update on impression begin select raise(abort, 'impression is append-only'); end;
create trigger impression_is_kept_delete before delete on impression begin select raise(abort, 'impression is append-only'); end;
create trigger uncovering_is_kept_update before update on uncovering begin select raise(abort, 'uncovering is append-only'); end;
create trigger uncovering_is_kept_delete before delete on uncovering begin select raise(abort, 'uncovering is append-only'); end;
create trigger annotation_is_kept_update before update on annotation begin select raise(abort, 'annotation is append-only'); end;
create trigger annotation_is_kept_delete before delete on annotation begin select raise(abort, 'annotation is append-only'); end;
create trigger withdrawal_is_kept_update before update on withdrawal begin select raise(abort, 'withdrawal is append-only'); end;
create trigger withdrawal_is_kept_delete before delete on withdrawal begin select raise(abort, 'withdrawal is append-only'); end;
