//! What stands twice in a file: the columns that questions are asked of, beside the records, texts and pictures they
//! were taken from.

use rusqlite::Connection;
use serde_json::Value;

use casebook_core::{
    decision::{Choice, Judgement},
    formats,
    hash::{hex, pseudonym, sha256_hex},
    policy::Policy,
    record::{Record, RecordPart, content_sha256},
};

use crate::{
    error::Result,
    rows::{all, from_json, one, variant, word},
};

/// Annotations whose columns say something else than their records.
pub(super) fn annotations(db: &Connection) -> Result<Vec<String>> {
    let salt: String = one(db, "select salt from case_file", ())?.unwrap_or_default();
    let sql = "select a.id, a.choice, a.verdict, a.clauses, a.supersedes, f.name, a.record, i.id, i.content_sha256,
                   v.name, r.policy, p.sha256, m.body
               from annotation a left join format f on f.row = a.format left join item i on i.row = a.item
               left join reviewer v on v.id = a.reviewer left join review r on r.row = a.review
               left join policy p on p.name = r.policy left join impression m on m.review = a.review order by a.row";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(())?;
    let mut found = Vec::new();
    while let Some(it) = rows.next()? {
        let id: String = it.get(0)?;
        let format: String = it.get::<_, Option<String>>(5)?.unwrap_or_default();
        let record = match formats::read::<Record>(&format, formats::RECORD, &it.get::<_, String>(6)?) {
            Ok(it) => it.value,
            // What only a later program reads cannot be looked into here.
            Err(formats::Unreadable::Format { .. }) => continue,
            Err(problem) => {
                found.push(format!("annotation {id}: {problem}"));
                continue;
            }
        };
        let choice: Option<Choice> = variant("choice", &it.get::<_, String>(1)?).ok();
        let clauses: Vec<&str> = record.decision.clauses.iter().map(|it| it.id.as_str()).collect();
        let policy = format!("{}@{}", record.policy.set, record.policy.version);
        let text = |n: usize| it.get::<_, Option<String>>(n).map(Option::unwrap_or_default);
        let content = it.get::<_, Option<Vec<u8>>>(8)?.map(|it| hex(&it)).unwrap_or_default();
        let differs = [
            ("id", id == record.id),
            ("choice", choice.is_some_and(|it| it.verdict() == record.decision.verdict)),
            ("verdict", text(2)? == word(&record.decision.verdict)?),
            ("clauses", from_json::<Vec<String>>("clauses", &text(3)?).is_ok_and(|it| it == clauses)),
            ("superseded record", it.get::<_, Option<String>>(4)? == record.provenance.supersedes),
            ("item", text(7)? == record.item.id),
            ("item's content", content == record.item.content_sha256),
            ("reviewer", pseudonym(&salt, "r", &text(9)?) == record.provenance.reviewer),
            ("policy", text(10)? == policy),
            ("policy's text", text(11)? == record.policy.sha256),
            ("first impression", is_first_impression(it.get::<_, Option<String>>(12)?.as_deref(), &record)),
        ];
        let differs: Vec<&str> = differs.iter().filter(|it| !it.1).map(|it| it.0).collect();
        if !differs.is_empty() {
            found.push(format!("annotation {id}: its record has another {}", differs.join(", ")));
        }
    }
    Ok(found)
}

/// Whether a record's first impression is the one that is stored. One of a later format says nothing here.
fn is_first_impression(stored: Option<&str>, record: &Record) -> bool {
    let stored = stored.and_then(|it| serde_json::from_str::<Value>(it).ok());
    let judgement =
        stored.and_then(|mut it| serde_json::from_value::<Judgement>(it["judgement"].take()).ok());
    match (judgement, &record.first_impression) {
        (Some(stored), Some(recorded)) => {
            stored.choice.verdict() == recorded.verdict
                && stored.clauses.iter().eq(recorded.clauses.iter().map(|it| &it.id))
        }
        _ => true,
    }
}

