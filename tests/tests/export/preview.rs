//! Looking before exporting, choosing what to export, and reading past exports.

use std::collections::BTreeMap;

use casebook_core::decision::Verdict;
use casebook_dataset::filter::RecordFilter;
use casebook_desk::{
    session::Session,
    wire::{ExportFormat, ExportPreview, ExportRequest},
};
use casebook_tests::fake;

use super::{
    case::{Case, everything, judged},
    files, nowhere, rows,
};

const EVERY: [(ExportFormat, &str); 4] = [
    (ExportFormat::Raw, "raw"),
    (ExportFormat::Sft, "sft"),
    (ExportFormat::Prm, "prm"),
    (ExportFormat::LabelStudio, "label-studio"),
];

/// Ada at the case; she recorded every item of [`Case::mixed`].
fn ada(case: &Case) -> Session {
    let session = fake::session(&case.home.path().join("memory"), "Ada", false);
    session.open_case(&case.store.path().to_string_lossy()).expect("it is a case file");
    session
}

fn asked(filter: RecordFilter) -> ExportRequest {
    ExportRequest { filter, ..everything().to(std::path::Path::new("")) }
}

fn look(session: &Session, request: &ExportRequest, format: ExportFormat) -> ExportPreview {
    session.preview_export(request, format, 0, 200).expect("it can be looked at")
}

#[test]
fn a_preview_shows_the_very_lines_that_are_written() {
    let case = Case::mixed();
    let folder = case.export(&everything());
    let session = ada(&case);
    for (format, name) in EVERY {
        let seen = look(&session, &asked(RecordFilter::default()), format);
        let mut shown: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for row in &seen.rows {
            shown.entry(row.split.clone()).or_default().push(&row.line);
        }
        let shown: BTreeMap<String, Vec<u8>> = shown
            .into_iter()
            .map(|(split, lines)| match format {
                ExportFormat::LabelStudio => {
                    (format!("{name}/{split}.json"), format!("[\n{}\n]\n", lines.join(",\n")).into_bytes())
                }
                _ => (format!("{name}/{split}.jsonl"), format!("{}\n", lines.join("\n")).into_bytes()),
            })
            .collect();
        let written: BTreeMap<String, Vec<u8>> = files(&folder)
            .into_iter()
            .filter(|(path, _)| path.starts_with(&format!("{name}/")) && path != "label-studio/config.xml")
            .collect();
        assert_eq!(shown, written, "{name}: byte for byte, in the same order");
        assert_eq!(seen.held, 0, "Ada recorded every item");
    }
    let look = |format| look(&session, &asked(RecordFilter::default()), format).rows;
    let lines = |format| look(format).into_iter().map(|it| it.line).collect::<Vec<_>>();
    assert_eq!(
        lines(ExportFormat::Parquet),
        lines(ExportFormat::Raw),
        "columns are shown as the record they hold"
    );
}

#[test]
fn a_task_counts_once_on_a_page_however_many_recorded_its_item() {
    let case = Case::mixed();
    let seen = look(&ada(&case), &asked(RecordFilter::default()), ExportFormat::LabelStudio);
    let counts = seen.datasets.iter().find(|it| it.format == ExportFormat::LabelStudio).expect("asked for");
    assert_eq!(counts.lines as usize, seen.rows.len());
    assert_eq!(counts.rows as usize, seen.rows.iter().map(|it| it.records.len()).sum::<usize>());
    assert!(counts.lines < counts.rows, "Bob recorded some of the items too");
    let both = seen.rows.iter().find(|it| it.records.len() == 2).expect("one of Ada's and Bob's");
    assert_eq!(both.records.iter().filter(|it| it.own).count(), 1, "one of them is Ada's");
}

#[test]
fn a_task_has_room_for_the_items_that_are_looked_at_and_no_others() {
    let mut case = Case::new();
    let one = case.text("one", "a caption of its own");
    let two = case.item(
        r#"{"id":"two","parts":[{"role":"caption","text":"first words"},{"role":"comment","text":"second words"}]}"#,
    );
    case.review(one, "Ada", |_| {});
    case.review(two, "Bob", |_| {});
    let seen = look(&ada(&case), &asked(RecordFilter::default()), ExportFormat::LabelStudio);
    assert_eq!((seen.rows.len(), seen.held), (1, 1));
    assert!(!seen.rows[0].line.contains("text_2"), "the width of an item tells that it was reviewed");
}

