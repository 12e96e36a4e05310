//! What leaves as a dataset: which records, under which names, in which split and shape.
//!
//! Pure: records and items come in, rows go out as values. `desk::export` reads them in one
//! snapshot and writes the files. `docs/formats.md` describes every row.

pub mod redact;

pub mod groups;

pub mod choose;

pub mod filter;

pub mod prompt;

pub mod sft;

pub mod prm;

pub mod label_studio;

pub mod table;

pub mod manifest;

pub mod card;

use casebook_core::{
    hash::sha256_hex,
    record::{Record, content_sha256},
};

/// Hashes of what leaves: of each text as it is now, and of the item's content.
pub fn rehash(record: &mut Record) {
    for part in &mut record.item.parts {
        if let Some(said) = &part.text {
            part.sha256 = Some(sha256_hex(said.as_bytes()));
        }
    }
    record.item.content_sha256 = content_sha256(&record.item.parts);
}
