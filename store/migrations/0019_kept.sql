-- What is appended cannot be replaced either. "insert or replace" deletes the row that was there without asking the
-- triggers that refuse a delete, unless a connection says otherwise, and another program does not say so. So every
-- table that is appended to refuses a row whose key is taken, before SQLite makes room for it.
-- Whoever writes therefore looks first: "on conflict do nothing" comes too late on these tables.

-- Who reviewed, why an item was reported, and who a number comes from were never changed, and cannot be from here on.
create trigger reviewer_is_kept_update before update on reviewer begin select raise(abort, 'reviewer is append-only'); end;
create trigger reviewer_is_kept_delete before delete on reviewer begin select raise(abort, 'reviewer is append-only'); end;
create trigger report_is_kept_update before update on report begin select raise(abort, 'report is append-only'); end;
create trigger report_is_kept_delete before delete on report begin select raise(abort, 'report is append-only'); end;
create trigger model_is_kept_update before update on model begin select raise(abort, 'model is append-only'); end;
create trigger model_is_kept_delete before delete on model begin select raise(abort, 'model is append-only'); end;

create trigger annotation_is_kept_insert before insert on annotation
when exists (select 1 from annotation where row = new.row)
  or exists (select 1 from annotation where copy = new.copy and seq = new.seq)
  or exists (select 1 from annotation where id = new.id)
begin select raise(abort, 'annotation is append-only'); end;
create trigger aside_is_kept_insert before insert on aside
when exists (select 1 from aside where row = new.row)
  or exists (select 1 from aside where copy = new.copy and seq = new.seq)
  or exists (select 1 from aside where id = new.id)
begin select raise(abort, 'aside is append-only'); end;
create trigger aside_return_is_kept_insert before insert on aside_return
when exists (select 1 from aside_return where aside = new.aside)
  or exists (select 1 from aside_return where copy = new.copy and seq = new.seq)
  or exists (select 1 from aside_return where id = new.id)
begin select raise(abort, 'aside_return is append-only'); end;
create trigger assessment_is_kept_insert before insert on assessment
when exists (select 1 from assessment where row = new.row)
  or exists (select 1 from assessment where copy = new.copy and seq = new.seq)
  or exists (select 1 from assessment where id = new.id)
begin select raise(abort, 'assessment is append-only'); end;
create trigger bulk_is_kept_insert before insert on bulk
when exists (select 1 from bulk where row = new.row)
  or exists (select 1 from bulk where copy = new.copy and seq = new.seq)
  or exists (select 1 from bulk where id = new.id)
begin select raise(abort, 'bulk is append-only'); end;
create trigger bulk_item_is_kept_insert before insert on bulk_item
when exists (select 1 from bulk_item where bulk = new.bulk and item = new.item)
begin select raise(abort, 'bulk_item is append-only'); end;
create trigger bulk_return_is_kept_insert before insert on bulk_return
when exists (select 1 from bulk_return where bulk = new.bulk)
  or exists (select 1 from bulk_return where copy = new.copy and seq = new.seq)
  or exists (select 1 from bulk_return where id = new.id)
begin select raise(abort, 'bulk_return is append-only'); end;
create trigger case_file_is_kept_insert before insert on case_file
when exists (select 1 from case_file where only = new.only)
begin select raise(abort, 'case_file is append-only'); end;
create trigger chunk_is_kept_insert before insert on chunk
when exists (select 1 from chunk where rowid = new.rowid)
  or exists (select 1 from chunk where rendition = new.rendition and n = new.n)
begin select raise(abort, 'chunk is append-only'); end;
create trigger copy_is_kept_insert before insert on copy
when exists (select 1 from copy where row = new.row)
  or exists (select 1 from copy where id = new.id)
begin select raise(abort, 'copy is append-only'); end;
create trigger draw_is_kept_insert before insert on draw
when exists (select 1 from draw where review = new.review and queue = new.queue)
  or exists (select 1 from draw where copy = new.copy and seq = new.seq)
  or exists (select 1 from draw where id = new.id)
