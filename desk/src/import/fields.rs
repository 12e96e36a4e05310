//! The fields of an item that a column may hold, and what they are called.

use std::fmt;

/// Fields whose column is a text part; `text` has no better name for what it is.
const TEXTS: [&str; 7] = ["text", "caption", "title", "comment", "bio", "on_screen", "transcript"];

/// Fields whose column is the path of a picture, or the picture itself.
const PICTURES: [&str; 2] = ["image", "cover"];

/// A field of an item.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Id,
    /// A text part of this role.
    Text(String),
    /// A picture of this role: its path, or its bytes.
    Picture(String),
    Language,
    Market,
    Author,
    ReachPerHour,
    FlaggedAt,
    /// Whether a label of an outside data set holds.
    Label(String),
    /// The names of the labels that hold.
    Labels,
    /// Whether the labels beside it hold: `accept`, `reject` or `ignore`, as Prodigy writes it.
    Answer,
    /// How many people reported it for this reason.
    Reports(String),
    GoldPolicy,
    GoldVerdict,
    GoldClauses,
}

impl Field {
    /// The field of that name; case and spaces around it do not matter, `On screen` is `on_screen`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let name = clean(name);
        let lower = name.to_lowercase().replace([' ', '-'], "_");
        let below = |prefix: &str| match lower.starts_with(prefix) && name.len() > prefix.len() {
            true => name.get(prefix.len()..).map(str::to_owned),
            false => None,
        };
        Some(match lower.as_str() {
            "id" => Self::Id,
            "language" => Self::Language,
            "market" => Self::Market,
            "author" => Self::Author,
            "reach_per_hour" => Self::ReachPerHour,
            "flagged_at" => Self::FlaggedAt,
            "labels.*" => Self::Labels,
            "answer.*" => Self::Answer,
            "gold.policy" => Self::GoldPolicy,
            "gold.verdict" => Self::GoldVerdict,
            "gold.clauses" => Self::GoldClauses,
            it if TEXTS.contains(&it) => Self::Text(it.to_owned()),
            it if PICTURES.contains(&it) => Self::Picture(it.to_owned()),
            // Hugging Face keeps a picture as its bytes and its path.
            it if it.strip_suffix(".bytes").is_some_and(|it| PICTURES.contains(&it)) => {
                Self::Picture(it.trim_end_matches(".bytes").to_owned())
            }
            _ => match (below("labels."), below("reports.")) {
                (Some(label), _) => Self::Label(label),
                (_, Some(reason)) => Self::Reports(reason),
                _ => return None,
            },
        })
    }

    /// A text or a picture: what makes something an item.
    pub(super) fn is_part(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Picture(_))
    }

    /// Several columns may hold it.
    pub(super) fn is_repeatable(&self) -> bool {
        self.is_part() || matches!(self, Self::Labels)
    }

    /// All of them, for people.
    pub(super) fn all() -> String {
        let others = [
            "id",
            "language",
            "market",
            "author",
            "reach_per_hour",
            "flagged_at",
            "labels.NAME",
            "labels.*",
            "reports.REASON",
            "gold.policy",
            "gold.verdict",
            "gold.clauses",
        ];
        [&TEXTS[..], &PICTURES, &others].concat().join(", ")
    }
}

impl fmt::Display for Field {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Id => out.write_str("id"),
            Self::Text(role) | Self::Picture(role) => out.write_str(role),
            Self::Language => out.write_str("language"),
            Self::Market => out.write_str("market"),
            Self::Author => out.write_str("author"),
            Self::ReachPerHour => out.write_str("reach_per_hour"),
            Self::FlaggedAt => out.write_str("flagged_at"),
            Self::Label(name) => write!(out, "labels.{name}"),
            Self::Labels => out.write_str("labels.*"),
            Self::Answer => out.write_str("answer.*"),
            Self::Reports(reason) => write!(out, "reports.{reason}"),
            Self::GoldPolicy => out.write_str("gold.policy"),
            Self::GoldVerdict => out.write_str("gold.verdict"),
            Self::GoldClauses => out.write_str("gold.clauses"),
        }
    }
}

/// A column's name without the spaces and marks that programs leave around it.
pub(super) fn clean(name: &str) -> &str {
    name.trim_matches(|it: char| it.is_whitespace() || it == '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_called_as_people_write_it() {
        for (name, field) in [
            ("id", "id"),
            (" ID ", "id"),
            ("\u{feff}Language", "language"),
            ("On screen", "on_screen"),
            ("Reach per hour", "reach_per_hour"),
            ("labels.Spam", "labels.Spam"),
            ("LABELS.spam", "labels.spam"),
            ("reports.hate speech", "reports.hate speech"),
            ("labels.*", "labels.*"),
            ("image.bytes", "image"),
        ] {
            assert_eq!(Field::named(name).map(|it| it.to_string()).as_deref(), Some(field), "{name:?}");
        }
        for name in ["", "labels.", "reports", "mood", "image.path", "texts", "label_spam"] {
            assert_eq!(Field::named(name), None, "{name:?}");
        }
    }
}
