//! The dataset card: `README.md` of an export, with the front matter `datasets` reads.
//!
//! Column types are spelt out. Left to guess, a loader takes times for timestamps, and a column
//! that is empty in one split for another type than in the next.

use std::fmt::Write;

use super::{
    manifest::{Dataset, ExportFormat, Manifest},
    redact::Kind,
};

/// The card of an export.
#[must_use]
pub fn card(manifest: &Manifest) -> String {
    let mut out = front_matter(manifest);
    title(&mut out, manifest);
    for (name, dataset) in &manifest.datasets {
        section(&mut out, *name, dataset);
    }
    how_it_was_made(&mut out, manifest);
    privacy(&mut out, manifest);
    out.push_str(LIMITS);
    out
}

/// `configs` and `dataset_info`, only for datasets and splits that have rows.
fn front_matter(manifest: &Manifest) -> String {
    let mut out =
        String::from("---\npretty_name: Casebook export\ntags:\n- content-moderation\n- casebook\n");
    // Label Studio reads its tasks by itself. A folder of Parquet needs no card, and cannot share one with
    // JSON lines: `datasets` reads all configurations of a card with the reader of the first.
    let loads = |(name, it): &(&ExportFormat, &Dataset)| {
        matches!(name, ExportFormat::Raw | ExportFormat::Sft | ExportFormat::Prm) && it.rows > 0
    };
    let filled: Vec<_> = manifest.datasets.iter().filter(loads).collect();
    if !filled.is_empty() {
        out.push_str("configs:\n");
        for (name, dataset) in &filled {
            writeln!(out, "- config_name: {}\n  data_files:", name.word()).expect(STRING);
            for (split, counts) in &dataset.splits {
                writeln!(out, "  - split: {}\n    path: {}", split.name(), counts.file).expect(STRING);
            }
        }
        out.push_str("dataset_info:\n");
        for (name, _) in &filled {
            writeln!(out, "- config_name: {}\n  features:", name.word()).expect(STRING);
            out.push_str(features(**name));
        }
    }
    out.push_str("---\n\n");
    out
}

const STRING: &str = "writing to a String cannot fail";

fn features(name: ExportFormat) -> &'static str {
    match name {
        ExportFormat::Raw => include_str!("features/raw.yaml"),
        ExportFormat::Sft => include_str!("features/sft.yaml"),
        ExportFormat::Prm => include_str!("features/prm.yaml"),
        ExportFormat::LabelStudio | ExportFormat::Parquet => "",
    }
}

fn title(out: &mut String, manifest: &Manifest) {
    let policy = &manifest.policy;
    write!(
        out,
        "# Casebook export\n\nReviews of flagged items under `{}` (sha256 `{}`), exported {} by Casebook {}. \
         `manifest.json` holds every count, hash and setting.\n\n",
        policy.name, policy.sha256, manifest.created_at, manifest.app_version
    )
    .expect(STRING);
    out.push_str("**The texts are what people flagged: expect harmful words.** Some hosts refuse such training data.\n\n");
}

fn section(out: &mut String, name: ExportFormat, dataset: &Dataset) {
    let about = match name {
        ExportFormat::Raw => "One review record a line, with the item's text (`casebook/cot-record/1`).",
        ExportFormat::Sft => "Prompt and completion as messages, for TRL's `SFTTrainer`.",
        ExportFormat::Prm => "The model's steps with what reviewers thought of them, for TRL's `PRMTrainer`.",
        ExportFormat::Parquet => {
            "The records of `raw` in typed columns, one file a split: `datasets.load_dataset(\"FOLDER/parquet\")`. Pictures \
             are named from FOLDER."
        }
        ExportFormat::LabelStudio => {
            "One task an item, one annotation a record, for Label Studio; `label-studio/config.xml` is its project's \
             labeling config."
        }
    };
    write!(out, "## {}\n\n{about} Format `{}`, {} rows.\n\n", name.word(), dataset.format, dataset.rows)
        .expect(STRING);
    if dataset.rows > 0 {
        out.push_str("| split | rows | verdicts |\n|---|---|---|\n");
        for (split, counts) in &dataset.splits {
            let verdicts: Vec<String> =
                counts.verdicts.iter().map(|(verdict, n)| format!("{} {n}", word(verdict))).collect();
            writeln!(out, "| {} | {} | {} |", split.name(), counts.rows, verdicts.join(", ")).expect(STRING);
        }
        out.push('\n');
    }
    if !dataset.left_out.is_empty() {
        let reasons: Vec<String> =
            dataset.left_out.iter().map(|(reason, n)| format!("{n} {}", reason.words())).collect();
        write!(out, "Left out: {}.\n\n", reasons.join("; ")).expect(STRING);
    }
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|it| it.as_str().map(str::to_owned)).unwrap_or_default()
}

fn how_it_was_made(out: &mut String, manifest: &Manifest) {
    let splits = &manifest.splits;
    write!(
        out,
        "## How it was made\n\nItems that share an author, nearly a text or nearly a picture form a group, and a \
         group lies in one split: {} items, {} groups, the largest of {}. Seed {}. Reviewers and authors have \
         pseudonyms salted per case file.\n\n",
        splits.items, splits.groups, splits.largest_group, splits.seed
    )
    .expect(STRING);
    for model in &manifest.models {
        writeln!(out, "- `{}`, weights `{}`, in {} records", model.id, model.weights_sha256, model.records)
            .expect(STRING);
    }
    if manifest.restricted.count > 0 {
        write!(
            out,
            "\n{} items of the restricted lane are in no dataset; `manifest.json` names them by id and hash.\n",
            manifest.restricted.count
        )
        .expect(STRING);
    }
    out.push('\n');
}