/// Items whose words, parts or kind are not those that were imported.
pub(super) fn items(db: &Connection) -> Result<Vec<String>> {
    let sql = "select i.row, i.id, i.content_sha256, i.restricted, p.kind, p.role, p.text, p.media
               from item i left join part p on p.item = i.row order by i.row, p.position";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query(())?;
    let mut found = Vec::new();
    let mut looked: Option<(i64, String, String)> = None;
    let mut parts: Vec<RecordPart> = Vec::new();
    let mut look = |item: &Option<(i64, String, String)>, parts: &[RecordPart]| {
        if let Some((_, id, content)) = item.as_ref().filter(|it| content_sha256(parts) != it.2) {
            found.push(format!(
                "item {id}: its parts are not those that were imported, by their hash {}",
                &content[..12]
            ));
        }
    };
    while let Some(it) = rows.next()? {
        let row: i64 = it.get(0)?;
        if looked.as_ref().is_none_or(|it| it.0 != row) {
            look(&looked, &parts);
            parts.clear();
            looked = Some((row, it.get(1)?, hex(&it.get::<_, Vec<u8>>(2)?)));
        }
        let Some(kind) = it.get::<_, Option<String>>(4)? else { continue };
        parts.push(RecordPart {
            id: String::new(),
            kind: variant("kind", &kind)?,
            role: it.get(5)?,
            text: it.get(6)?,
            path: None,
            sha256: it.get::<_, Option<Vec<u8>>>(7)?.map(|it| hex(&it)),
            language: None,
            language_confidence: None,
            width: None,
            height: None,
            duration_ms: None,
            remarks: Vec::new(),
        });
    }
    look(&looked, &parts);
    Ok(found)
}

/// Pictures whose bytes are not those of their hash, and covers that cover nothing.
pub(super) fn media(db: &Connection) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for key in all::<Vec<u8>>(db, "select sha256 from media order by sha256", ())? {
        let (full, covered) = (bytes(db, &key, "full")?, bytes(db, &key, "covered")?);
        let name = hex(&key);
        if sha256_hex(&full) != name {
            found.push(format!("picture {name}: its bytes are others"));
        } else if full == covered {
            found.push(format!("picture {name}: its cover shows it"));
        }
    }
    Ok(found)
}

fn bytes(db: &Connection, key: &[u8], rendition: &str) -> Result<Vec<u8>> {
    let sql = "select c.bytes from rendition r join chunk c on c.rendition = r.row
               where r.media = ?1 and r.name = ?2 order by c.n";
    let mut statement = db.prepare_cached(sql)?;
    let mut rows = statement.query((key, rendition))?;
    let mut whole = Vec::new();
    while let Some(it) = rows.next()? {
        whole.extend_from_slice(it.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?);
    }
    Ok(whole)
}

/// Policies whose text is not that of their hash.
pub(super) fn policies(db: &Connection) -> Result<Vec<String>> {
    let mut statement = db.prepare_cached("select name, sha256, toml from policy order by name")?;
    let mut rows = statement.query(())?;
    let mut found = Vec::new();
    while let Some(it) = rows.next()? {
        let (name, sha256, toml): (String, String, String) = (it.get(0)?, it.get(1)?, it.get(2)?);
        if sha256_hex(toml.as_bytes()) != sha256 {
            found.push(format!("policy {name}: its text is not the one of its hash {}", &sha256[..12]));
        }
    }
    Ok(found)
}

/// Items that something restricts and that are not restricted, and items that nothing restricts and that are.
pub(super) fn lane(db: &Connection) -> Result<Vec<String>> {
    let mut statement = db.prepare_cached("select name, toml from policy")?;
    let mut policies = statement.query(())?;
    let mut found = Vec::new();
    while let Some(it) = policies.next()? {
        let name: String = it.get(0)?;
        // A policy that only a later program reads cannot be looked into here.
        let Ok(policy) = Policy::parse(&name, it.get_ref(1)?.as_str().map_err(rusqlite::Error::from)?) else {
            continue;
        };
        let lane: Vec<&str> =
            policy.clauses.iter().filter(|it| it.is_restricted()).map(|it| it.id.as_str()).collect();
        let lane = crate::rows::to_json(&lane)?;
        let sql = "select i.id from item i where i.restricted = 0 and (
                       exists (select 1 from gold g, json_each(g.clauses) c where g.item = i.row and g.policy = ?1
                               and c.value in (select value from json_each(?2)))
                    or exists (select 1 from annotation a join review r on r.row = a.review, json_each(a.clauses) c
                               where a.item = i.row and r.policy = ?1 and c.value in (select value from json_each(?2))
                                 and not exists (select 1 from release_review e where e.review = r.row)))
                   limit 20";
        let astray: Vec<String> = all(db, sql, (&name, &lane))?;
        found.extend(
            astray.iter().map(|it| format!("item {it}: outside the restricted lane, and belongs in it")),
        );
    }
    let sql = "select i.id from item i where i.restricted = 1
               and not exists (select 1 from gold g where g.item = i.row)
               and not exists (select 1 from review r join restricted_review x on x.review = r.row where r.item = i.row)
               limit 20";
    let hidden: Vec<String> = all(db, sql, ())?;
    found.extend(
        hidden.iter().map(|it| format!("item {it}: in the restricted lane, and nothing put it there")),
    );
    Ok(found)
}
