//! What is looked for, and what is not: the table that the data card shows.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer, ser::SerializeMap};

/// What kind of value was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `[email-1]`.
    Email,
    /// `[phone-1]`.
    Phone,
    /// `[handle-1]`.
    Handle,
    /// `[iban-1]`.
    Iban,
    /// `[card-1]`.
    Card,
    /// `[ip-1]`.
    Ip,
    /// `[mac-1]`.
    Mac,
    /// `[secret-1]`.
    Secret,
    /// `[wallet-1]`.
    Wallet,
    /// `[national-id-1]`.
    NationalId,
    /// `[coordinates-1]`.
    Coordinates,
}

impl Kind {
    /// All, in the order of the card.
    pub const ALL: [Self; 11] = [
        Self::Email,
        Self::Phone,
        Self::Handle,
        Self::Iban,
        Self::Card,
        Self::Ip,
        Self::Mac,
        Self::Secret,
        Self::Wallet,
        Self::NationalId,
        Self::Coordinates,
    ];

    /// As its placeholders are called.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Handle => "handle",
            Self::Iban => "iban",
            Self::Card => "card",
            Self::Ip => "ip",
            Self::Mac => "mac",
            Self::Secret => "secret",
            Self::Wallet => "wallet",
            Self::NationalId => "national-id",
            Self::Coordinates => "coordinates",
        }
    }

    /// As the manifest counts it. A released name never changes meaning.
    #[must_use]
    pub fn count_name(self) -> &'static str {
        match self {
            Self::Email => "emails",
            Self::Phone => "phones",
            Self::Handle => "handles",
            Self::Iban => "ibans",
            Self::Card => "cards",
            Self::Ip => "ips",
            Self::Mac => "macs",
            Self::Secret => "secrets",
            Self::Wallet => "wallets",
            Self::NationalId => "national_ids",
            Self::Coordinates => "coordinates",
        }
    }

    /// What is looked for, for people.
    #[must_use]
    pub fn looked_for(self) -> &'static str {
        match self {
            Self::Email => {
                "E-mail addresses: with spaces around @ and points, at an IP address, in other scripts, with “at” and \
                 “dot” in brackets or in the words of twelve languages"
            }
            Self::Phone => {
                "Phone numbers: international and national, in groups however joined, in the digits of any script or in \
                 circles. Some long numbers that are none go with them"
            }
            Self::Handle => {
                "Handles: `@name`, `@name@host`, `u/name`, `name#1234`, `<@123…>`, the name in links to profiles of \
                 well-known platforms, names after “insta:” and the like"
            }
            Self::Iban => "IBANs, spaced or not, whose length and check digits are right",
            Self::Card => {
                "Payment card numbers of 13–19 digits of the known networks, spaced or not, whose check digit is right"
            }
            Self::Ip => "IPv4 and IPv6 addresses that are not loopback or of a private network",
            Self::Mac => "Hardware addresses (MAC)",
            Self::Secret => {
                "Passwords, tokens and keys: by their prefix (`AKIA…`, `ghp_…`, `sk-…` and others), JWT, PEM blocks, after \
                 `password:`, `token=`, `Bearer` and the like in several languages, before the host of a link"
            }
            Self::Wallet => {
                "Cryptocurrency addresses: Base58Check and bech32 whose checksum is right, and `0x` with 40 hex digits"
            }
            Self::NationalId => {
                "National numbers whose check digits are right: Brazil (CPF), China, France (NIR), Germany (tax), India \
                 (Aadhaar), Italy, the Netherlands (BSN), Poland, Spain; of the United States (SSN) by format; some only \
                 beside their name"
            }
            Self::Coordinates => "Latitude and longitude with four or more decimals",
        }
    }

    /// Whether spaces and punctuation say nothing of it.
    pub(super) fn is_compact(self) -> bool {
        matches!(self, Self::Iban | Self::Card | Self::NationalId)
    }
}

/// What stays, for people: nobody looks for it here.
pub const NOT_LOOKED_FOR: [&str; 10] = [
    "names of people, unless they are handles",
    "postal addresses and names of places",
    "licence plates",
    "dates of birth",
    "national numbers other than those above, passports and driving licences",
    "bank accounts other than IBANs",
    "values spelt out in words (“four one five…”) or cut over several parts or items",
    "addresses of private networks and of one's own machine",
    "anything inside pictures: faces, writing, metadata of the original file",
    "habits of writing that tell who wrote",
];

/// How many places were replaced in one record or in all, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replaced(BTreeMap<Kind, u32>);

impl Replaced {
    /// Of one kind.
    #[must_use]
    pub fn of(&self, kind: Kind) -> u32 {
        self.0.get(&kind).copied().unwrap_or(0)
    }

    /// Whether nothing was.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn add(&mut self, kind: Kind) {
        *self.0.entry(kind).or_default() += 1;
    }
}

impl std::ops::AddAssign for Replaced {
    fn add_assign(&mut self, other: Self) {
        for (kind, n) in other.0 {
            *self.0.entry(kind).or_default() += n;
        }
    }
}

impl Serialize for Replaced {
    /// Every kind, found or not: a nought says that it was looked for.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(Some(Kind::ALL.len()))?;
        for kind in Kind::ALL {
            map.serialize_entry(kind.count_name(), &self.of(kind))?;
        }
        map.end()
    }
}
