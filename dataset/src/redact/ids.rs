//! What a record is called by: ids of items, and the fields that senders fill and nobody rewrites.
//!
//! A number for an id is no phone number, since senders number their items; what says of itself that it is private
//! (an address, a handle, a link to a profile) is.

use casebook_core::{evidence::Anchor, hash::pseudonym, record::Record};

use super::{
    find::{self, Known},
    kind::Kind,
    reading::{Reading, key},
};

/// Whether a name tells a private value: by itself, or because it repeats one out of `texts`.
#[must_use]
pub fn tells<'a>(name: &str, texts: impl IntoIterator<Item = &'a str>) -> bool {
    if tells_itself(name) {
        return true;
    }
    let readings: Vec<String> = Reading::all(name).iter().map(|it| key(&it.letters)).collect();
    let digits: Vec<String> =
        readings.iter().map(|it| it.chars().filter(char::is_ascii_digit).collect()).collect();
    texts.into_iter().flat_map(|it| find::values(it, &Known::default())).any(|it| match it.kind {
        Kind::Phone => digits.iter().any(|name| name.contains(&it.key)),
        _ => it.key.len() >= 6 && readings.iter().any(|name| name.contains(&it.key)),
    })
}

/// The name an item has in an export that redacts: its own, or a stable one that says nothing, salted per case file
/// as authors are, where its own tells something.
#[must_use]
pub fn alias<'a>(salt: &str, id: &str, texts: impl IntoIterator<Item = &'a str>) -> Option<String> {
    tells(id, texts).then(|| pseudonym(salt, "i", id))
}

/// The first of the fields that are not rewritten which tells something by itself.
pub(super) fn telling_field(record: &Record) -> Option<&'static str> {
    let item = &record.item;
    let language = |it: &Option<String>| it.as_deref().is_some_and(tells_itself);
    let cites = |it: &Anchor| matches!(it, Anchor::Precedent { reference } if tells_itself(reference));
    let fields = [
        ("item.id", tells_itself(&item.id)),
        ("item.parts.role", item.parts.iter().any(|it| tells_itself(&it.role))),
        ("item.market", language(&item.market)),
        ("item.language", language(&item.language)),
        ("evidence.ref", record.evidence.iter().any(|it| cites(&it.anchor))),
    ];
    fields.into_iter().find(|it| it.1).map(|it| it.0)
}

fn tells_itself(name: &str) -> bool {
    let is_bare_number = |it: &find::Value| match it.kind {
        Kind::Phone => !name.contains('+'),
        Kind::Card | Kind::NationalId | Kind::Coordinates | Kind::Mac => true,
        _ => false,
    };
    find::values(name, &Known::default()).iter().any(|it| !is_bare_number(it))
}