#[test]
fn pages_follow_each_other_without_gap() {
    let case = Case::mixed();
    let session = ada(&case);
    let request = asked(RecordFilter::default());
    let all = look(&session, &request, ExportFormat::Raw).rows;
    let mut paged = Vec::new();
    for offset in (0..all.len() as u32).step_by(7) {
        paged.extend(session.preview_export(&request, ExportFormat::Raw, offset, 7).expect("a page").rows);
    }
    let ids = |of: &[casebook_desk::wire::PreviewRow]| -> Vec<String> {
        of.iter().map(|it| it.records[0].id.clone()).collect()
    };
    assert_eq!(ids(&paged), ids(&all));
    assert!(session.preview_export(&request, ExportFormat::Raw, 0, 201).is_err(), "a page has an end");
}

#[test]
fn a_filter_counts_what_it_leaves_out_and_moves_nothing_to_another_split() {
    let case = Case::mixed();
    let session = ada(&case);
    let splits = |seen: &ExportPreview| -> BTreeMap<String, String> {
        seen.rows.iter().map(|it| (it.records[0].id.clone(), it.split.clone())).collect()
    };
    let all = look(&session, &asked(RecordFilter::default()), ExportFormat::Raw);
    let filter = RecordFilter { reviewers: vec!["Bob".into()], ..RecordFilter::default() };
    let some = look(&session, &asked(filter), ExportFormat::Raw);
    assert_eq!((all.rows.len(), some.rows.len()), (48, 7), "Bob recorded every sixth item");
    let before = splits(&all);
    assert!(splits(&some).iter().all(|(record, split)| before[record] == *split));
    assert_eq!(some.datasets[0].left_out[0].records, 41, "what was not asked for is counted");
}

#[test]
fn a_filtered_export_writes_what_was_asked_for_and_says_so_under_pseudonyms() {
    let mut case = Case::new();
    for (id, language, clause) in [("a", "en", "FR-1"), ("b", "de-AT", "FR-1"), ("c", "de", "FR-2")] {
        let row = case.item(&format!(
            r#"{{"id":"{id}","parts":[{{"role":"caption","text":"caption number {id}"}}],"language":"{language}"}}"#
        ));
        case.review(row, "Ada", |it| {
            judged(it, clause, Verdict::Violating);
            it.item.language = Some(language.into());
        });
    }
    let filter = RecordFilter {
        languages: vec!["de".into()],
        clauses: vec!["FR-1".into()],
        reviewers: vec!["Ada".into()],
        ..RecordFilter::default()
    };
    let session = ada(&case);
    let folder = case.home.path().join("german");
    let request = ExportRequest { folder: folder.to_string_lossy().into_owned(), ..asked(filter) };
    session.start_export(request).expect("it starts");
    fake::wait_for_jobs(&session);
    let written = rows(&folder, "raw");
    assert_eq!(written.len(), 1);
    assert_eq!(written[0]["item"]["id"], "b");
    nowhere(&folder, "\"Ada\"");
    let made = session.exports().expect("there is one");
    let contents = made[0].contents.as_ref().expect("Ada recorded all of it");
    assert_eq!((made[0].filter.clauses.as_slice(), made[0].exists), (["FR-1".to_owned()].as_slice(), true));
    assert!(made[0].filter.reviewers[0].starts_with("r-"), "{:?}", made[0].filter.reviewers);
    let on_disk = files(&folder);
    assert_eq!(contents.n_files as usize, on_disk.len() - 1, "every file but the manifest");
    for file in &contents.files {
        assert_eq!(casebook_core::hash::sha256_hex(&on_disk[&file.path]), file.sha256, "{}", file.path);
    }
}

#[test]
fn nothing_of_a_restricted_item_is_in_a_preview_but_its_count() {
    let mut case = Case::new();
    let row = case.text("hidden", "words that must not be shown");
    case.review(row, "Ada", |it| judged(it, "CS-3", Verdict::Escalate));
    let session = ada(&case);
    for (format, _) in EVERY {
        let seen = look(&session, &asked(RecordFilter::default()), format);
        assert!(seen.rows.is_empty());
        let said = serde_json::to_string(&seen).expect("plain data");
        assert!(!said.contains("must not") && !said.contains("hidden"), "{said}");
        assert!(said.contains(r#"{"reason":"restricted","records":1}"#), "{said}");
    }
}

#[test]
fn a_day_that_is_none_is_refused_before_anything_is_read() {
    let case = Case::new();
    let filter = RecordFilter { since: Some("tomorrow".into()), ..RecordFilter::default() };
    let refused = ada(&case).preview_export(&asked(filter), ExportFormat::Raw, 0, 1).expect_err("no day");
    assert!(refused.message.contains("tomorrow"), "{refused}");
}