begin select raise(abort, 'draw is append-only'); end;
create trigger export_is_kept_insert before insert on export
when exists (select 1 from export where row = new.row)
  or exists (select 1 from export where copy = new.copy and seq = new.seq)
  or exists (select 1 from export where id = new.id)
begin select raise(abort, 'export is append-only'); end;
create trigger format_is_kept_insert before insert on format
when exists (select 1 from format where row = new.row)
  or exists (select 1 from format where name = new.name)
begin select raise(abort, 'format is append-only'); end;
create trigger gold_is_kept_insert before insert on gold
when exists (select 1 from gold where row = new.row)
  or exists (select 1 from gold where copy = new.copy and seq = new.seq)
  or exists (select 1 from gold where id = new.id)
begin select raise(abort, 'gold is append-only'); end;
create trigger impression_is_kept_insert before insert on impression
when exists (select 1 from impression where review = new.review)
  or exists (select 1 from impression where copy = new.copy and seq = new.seq)
  or exists (select 1 from impression where id = new.id)
begin select raise(abort, 'impression is append-only'); end;
create trigger item_is_kept_insert before insert on item
when exists (select 1 from item where row = new.row)
  or exists (select 1 from item where id = new.id)
begin select raise(abort, 'item is append-only'); end;
create trigger media_is_kept_insert before insert on media
when exists (select 1 from media where rowid = new.rowid)
  or exists (select 1 from media where sha256 = new.sha256)
begin select raise(abort, 'media is append-only'); end;
create trigger model_is_kept_insert before insert on model
when exists (select 1 from model where id = new.id)
  or exists (select 1 from model where name = new.name and weights_sha256 = new.weights_sha256)
begin select raise(abort, 'model is append-only'); end;
create trigger part_is_kept_insert before insert on part
when exists (select 1 from part where item = new.item and position = new.position)
begin select raise(abort, 'part is append-only'); end;
create trigger policy_is_kept_insert before insert on policy
when exists (select 1 from policy where rowid = new.rowid)
  or exists (select 1 from policy where name = new.name)
begin select raise(abort, 'policy is append-only'); end;
create trigger policy_in_force_is_kept_insert before insert on policy_in_force
when exists (select 1 from policy_in_force where row = new.row)
  or exists (select 1 from policy_in_force where copy = new.copy and seq = new.seq)
  or exists (select 1 from policy_in_force where id = new.id)
begin select raise(abort, 'policy_in_force is append-only'); end;
create trigger rendition_is_kept_insert before insert on rendition
when exists (select 1 from rendition where row = new.row)
  or exists (select 1 from rendition where media = new.media and name = new.name)
begin select raise(abort, 'rendition is append-only'); end;
create trigger report_is_kept_insert before insert on report
when exists (select 1 from report where item = new.item and position = new.position)
begin select raise(abort, 'report is append-only'); end;
create trigger restricted_review_is_kept_insert before insert on restricted_review
when exists (select 1 from restricted_review where review = new.review)
  or exists (select 1 from restricted_review where copy = new.copy and seq = new.seq)
  or exists (select 1 from restricted_review where id = new.id)
begin select raise(abort, 'restricted_review is append-only'); end;
create trigger reveal_is_kept_insert before insert on reveal
when exists (select 1 from reveal where review = new.review)
  or exists (select 1 from reveal where copy = new.copy and seq = new.seq)
  or exists (select 1 from reveal where id = new.id)
begin select raise(abort, 'reveal is append-only'); end;
create trigger review_is_kept_insert before insert on review
when exists (select 1 from review where row = new.row)
  or exists (select 1 from review where copy = new.copy and seq = new.seq)
  or exists (select 1 from review where item = new.item and reviewer = new.reviewer and policy = new.policy and purpose = new.purpose and round = new.round)
  or exists (select 1 from review where id = new.id)
