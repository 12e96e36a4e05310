-- A job is work in the background: an import, a scoring, an export, an installation. Its row is written
-- when it is asked for, now and then while it runs, and when it ends, so that whoever opens the file next
-- sees what became of it, and can take up what a killed program left half done.
-- It is no record of a judgement: a row changes until the job has ended.
-- Kind and state are words of desk's and not checked here, so that a later kind of work needs no new table.
create table job (
    id         text    primary key,
    kind       text    not null,
    -- The file, folder or model it is about.
    subject    text    not null,
    state      text    not null,
    -- What the bodies below are: casebook/job/1.
    format     text    not null,
    request    text    not null check (json_valid(request)),
    -- How far, in the unit of its kind.
    done       integer not null,
    total      integer,
    -- What it came to, or came to so far.
    report     text    check (json_valid(report)),
    -- Why it failed.
    problem    text    check (json_valid(problem)),
    -- Who runs it: process and opening of the file.
    program    text    not null,
    started_ms integer not null,
    changed_ms integer not null
) strict;

create index job_by_start on job (started_ms);
