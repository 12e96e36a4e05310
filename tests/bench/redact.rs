//! How much of what is private the redaction finds, and how much that is none it takes.
//!
//! `bench-redact`: every text of `casebook_tests::redaction` is looked through as an export is. A value is found
//! where all of it is covered; a place is right where it touches a value and takes no more than a few letters
//! beside it. The figures are of the half that nothing was mended by; `bench-redact development` prints the other
//! half, `bench-redact missed` every miss of it. The last line is one JSON object with the figures.

use std::{collections::BTreeMap, env, process::ExitCode};

use casebook_dataset::redact;
use casebook_tests::{
    figures::{Bar, Figure, conclude},
    redaction::{Case, Half, Hidden, corpus},
};

/// Letters a place may take beside a value: a bracket, a plus sign, a word of the address.
const BESIDE: u32 = 6;

fn main() -> ExitCode {
    let asked: Vec<String> = env::args().skip(1).collect();
    let tells = asked.iter().any(|it| it == "missed");
    if tells || asked.iter().any(|it| it == "development") {
        let count = measure(&corpus(Half::Development), tells);
        count.print();
        return ExitCode::SUCCESS;
    }
    let count = measure(&corpus(Half::HeldOut), false);
    count.print();
    let least = |name, value: usize, bar| Figure { name, value: value as f64, bar: Some(Bar::AtLeast(bar)) };
    let figures = [
        least("values", count.all.values, 600.0),
        least("sorts", count.by_sort.len(), 20.0),
        least("habits", count.by_habit.len(), 12.0),
        least("lookalikes", count.n_innocent, 600.0),
        Figure { name: "recall", value: count.all.recall(), bar: Some(Bar::AtLeast(0.97)) },
        Figure { name: "precision", value: count.precision(), bar: Some(Bar::AtLeast(0.97)) },
        Figure { name: "kind_right", value: count.all.kind_right(), bar: None },
        Figure { name: "taken_lookalikes", value: count.n_taken as f64, bar: None },
    ];
    match conclude("redact", &figures, &[]) {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// Of values.
#[derive(Default)]
struct Tally {
    values: usize,
    found: usize,
    named: usize,
}

impl Tally {
    fn add(&mut self, found: bool, named: bool) {
        self.values += 1;
        self.found += usize::from(found);
        self.named += usize::from(named);
    }

    fn recall(&self) -> f64 {
        self.found as f64 / self.values as f64
    }

    fn kind_right(&self) -> f64 {
        self.named as f64 / self.found as f64
    }
}

#[derive(Default)]
struct Count {
    all: Tally,
    by_sort: BTreeMap<&'static str, Tally>,
    by_habit: BTreeMap<&'static str, Tally>,
    /// By kind: places, and those that are right.
    places: BTreeMap<&'static str, (usize, usize)>,
    n_innocent: usize,
    n_taken: usize,
    taken: BTreeMap<&'static str, usize>,
}

fn measure(cases: &[Case], tells: bool) -> Count {
    let mut count = Count::default();
    for case in cases {
        let places = redact::places(&case.text);
        for hidden in &case.hidden {
            let (found, named) = is_covered(hidden, &places);
            count.all.add(found, named);
            count.by_sort.entry(hidden.sort).or_default().add(found, named);
            count.by_habit.entry(hidden.habit).or_default().add(found, named);
            if tells && !found {
                println!("missed {} ({}): {:?}", hidden.sort, hidden.habit, case.text);
            }
        }
        for place in &places {
            let right = case.hidden.iter().any(|it| is_right(it, place));
            let counted = count.places.entry(place.kind.word()).or_default();
            counted.0 += 1;
            counted.1 += usize::from(right);
            if tells && !right {
                let letters: String = case
                    .text
                    .chars()
                    .skip(place.start as usize)
                    .take((place.end - place.start) as usize)
                    .collect();
                println!("wrong {} {letters:?}, {}: {:?}", place.kind.word(), case.about, case.text);
            }
        }
        if case.hidden.is_empty() {
            count.n_innocent += 1;
            count.n_taken += usize::from(!places.is_empty());
            *count.taken.entry(case.about).or_default() += usize::from(!places.is_empty());
        }
    }
    count
}

/// Whether every scalar of a value is in a place, and whether one of those is called as it should be.
fn is_covered(hidden: &Hidden, places: &[redact::Place]) -> (bool, bool) {
    let mut read = hidden.start;
    let mut named = false;
    for place in places.iter().filter(|it| it.end > hidden.start && it.start < hidden.end) {
        if place.start <= read {
            read = read.max(place.end);
            named |= place.kind.word() == hidden.kind;
        }
    }
    (read >= hidden.end, read >= hidden.end && named)
}

fn is_right(hidden: &Hidden, place: &redact::Place) -> bool {
    let shared = place.end.min(hidden.end).saturating_sub(place.start.max(hidden.start));
    shared > 0 && place.end - place.start <= shared + BESIDE
}

impl Count {
    fn precision(&self) -> f64 {
        let (all, right) = self.places.values().fold((0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1));
        right as f64 / all as f64
    }

    fn print(&self) {
        for (what, tallies) in [("sort", &self.by_sort), ("habit", &self.by_habit)] {
            println!("{what:>38}  values  recall  kind right");
            for (name, it) in tallies {
                println!("{name:>38}  {:>6}  {:>6.3}  {:>6.3}", it.values, it.recall(), it.kind_right());
            }
        }
        println!("{:>38}  places  precision", "kind");
        for (name, (all, right)) in &self.places {
            println!("{name:>38}  {all:>6}  {:>6.3}", *right as f64 / *all as f64);
        }
        let taken = self.taken.iter().filter(|it| *it.1 > 0);
        println!("look-alikes taken: {:?}", taken.collect::<Vec<_>>());
        println!(
            "{} values, recall {:.4}, precision {:.4}",
            self.all.values,
            self.all.recall(),
            self.precision()
        );
    }
}
