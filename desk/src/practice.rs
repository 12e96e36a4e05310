//! Practice: ten items of our own in a case file of their own, with reasons that people wrote for them, so that the keys can be
//! learnt before anything real is decided, and before any model is installed.
//!
//! A practice file is an ordinary case file: what is decided in it is recorded, and stays. What is said of its items is in
//! it from the start, under the name of the deck; no model is asked, and nothing in it is a number.

use std::{fs, path::Path, sync::LazyLock};

use casebook_core::{
    assessment::{Assessment, Recommendation},
    decision::Choice,
    draft::DraftStep,
    evidence::{Anchor, Evidence},
    hash::sha256_hex,
    queue::Queue,
    record::{Author, ExceptionCheck, RecordItem, Stage, StepSource},
    score::{NotScored, Scoring, Speaker},
    text,
};
use casebook_files::Partial;
use casebook_store::Store;
use serde::Deserialize;
use uuid::Uuid;

use crate::{
    assess,
    connections::Connections,
    error::{Code, Error, Result},
    flow::Flow,
    import::{self, Readers},
    policies,
    session::Session,
    time,
    wire::{Desktop, ImportRequest},
};

const DECK: &str = include_str!("practice/deck.json");
/// The one picture in it, drawn by `samples/pictures.py`.
const PICTURE: (&str, &[u8]) = ("giveaway.png", include_bytes!("../../samples/images/giveaway.png"));
const FILE: &str = "practice.casebook";

/// One item of the deck, and what is said of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Card {
    /// As a line of an import.
    item: serde_json::Value,
    choice: Choice,
    clauses: Vec<String>,
    severity: u8,
    steps: Vec<Written>,
}

/// A step as it was written; quotes are words of the item's first part.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    stage: Stage,
    text: String,
    #[serde(default)]
    quotes: Vec<String>,
    #[serde(default)]
    clauses: Vec<String>,
    #[serde(default)]
    exceptions: Vec<ExceptionCheck>,
}

static CARDS: LazyLock<Vec<Card>> =
    LazyLock::new(|| serde_json::from_str(DECK).expect("a test reads the deck"));

/// Under whose name the reasons of the deck stand. Its words cannot change without its hash.
pub(crate) fn speaker() -> Speaker {
    Speaker {
        id: "practice-deck@1".into(),
        weights_sha256: sha256_hex(DECK.as_bytes()),
        ..assess::no_model()
    }
}

/// True of a case file that was made to practise in.
pub(crate) fn is_practice(store: &Store) -> Result<bool> {
    Ok(store.has_spoken(&speaker())?)
}

impl Session {
    /// Opens the practice file that this reviewer has not been through, or a new one.
    ///
    /// # Errors
    /// When nobody is named, or the home cannot be written.
    pub fn practise(&self) -> Result<Desktop> {
        let Some(reviewer) = self.reviewer() else {
            return Err(Error::new(Code::NoReviewer, "say who reviews first: no name is set"));
        };
        let home = self.settings.home.join("practice");
        casebook_files::private_folders(&home)
            .map_err(|it| Error::file("make a folder to practise in", &home, it))?;
        let made = numbered(&home);
        let last = made.last().copied().unwrap_or(0);
        let path = |n: u32| home.join(n.to_string()).join(FILE);
        if last > 0 && is_open(&path(last), &reviewer) {
            return self.open_case(&path(last).to_string_lossy());
        }
        let folder = home.join((last + 1).to_string());
        self.make_practice(&folder)?;
        self.open_case(&folder.join(FILE).to_string_lossy())
    }

    /// Makes a practice file whole or not at all.
    fn make_practice(&self, folder: &Path) -> Result<()> {
        let attempt = |source| Error::file("make a folder to practise in", folder, source);
        let partial = Partial::folder(folder).map_err(attempt)?;
        let at = |name: &str| partial.path().join(name);
        let lines: Vec<String> = CARDS.iter().map(|it| it.item.to_string()).collect();
        fs::write(at("deck.jsonl"), lines.join("\n")).map_err(attempt)?;
        fs::write(at(PICTURE.0), PICTURE.1).map_err(attempt)?;
        let now_ms = self.now();
        let mut store = Store::create(&at(FILE), now_ms, &Uuid::new_v4().to_string())?;
        let readers = Readers { stills: &*self.settings.stills, tables: &*self.settings.tables };
        let path = at("deck.jsonl").to_string_lossy().into_owned();
        let request = ImportRequest { path, ..ImportRequest::default() };
        import::import(&mut store, readers, &request, &*self.settings.clock, &mut |_| Flow::Go)?;
        let policy = policies::in_force(&store, now_ms)?;
        for card in CARDS.iter() {
            let id = card.item.get("id").and_then(serde_json::Value::as_str).unwrap_or_default();
            let row = store.row_of(id)?.ok_or_else(|| {
                Error::new(Code::Defect, format!("make a practice file: {id} of the deck did not come in"))
            })?;
            let stored = store.item(row)?;
            let (mut evidence, steps) = card.chain(&stored.record);
            assess::verify(&mut evidence, &stored, &policy, &[]);
            let assessment = Assessment {
                id: casebook_store::new_id(now_ms),
                policy: policy.name(),
                policy_sha256: policy.sha256.clone(),
                model: speaker(),
                made_at: time::rfc3339(now_ms),
                duration_ms: 0,
                scoring: Scoring::NotScored { reason: NotScored::Practice },
                notes: Vec::new(),
                evidence,
                steps,
                recommendation: Some(card.recommendation()),
                precedents: Vec::new(),
            };
            store.put_assessment(row, &assessment, now_ms)?;
        }
        drop(store);
        partial.settle().map_err(attempt)
    }
}

