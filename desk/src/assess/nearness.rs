//! Decided items like one that is assessed, and what their nearness was seen to tell.

use std::collections::BTreeMap;

use casebook_core::{
    assessment::Precedent,
    nearness::{DecidedAs, Told, told},
    policy::Policy,
    score::Speaker,
};
use casebook_store::{Precedents, Row, Store};

use crate::{error::Result, view};

/// Below this cosine two items are not alike: of 20,000 pairs of our own texts by chance one in a thousand reaches .44 by
/// multilingual-e5-small; half of the pairs that were written as look-alikes reach .55.
const ALIKE: f64 = 0.5;
/// Precedents an assessment names, at most.
const PRECEDENTS: usize = 5;
/// Decided items by which nearness is measured: those known last.
const MEASURED: usize = 300;

/// The decided items of a file, and by which outcomes their nearness tells anything.
#[derive(Default)]
pub(super) struct Nearness {
    known: Precedents,
    told: BTreeMap<DecidedAs, Told>,
    /// Decided items when that was measured.
    measured_at: usize,
}

impl Nearness {
    /// The decided items nearest to `vector`, but for `row` itself.
    pub(super) fn precedents(
        &mut self,
        store: &Store,
        policy: &Policy,
        model: &Speaker,
        row: Row,
        vector: &[f32],
    ) -> Result<Vec<Precedent>> {
        let nearest = store.nearest_decided(&mut self.known, model, vector)?;
        self.measure(store, policy)?;
        let mut precedents = Vec::new();
        for (similarity, other) in nearest.into_iter().filter(|(it, other)| *it >= ALIKE && *other != row) {
            if precedents.len() == PRECEDENTS {
                break;
            }
            let Some(decided) = store.decided(other, &policy.name())? else { continue };
            let stored = store.item(other)?;
            let outcome = DecidedAs::of(decided.verdict, &decided.clauses);
            precedents.push(Precedent {
                item: stored.item.id.clone(),
                similarity: (similarity * 1000.0).round() / 1000.0,
                verdict: decided.verdict,
                clauses: decided.clauses,
                gold: decided.gold,
                told: outcome.and_then(|it| self.told.get(&it)).copied(),
                excerpt: view::found(&stored, "").excerpt,
            });
        }
        Ok(precedents)
    }

    /// Measures anew where a tenth more items are decided than the last time.
    fn measure(&mut self, store: &Store, policy: &Policy) -> Result<()> {
        let n = self.known.n_known();
        if n == self.measured_at
            || (n > self.measured_at && n < self.measured_at + self.measured_at.div_ceil(10))
        {
            return Ok(());
        }
        let name = policy.name();
        let outcome = |row: Row| -> Result<Option<DecidedAs>> {
            Ok(store.decided(row, &name)?.and_then(|it| DecidedAs::of(it.verdict, &it.clauses)))
        };
        let mut pairs = Vec::new();
        for it in store.neighbours(&self.known, MEASURED)?.into_iter().filter(|it| it.cosine >= ALIKE) {
            pairs.extend(outcome(it.item)?.zip(outcome(it.nearest)?));
        }
        self.told = told(&pairs);
        self.measured_at = n;
        Ok(())
    }
}
