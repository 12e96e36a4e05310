-- Every number says where it came from: the model with the hash of its weights stands in one row,
-- and scores, embeddings and assessments point to it.
create table model (
    id             integer primary key,
    name           text not null,                      -- `minilm-l6-v2+starter-heads@1`
    weights_sha256 text not null,
    body           text not null check (json_valid(body)),
    unique (name, weights_sha256)
) strict;

-- An assessment is all that a model said of an item once. Never edited; the first one made of an
-- item, policy and model is the one that counts.
create table assessment (
    seq           integer primary key,
    id            text    not null unique,
    item          integer not null,
    model         integer not null,
    policy_sha256 text    not null,
    body          text    not null check (json_valid(body)),
    stored_ms     integer not null,
    constraint assessment_item  foreign key (item)  references item (row),
    constraint assessment_model foreign key (model) references model (id)
) strict;

create index assessment_of_item on assessment (item, policy_sha256, model, seq);

-- When a reviewer saw what the model said, and which assessment that was, null where there was none to see.
create table reveal (
    item       integer not null,
    reviewer   integer not null,
    assessment text,
    at_ms      integer not null,
    primary key (item, reviewer),
    constraint reveal_item       foreign key (item)       references item (row),
    constraint reveal_reviewer   foreign key (reviewer)   references reviewer (id),
    constraint reveal_assessment foreign key (assessment) references assessment (id)
) strict, without rowid;

-- Bulk scores: outcomes, "not scored, and why" among them. Scoring again replaces; what a reviewer
-- was shown is in the assessment.
create table scoring (
    model         integer not null,
    policy_sha256 text    not null,
    item          integer not null,
    outcome       text    not null check (outcome in ('scored', 'not_scored', 'failed')),
    body          text    not null check (json_valid(body)),
    scored_ms     integer not null,
    constraint scoring_model foreign key (model) references model (id),
    constraint scoring_item  foreign key (item)  references item (row)
) strict;

create unique index scoring_of_item on scoring (model, policy_sha256, item);

-- Vectors for precedents, IEEE half precision, little-endian: a cosine differs in the fourth digit
-- and a million of them fit in memory.
create table embedding (
    model  integer not null,
    item   integer not null,
    vector blob    not null check (length(vector) % 2 = 0),
    constraint embedding_model foreign key (model) references model (id),
    constraint embedding_item  foreign key (item)  references item (row)
) strict;

create unique index embedding_of_item on embedding (model, item);

create trigger assessment_is_kept_update before update on assessment begin select raise(abort, 'assessment is append-only'); end;
create trigger assessment_is_kept_delete before delete on assessment begin select raise(abort, 'assessment is append-only'); end;
create trigger reveal_is_kept_update before update on reveal begin select raise(abort, 'reveal is append-only'); end;
create trigger reveal_is_kept_delete before delete on reveal begin select raise(abort, 'reveal is append-only'); end;
