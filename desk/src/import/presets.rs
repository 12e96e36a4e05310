//! Programs whose files are known by their keys, and where the fields are in them.
//!
//! Sources: doccano's and Prodigy's documentation of their exports; X's of its post object, versions 1.1 and 2; the
//! Commission's documentation of the transparency database for statements of reasons (Regulation (EU) 2022/2065, Art. 17);
//! Coop's documentation of its decisions.

use super::json::Json;

/// A program's way to write rows.
#[derive(Debug)]
pub(super) struct Preset {
    /// What people ask for it by.
    pub name: &'static str,
    /// A row with one of these keys, and a text, is its.
    marks: &'static [&'static str],
    /// Field and column, in order; of several columns for one field that is no text, the first that is there counts.
    pub fields: &'static [(&'static str, &'static str)],
    /// Texts are escaped for a page: `&amp;`.
    pub unescapes: bool,
}

/// All that are known.
pub(super) const ALL: [Preset; 5] = [
    Preset {
        name: "prodigy",
        marks: &["_input_hash", "_task_hash"],
        fields: &[
            ("id", "_input_hash"),
            ("text", "text"),
            ("labels.*", "label"),
            ("labels.*", "accept"),
            ("answer.*", "answer"),
        ],
        unescapes: false,
    },
    Preset {
        name: "doccano",
        marks: &["Comments", "comments", "cats", "entities"],
        fields: &[("id", "id"), ("text", "text"), ("labels.*", "label"), ("labels.*", "cats")],
        unescapes: false,
    },
    Preset {
        name: "x",
        marks: &[
            "id_str",
            "full_text",
            "edit_history_tweet_ids",
            "conversation_id",
            "in_reply_to_status_id_str",
        ],
        fields: &[
            ("id", "id_str"),
            ("id", "id"),
            ("text", "full_text"),
            ("text", "text"),
            ("language", "lang"),
            ("author", "user.id_str"),
            ("author", "user.screen_name"),
            ("author", "author_id"),
        ],
        unescapes: true,
    },
    Preset {
        name: "dsa",
        marks: &["decision_ground", "decision_facts", "puid"],
        fields: &[
            ("id", "uuid"),
            ("id", "puid"),
            ("text", "decision_facts"),
            ("comment", "illegal_content_explanation"),
            ("comment", "incompatible_content_explanation"),
            ("language", "content_language"),
            ("labels.*", "category"),
        ],
        unescapes: false,
    },
    Preset {
        name: "coop",
        marks: &["itemTypeId", "itemTypeIdentifier", "item_type_id"],
        fields: &[
            ("id", "itemId"),
            ("id", "item_id"),
            ("text", "text"),
            ("text", "content"),
            ("text", "itemData.text"),
            ("text", "itemData.content"),
            ("author", "creatorId"),
            ("author", "userId"),
            ("labels.*", "policies"),
            ("labels.*", "policyNames"),
        ],
        unescapes: false,
    },
];

/// The preset of that name.
///
/// # Errors
/// Names all.
pub(super) fn named(name: &str) -> Result<&'static Preset, String> {
    ALL.iter().find(|it| it.name == name).ok_or_else(|| {
        let names: Vec<&str> = ALL.iter().map(|it| it.name).collect();
        format!("preset {name}: one of {}", names.join(", "))
    })
}

/// The program whose row this is. A list of labels beside a text is doccano's.
pub(super) fn recognised(row: &Json) -> Option<&'static Preset> {
    let labelled = || matches!(row.get("label"), Some(Json::List(_))) && row.get("text").is_some();
    recognised_by(|key| row.get(key).is_some())
        .or_else(|| ALL.iter().find(|it| it.name == "doccano" && labelled()))
}

/// The program whose columns these are.
pub(super) fn recognised_by(has: impl Fn(&str) -> bool) -> Option<&'static Preset> {
    ALL.iter().find(|it| {
        let root = |column: &str| column.split('.').next().unwrap_or_default().to_owned();
        let texts = || it.fields.iter().filter(|(field, _)| *field == "text" || *field == "comment");
        it.marks.iter().any(|mark| has(mark)) && texts().any(|(_, column)| has(&root(column)))
    })
}

/// A text without the escapes of a page.
pub(super) fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
