//! `casebook/parquet/1`: the rows of `raw` with a type for every column.

use casebook_core::ports::{Column, Kind};

/// The name of this shape. A released name never changes meaning.
pub const FORMAT: &str = "casebook/parquet/1";

const fn column(name: &'static str, kind: Kind) -> Column {
    Column { name, kind }
}

const TEXTS: Kind = Kind::List(&Kind::Text);

const CLAUSES: Kind = Kind::List(&Kind::Group(&[column("id", Kind::Text), column("role", Kind::Text)]));

/// The columns of a record, in its order.
pub const COLUMNS: &[Column] = &[
    column("schema", Kind::Text),
    column("id", Kind::Text),
    column(
        "item",
        Kind::Group(&[
            column("id", Kind::Text),
            column("kind", Kind::Text),
            column("content_sha256", Kind::Text),
            column("language", Kind::Text),
            column(
                "parts",
                Kind::List(&Kind::Group(&[
                    column("id", Kind::Text),
                    column("kind", Kind::Text),
                    column("role", Kind::Text),
                    column("text", Kind::Text),
                    column("path", Kind::Text),
                    column("sha256", Kind::Text),
                    column("language", Kind::Text),
                    column("language_confidence", Kind::Number),
                    column("width", Kind::Whole),
                    column("height", Kind::Whole),
                    column(
                        "remarks",
                        Kind::List(&Kind::Group(&[
                            column("kind", Kind::Text),
                            column("n", Kind::Whole),
                            column("read", Kind::Whole),
                            column("shown", Kind::List(&Kind::Whole)),
                            column("columns", Kind::Whole),
                            column("bytes", Kind::Whole),
                            column("what", Kind::Text),
                            column("missing_permille", Kind::Whole),
                            column("width", Kind::Whole),
                            column("height", Kind::Whole),
                        ])),
                    ),
                ])),
            ),
            column("author", Kind::Text),
            column("market", Kind::Text),
        ]),
    ),
    column(
        "policy",
        Kind::Group(&[
            column("set", Kind::Text),
            column("version", Kind::Text),
            column("sha256", Kind::Text),
        ]),
    ),
    column(
        "protocol",
        Kind::Group(&[
            column("mode", Kind::Text),
            column("assignment_probability", Kind::Number),
            column("model_shown_before_decision", Kind::Truth),
            column("queue_reason", Kind::Text),
        ]),
    ),
    column(
        "first_impression",
        Kind::Group(&[
            column("verdict", Kind::Text),
            column("clauses", CLAUSES),
            column("actions", TEXTS),
            column("severity", Kind::Whole),
            column("confidence", Kind::Number),
            column("note", Kind::Text),
            column("started_at", Kind::Time),
            column("stored_at", Kind::Time),
            column("kept", Kind::Truth),
            column("reveal_ms", Kind::Whole),
        ]),
    ),
    column(
        "evidence",
        Kind::List(&Kind::Group(&[
            column("id", Kind::Text),
            column("kind", Kind::Text),
            column("part", Kind::Text),
            column("start", Kind::Whole),
            column("end", Kind::Whole),
            column("quote", Kind::Text),
            column("box", Kind::List(&Kind::Number)),
            column("ref", Kind::Text),
            column("tool", Kind::Text),
            column("verified", Kind::Truth),
            column("note", Kind::Text),
        ])),
    ),
    column(
        "steps",
        Kind::List(&Kind::Group(&[
            column("n", Kind::Whole),
            column("id", Kind::Text),
            column("stage", Kind::Text),
            column("text", Kind::Text),
            column("evidence", TEXTS),
            column("clauses", TEXTS),
            column(
                "exceptions",
                Kind::List(&Kind::Group(&[
                    column("id", Kind::Text),
                    column("applies", Kind::Truth),
                    column("why", Kind::Text),
                ])),
            ),
            column("author", Kind::Text),
            column("draft_text", Kind::Text),
            column("rating", Kind::Json),
            column("rating_reason", Kind::Text),
            column(
                "alternatives",
                Kind::List(&Kind::Group(&[
                    column("text", Kind::Text),
                    column("author", Kind::Text),
                    column("rating", Kind::Json),
                ])),
            ),
            column("source", Kind::Text),
            column("deleted", Kind::Truth),
            column("moved_from", Kind::Whole),
        ])),
    ),
    column(
        "decision",
        Kind::Group(&[
            column("verdict", Kind::Text),
            column("clauses", CLAUSES),
            column("severity", Kind::Whole),
            column("confidence", Kind::Number),
            column("actions", TEXTS),
            column("remediation_text", Kind::Text),
            column("creator_message", Kind::Text),
            column("cannot_judge_reason", Kind::Text),
            column("remediation_evidence", TEXTS),
        ]),
    ),
    column(
        "model_drafts",
        Kind::List(&Kind::Group(&[
            column("model", Kind::Text),
            column("weights_sha256", Kind::Text),
            column("kind", Kind::Text),
            column("device", Kind::Text),
            column("calibration", Kind::Text),
            column("outcome", Kind::Text),
            column("not_scored_reason", Kind::Text),
            column("scores", Kind::Json),
            column("verdict", Kind::Text),
        ])),
    ),
    column("complete", Kind::Truth),
    column("incomplete_reasons", TEXTS),
    column(
        "provenance",
        Kind::Group(&[
            column("reviewer", Kind::Text),
            column("created_at", Kind::Time),
            column("active_ms", Kind::Whole),
            column("app_version", Kind::Text),
            column("supersedes", Kind::Text),
            column("finish", Kind::Text),
        ]),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// As the dataset card declares columns.
    fn declared(columns: &[Column], indent: &str) -> String {
        columns
            .iter()
            .map(|it| format!("{indent}- name: {}\n{}", it.name, kind(&it.kind, indent)))
            .collect::<Vec<_>>()
            .concat()
    }

    fn kind(kind: &Kind, indent: &str) -> String {
        match word(kind) {
            Some(word) => format!("{indent}  dtype: {word}\n"),
            None => match kind {
                Kind::Group(columns) => {
                    format!("{indent}  struct:\n{}", declared(columns, &format!("{indent}  ")))
                }
                Kind::List(Kind::Group(columns)) => {
                    format!("{indent}  list:\n{}", declared(columns, &format!("{indent}  ")))
                }
                Kind::List(inner) => format!("{indent}  list: {}\n", word(inner).expect("a list of values")),
                _ => unreachable!("the others have words"),
            },
        }
    }

    fn word(kind: &Kind) -> Option<&'static str> {
        match kind {
            Kind::Text => Some("string"),
            Kind::Json => Some("json"),
            Kind::Time => Some("timestamp[ms, tz=UTC]"),
            Kind::Whole => Some("int64"),
            Kind::Number => Some("float64"),
            Kind::Truth => Some("bool"),
            Kind::List(_) | Kind::Group(_) => None,
        }
    }

    #[test]
    fn the_columns_are_those_of_raw() {
        assert_eq!(declared(COLUMNS, "  "), include_str!("features/raw.yaml"));
    }
}