begin select raise(abort, 'review is append-only'); end;
create trigger reviewer_is_kept_insert before insert on reviewer
when exists (select 1 from reviewer where id = new.id)
  or exists (select 1 from reviewer where name = new.name)
begin select raise(abort, 'reviewer is append-only'); end;
create trigger risk_listed_is_kept_insert before insert on risk_listed
when exists (select 1 from risk_listed where row = new.row)
  or exists (select 1 from risk_listed where copy = new.copy and seq = new.seq)
  or exists (select 1 from risk_listed where id = new.id)
begin select raise(abort, 'risk_listed is append-only'); end;
create trigger risk_seen_is_kept_insert before insert on risk_seen
when exists (select 1 from risk_seen where item = new.item and reviewer = new.reviewer)
  or exists (select 1 from risk_seen where copy = new.copy and seq = new.seq)
  or exists (select 1 from risk_seen where id = new.id)
begin select raise(abort, 'risk_seen is append-only'); end;
create trigger signal_is_kept_insert before insert on signal
when exists (select 1 from signal where row = new.row)
  or exists (select 1 from signal where copy = new.copy and seq = new.seq)
  or exists (select 1 from signal where id = new.id)
begin select raise(abort, 'signal is append-only'); end;
create trigger threshold_is_kept_insert before insert on threshold
when exists (select 1 from threshold where row = new.row)
  or exists (select 1 from threshold where copy = new.copy and seq = new.seq)
  or exists (select 1 from threshold where id = new.id)
begin select raise(abort, 'threshold is append-only'); end;
create trigger uncovering_is_kept_insert before insert on uncovering
when exists (select 1 from uncovering where review = new.review and part = new.part)
  or exists (select 1 from uncovering where copy = new.copy and seq = new.seq)
  or exists (select 1 from uncovering where id = new.id)
begin select raise(abort, 'uncovering is append-only'); end;
create trigger unread_draft_is_kept_insert before insert on unread_draft
when exists (select 1 from unread_draft where row = new.row)
begin select raise(abort, 'unread_draft is append-only'); end;
create trigger withdrawal_is_kept_insert before insert on withdrawal
when exists (select 1 from withdrawal where rowid = new.rowid)
  or exists (select 1 from withdrawal where annotation = new.annotation)
  or exists (select 1 from withdrawal where copy = new.copy and seq = new.seq)
  or exists (select 1 from withdrawal where id = new.id)
begin select raise(abort, 'withdrawal is append-only'); end;

-- Every row that another copy could send has a number, and the numbers have no gaps, so that a row that is taken away
-- leaves one. Until now a number could be drawn and not used: which those are is kept here, once.
create table unused (
    first integer primary key,
    last  integer not null check (last >= first)
) strict;

insert into unused (first, last)
with used (seq) as (
    select seq from annotation
    union select seq from aside
    union select seq from aside_return
    union select seq from assessment
    union select seq from bulk
    union select seq from bulk_return
    union select seq from draw
    union select seq from export
    union select seq from gold
    union select seq from impression
    union select seq from policy_in_force
    union select seq from restricted_review
    union select seq from reveal
    union select seq from review
    union select seq from risk_listed
    union select seq from risk_seen
    union select seq from signal
    union select seq from threshold
    union select seq from uncovering
    union select seq from withdrawal
), bound (seq, next) as (
    select seq, lead(seq) over (order by seq) from (select 0 as seq union select seq from used union select seq + 1 from here))
select seq + 1, next - 1 from bound where next > seq + 1;

create trigger unused_is_kept_update before update on unused begin select raise(abort, 'unused is append-only'); end;
create trigger unused_is_kept_delete before delete on unused begin select raise(abort, 'unused is append-only'); end;
create trigger unused_is_kept_insert before insert on unused begin select raise(abort, 'unused is append-only'); end;
