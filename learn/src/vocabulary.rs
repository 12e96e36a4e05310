//! Columns of its own for every n-gram: what the tf-idf floor reads, where heads share buckets.

use std::collections::HashMap;

use casebook_models::ngrams::{Columns, Counts};

/// Gives every distinct hash of a data set a column of its own, as a vocabulary does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    columns: HashMap<u64, u32>,
}

impl Vocabulary {
    /// The counts in columns of their own; new n-grams get new columns.
    pub fn columns(&mut self, counts: &Counts) -> Columns {
        let mut own = |grams: &[(u64, u32)]| {
            let column = |(hash, n): &(u64, u32)| {
                let next = self.columns.len() as u32;
                (*self.columns.entry(*hash).or_insert(next), *n)
            };
            grams.iter().map(column).collect()
        };
        Columns { words: own(&counts.words), letters: own(&counts.letters) }
    }

    /// How many columns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }
}