/// What was looked for, what was found, and what nobody looked for.
fn privacy(out: &mut String, manifest: &Manifest) {
    out.push_str("## Private values\n\n");
    let Some(redaction) = &manifest.redaction else {
        out.push_str("**Nothing was redacted**: whoever exported this asked for the texts as they are.\n\n");
        return;
    };
    out.push_str(
        "Looked for in texts, quotes, steps, notes and messages: as they are written, with entities, percent signs and \
         escapes undone, and without tags and markup. Each value became a placeholder, the same one throughout its \
         record. Offsets, quotes and hashes are of the text as it stands here.\n\n\
         | placeholder | what is looked for | places replaced here |\n|---|---|---|\n",
    );
    for kind in Kind::ALL {
        let n = redaction.replaced.of(kind);
        writeln!(out, "| `[{}-1]` | {} | {n} |", kind.word(), kind.looked_for()).expect(STRING);
    }
    writeln!(
        out,
        "| `i-…` for an item's id | An id that holds one of these, or a value of its own item | {} items |\n",
        redaction.item_ids
    )
    .expect(STRING);
    out.push_str("**Not looked for**, so read before you publish:\n\n");
    for what in redaction.not_looked_for {
        writeln!(out, "- {what}").expect(STRING);
    }
    out.push_str(
        "\nA record in which a value would have stayed in a field that is not rewritten is left out; `refused` in \
         `manifest.json` names the field. No list of patterns finds everything.\n\n",
    );
}

const LIMITS: &str = "## Limits

- Items were flagged or picked, not sampled: rates here say nothing about how common anything is.
- Decisions are those of the reviewers named by pseudonym, under one policy version. They are not law.
- A rating of a step says what one person thought of it. Steps nobody judged have no label.
- A picture that was mirrored or cropped is not recognised as the same, so it may lie in two splits.
- `<`, `>` and some brackets in prompts and completions are written as JSON escapes, so that no item can smuggle in a
  control token. Texts in `raw` are as they were.
- Pseudonyms hide names, not habits: do not try to find out who wrote or reviewed anything.
- Loading needs `datasets` 4.7 or newer.
";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        choose::LeftOut,
        filter::RecordFilter,
        groups::Split,
        manifest::{Counts, FORMAT, Filters, PolicyName, Redaction, Restricted, SplitRule},
        redact::{NOT_LOOKED_FOR, Replaced},
    };

    fn manifest(rows: u32) -> Manifest {
        let counts = Counts { file: "sft/train.jsonl".into(), rows, ..Counts::default() };
        let splits = if rows > 0 { BTreeMap::from([(Split::Train, counts)]) } else { BTreeMap::new() };
        let left_out = BTreeMap::from([(LeftOut::Disagreement, 2)]);
        let dataset = Dataset { format: "casebook/sft/1", rows, splits, left_out };
        Manifest {
            format: FORMAT,
            created_at: "2026-11-20T10:00:00Z".into(),
            app_version: "0.1.0".into(),
            policy: PolicyName { name: "short-video@2026.11".into(), sha256: "0".repeat(64) },
            models: vec![],
            filters: Filters { redact: true, include_incomplete: false, records: RecordFilter::default() },
            splits: SplitRule { seed: 1, shares: BTreeMap::new(), items: 3, groups: 2, largest_group: 2 },
            redaction: None,
            datasets: BTreeMap::from([(ExportFormat::Sft, dataset)]),
            restricted: Restricted::default(),
            refused: vec![],
            files: BTreeMap::new(),
        }
    }

    #[test]
    fn only_splits_with_rows_are_configured() {
        let card = card(&manifest(3));
        assert!(
            card.contains("- config_name: sft\n  data_files:\n  - split: train\n    path: sft/train.jsonl\n")
        );
        assert!(!card.contains("split: test"), "an empty split has no file to load");
        assert!(card.contains("Left out: 2 reviewers disagree"), "what is missing is said");
    }

    #[test]
    fn the_card_says_of_every_kind_how_many_were_found_and_what_nobody_looked_for() {
        let mut manifest = manifest(3);
        assert!(card(&manifest).contains("**Nothing was redacted**"));
        manifest.redaction = Some(Redaction::of(Replaced::default(), 2));
        let card = card(&manifest);
        for kind in Kind::ALL {
            assert!(
                card.contains(&format!("| `[{}-1]` | {} | 0 |", kind.word(), kind.looked_for())),
                "{kind:?}"
            );
        }
        for what in NOT_LOOKED_FOR {
            assert!(card.contains(&format!("- {what}\n")), "{what}");
        }
        assert!(card.contains("| 2 items |"), "ids are counted");
        let json = serde_json::to_value(&manifest.redaction).expect("plain data");
        for kind in Kind::ALL {
            assert_eq!(json[kind.count_name()], 0, "the manifest says that {kind:?} was looked for");
        }
        assert_eq!(json["item_ids"], 2);
    }

    #[test]
    fn an_empty_dataset_is_not_configured() {
        let card = card(&manifest(0));
        assert!(!card.contains("configs:"), "there is nothing to load");
        assert!(card.contains("0 rows"));
    }
}
