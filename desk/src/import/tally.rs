//! What was taken of a source and what was left, by name.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{PoisonError, RwLock},
};

use casebook_core::item::shorten;
use casebook_store::{Tally, TallyKind};

/// Names that are told apart; a file may have a key for every line.
const MOST_NAMES: usize = 2000;

/// Numbers for (kind, name, field), so that counting a cell is cheap.
#[derive(Debug, Default)]
pub(super) struct Register {
    known: RwLock<(HashMap<String, u32>, Vec<Entry>)>,
}

/// Kind, name, and field or rule.
type Entry = (TallyKind, String, String);

impl Register {
    /// The number of a column that became a field, or of one that nobody asked for.
    pub(super) fn number(&self, kind: TallyKind, name: &str, rule: &str) -> u32 {
        let key = format!("{kind:?}\0{name}\0{rule}");
        if let Some(n) = self.known.read().unwrap_or_else(PoisonError::into_inner).0.get(&key) {
            return *n;
        }
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let (numbers, entries) = &mut *known;
        if entries.len() >= MOST_NAMES {
            return *numbers.entry(format!("more {kind:?}")).or_insert_with(|| {
                entries.push((kind, "…".into(), "more than are told apart".into()));
                entries.len() as u32 - 1
            });
        }
        *numbers.entry(key).or_insert_with(|| {
            entries.push((kind, shorten(name), rule.to_owned()));
            entries.len() as u32 - 1
        })
    }

    fn entry(&self, n: u32) -> Entry {
        self.known.read().unwrap_or_else(PoisonError::into_inner).1[n as usize].clone()
    }
}

/// What of one unit was taken, and what was left.
#[derive(Debug, Default)]
pub(super) struct Notes {
    /// Numbers of a [`Register`].
    pub seen: Vec<u32>,
    /// Cells that were left.
    pub left: Vec<Note>,
}

/// Something that was left, and why.
#[derive(Debug)]
pub(super) struct Note {
    pub kind: TallyKind,
    /// The column, field or file.
    pub name: String,
    pub rule: String,
    pub value: Option<String>,
}

impl Notes {
    pub(super) fn leave(
        &mut self,
        kind: TallyKind,
        name: impl Into<String>,
        rule: impl Into<String>,
        value: Option<String>,
    ) {
        self.left.push(Note { kind, name: name.into(), rule: rule.into(), value });
    }
}

/// The counts of a batch.
#[derive(Debug, Default)]
pub(super) struct Counts {
    seen: Vec<u64>,
    left: BTreeMap<Entry, First>,
}

/// How often, where first, and the first value.
type First = (u64, u64, Option<String>);

impl Counts {
    pub(super) fn add(&mut self, line: u64, notes: Notes) {
        for n in notes.seen {
            let n = n as usize;
            if self.seen.len() <= n {
                self.seen.resize(n + 1, 0);
            }
            self.seen[n] += 1;
        }
        for Note { kind, name, rule, value } in notes.left {
            self.left.entry((kind, shorten(&name), rule)).or_insert((0, line, value)).0 += 1;
        }
    }

    /// As the store keeps them, and nothing counted any more.
    pub(super) fn take(&mut self, register: &Register) -> Vec<Tally> {
        let seen = std::mem::take(&mut self.seen);
        let seen = (0..).zip(seen).filter(|(_, n)| *n > 0).map(|(number, n)| {
            let (kind, name, rule) = register.entry(number);
            Tally { kind, name, rule, n, line: None, value: None }
        });
        let left =
            std::mem::take(&mut self.left).into_iter().map(|((kind, name, rule), (n, line, value))| Tally {
                kind,
                name,
                rule,
                n,
                line: Some(line),
                value,
            });
        seen.chain(left).collect()
    }
}

/// Adds counts of one name to each other.
pub(super) fn merge(all: &mut Vec<Tally>, more: Vec<Tally>) {
    for it in more {
        match all
            .iter_mut()
            .find(|before| (before.kind, &before.name, &before.rule) == (it.kind, &it.name, &it.rule))
        {
            Some(before) => before.n += it.n,
            None => all.push(it),
        }
    }
}
