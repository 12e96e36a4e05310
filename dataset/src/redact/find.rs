//! All scanners over all readings of a text, and what they found as places in the text as written.

use std::collections::BTreeSet;

use super::{
    address, handle, identity, kind::Kind, machine, money, phone, profile, reading::Reading, scan::Scan,
    secret, spelt, wallet,
};

/// What is known of a record already.
#[derive(Default)]
pub(super) struct Known {
    /// Digits of phone numbers.
    pub phones: BTreeSet<String>,
    /// Handles that cannot be a common word, without their `@`: `ann_k`, `ann99`.
    pub names: BTreeSet<String>,
}

/// A value in a text as written, and one way to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub kind: Kind,
    pub start: u32,
    pub end: u32,
    pub key: String,
}

/// The values of a text, in order, none overlapping.
pub(super) fn values(text: &str, known: &Known) -> Vec<Value> {
    let readings = Reading::all(text);
    let mut all = Vec::new();
    for reading in &readings {
        let mut scan = Scan::of(&reading.letters);
        look(&mut scan, known);
        all.extend(scan.found.into_iter().map(|it| {
            let (start, end) = reading.span(it.start, it.end);
            Value { kind: it.kind, start, end, key: it.key }
        }));
    }
    for reading in &readings {
        all.extend(spelt::find(reading));
    }
    merged(all)
}

/// What says most of its letters goes first: a number in a token is no phone number.
fn look(scan: &mut Scan, known: &Known) {
    secret::find(scan);
    wallet::find(scan);
    profile::find(scan);
    address::find(scan);
    machine::find_places(scan);
    handle::find(scan);
    money::find(scan);
    machine::find(scan);
    identity::find(scan);
    handle::find_bare(scan, &known.names);
    phone::find(scan, &known.phones);
}

/// One place where readings agree or overlap. The longer one says what it is; both go.
fn merged(mut all: Vec<Value>) -> Vec<Value> {
    all.sort_by(|a, b| (a.start, b.end).cmp(&(b.start, a.end)));
    let mut out: Vec<Value> = Vec::new();
    for value in all {
        match out.last_mut() {
            Some(last) if value.start < last.end => {
                if value.end - value.start > last.end - last.start {
                    (last.kind, last.key) = (value.kind, value.key);
                }
                last.end = last.end.max(value.end);
            }
            _ => out.push(value),
        }
    }
    out
}
