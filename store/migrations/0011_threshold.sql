-- From which probability on a label of a model counts in this file, where the team decided for itself.
-- Appended: the newest row of a label counts, and one without a number brings back what ships. What was
-- assessed before keeps the threshold it was assessed with.
create table threshold (
    id         integer primary key,
    target     text    not null,                      -- openai-moderation/H
    percent    integer check (percent between 5 and 95 and percent % 5 = 0),
    reviewer   integer not null,
    created_ms integer not null,
    constraint threshold_reviewer foreign key (reviewer) references reviewer (id)
) strict;

create index threshold_of_target on threshold (target, id);

create trigger threshold_is_kept_update before update on threshold begin select raise(abort, 'threshold is append-only'); end;
create trigger threshold_is_kept_delete before delete on threshold begin select raise(abort, 'threshold is append-only'); end;