impl Card {
    fn recommendation(&self) -> Recommendation {
        Recommendation {
            choice: self.choice,
            clauses: self.clauses.clone(),
            severity: self.severity,
            remediation: String::new(),
        }
    }

    /// Its steps, and what they point at.
    fn chain(&self, item: &RecordItem) -> (Vec<Evidence>, Vec<DraftStep>) {
        let mut evidence: Vec<Evidence> = Vec::new();
        let mut cite = |anchor: Anchor| {
            let id = format!("e{}", evidence.len() + 1);
            evidence.push(Evidence { id: id.clone(), anchor, verified: None, note: None });
            id
        };
        let steps = (1..).zip(&self.steps).map(|(n, it)| {
            let quoted = it.quotes.iter().filter_map(|quote| quoted(item, quote));
            let named = it.clauses.iter().map(|it| Anchor::Clause { reference: it.clone() });
            DraftStep {
                id: format!("m{n}"),
                stage: it.stage,
                text: it.text.clone(),
                draft_text: None,
                author: Author::Model,
                source: StepSource::Pipeline,
                evidence: quoted.chain(named).map(&mut cite).collect(),
                clauses: it.clauses.clone(),
                exceptions: it.exceptions.clone(),
                rating: None,
                rating_reason: None,
                critique: String::new(),
                alternatives: Vec::new(),
                deleted: false,
                drafted_as: Some(n),
            }
        });
        let steps = steps.collect();
        (evidence, steps)
    }
}

/// Where `quote` stands in the first part.
fn quoted(item: &RecordItem, quote: &str) -> Option<Anchor> {
    let part = item.parts.first()?;
    let source = part.text.as_deref()?;
    let start = text::scalars(&source[..source.find(quote)?]);
    Anchor::span(&part.id, source, start, start + text::scalars(quote))
}

/// The practice folders that are there, by number.
fn numbered(home: &Path) -> Vec<u32> {
    let entries = fs::read_dir(home).into_iter().flatten().flatten();
    let mut made: Vec<u32> = entries.filter_map(|it| it.file_name().to_str()?.parse().ok()).collect();
    made.sort_unstable();
    made
}

/// True where there is something left for `reviewer` to practise on. A file that cannot be opened is not gone on with.
fn is_open(path: &Path, reviewer: &str) -> bool {
    let open = || -> Result<bool> {
        let connections = Connections::open(path)?;
        // The deck of another version is not this one.
        let left = connections.read(|store| {
            Ok(is_practice(store)? && store.queue_counts(&Queue::reported(), reviewer)?.0 > 0)
        })?;
        connections.close();
        Ok(left && !connections.is_read_only())
    };
    open().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use casebook_core::policy::Policy;

    use super::*;

    #[test]
    fn every_card_says_what_the_policy_allows_and_quotes_its_item() {
        let policy = Policy::built_in();
        let mut ids = BTreeSet::new();
        for card in CARDS.iter() {
            let id = card.item["id"].as_str().expect("an item has an id");
            assert!(ids.insert(id), "{id} twice");
            let text = card.item["parts"][0]["text"].as_str().expect("the first part is a text");
            for step in &card.steps {
                for quote in &step.quotes {
                    assert!(text.contains(quote.as_str()), "{id}: “{quote}” is not in it");
                }
                for it in &step.exceptions {
                    let (clause, _) = it.id.split_once('/').expect("CLAUSE/EXCEPTION");
                    let known = policy.clause(clause).is_some_and(|known| {
                        known.exceptions.iter().any(|x| format!("{clause}/{}", x.id) == it.id)
                    });
                    assert!(known, "{id}: no exception {}", it.id);
                }
            }
            let clause = policy.clause(&card.clauses[0]).expect("its clause is in the policy");
            let range = card.choice.verdict().severity(Some(clause));
            assert!((range.min..=range.max).contains(&card.severity), "{id}: severity {}", card.severity);
            if card.choice.needs_clause() {
                let action = card.choice.action(Some(clause)).expect("something is done");
                assert!(clause.actions.contains(&action), "{id}: {action:?} under {}", clause.id);
            }
        }
        assert_eq!(ids.len(), 10);
    }
}
