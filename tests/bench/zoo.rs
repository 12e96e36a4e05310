//! `zoo`: tables as the programs that people use write them. Nothing vanishes without a word, and no cell comes in wrong.

use std::process::ExitCode;

use casebook_desk::{
    flow::Flow,
    import::{ImportReport, import},
    wire::ImportRequest,
};
use casebook_store::{Store, StoredItem};
use casebook_tests::{
    fake,
    figures::{Bar, Figure, conclude},
    zoo::{Row, Specimen, specimens},
};

fn main() -> ExitCode {
    let (mut files, mut silent, mut wrong, mut refused, mut told) =
        (0_usize, 0_usize, 0_usize, 0_usize, 0_usize);
    for specimen in specimens() {
        files += 1;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut store = Store::create(&folder.path().join("a.casebook"), 1, "salt").expect("a case file");
        let path = folder.path().join(format!("zoo.{}", specimen.ending));
        std::fs::write(&path, &specimen.bytes).expect("a file");
        let mut request =
            ImportRequest { path: path.to_str().expect("UTF-8").into(), ..ImportRequest::default() };
        if specimen.encoding.is_some() {
            // Without a word about it the file is refused whole, and the refusal names an encoding.
            let said = import(&mut store, fake::readers(), &request, &|| 1, &mut |_| Flow::Go);
            match said {
                Err(error) if error.message.contains("--encoding") => told += 1,
                // Plain words are the same in every encoding.
                Ok(_) if specimen.bytes.is_ascii() => {}
                other => {
                    println!("{}: read without its encoding: {other:?}", specimen.name);
                    silent += 1;
                }
            }
            request.encoding = specimen.encoding.map(str::to_owned);
        }
        match import(&mut store, fake::readers(), &request, &|| 1, &mut |_| Flow::Go) {
            Err(error) => {
                println!("{}: {error}", specimen.name);
                refused += specimen.rows.len();
            }
            Ok(report) => {
                let (lost, bad) = compare(&store, &specimen, &report);
                refused += report.refusals.len();
                silent += lost;
                wrong += bad;
            }
        }
    }
    let holds = conclude(
        "zoo",
        &[
            Figure { name: "files", value: files as f64, bar: Some(Bar::AtLeast(300.0)) },
            Figure { name: "silent_losses", value: silent as f64, bar: Some(Bar::AtMost(0.0)) },
            Figure { name: "wrong_cells", value: wrong as f64, bar: Some(Bar::AtMost(0.0)) },
            Figure { name: "refused_rows", value: refused as f64, bar: None },
            Figure { name: "encodings_named", value: told as f64, bar: None },
        ],
        &[],
    );
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Rows that are neither there nor refused, and cells that are not what was written.
fn compare(store: &Store, specimen: &Specimen, report: &ImportReport) -> (usize, usize) {
    let (mut lost, mut wrong) = (0, 0);
    for row in &specimen.rows {
        let Some(at) = store.row_of(&row.id).expect("a look-up") else {
            let named =
                report.refusals.iter().any(|it| it.value.contains(&row.id) || it.rule.contains("lines"));
            if !named {
                println!("{}: {} vanished", specimen.name, row.id);
                lost += 1;
            }
            continue;
        };
        let item = store.item(at).expect("an item");
        for (name, good) in cells(row, &item) {
            if !good {
                println!("{}: {name} of {:?} came in as {:?}", specimen.name, row, item.item);
                wrong += 1;
            }
        }
    }
    let n = store.count_items().expect("a count") as usize;
    if n > specimen.rows.len() {
        println!("{}: {n} items of {} rows", specimen.name, specimen.rows.len());
        wrong += n - specimen.rows.len();
    }
    (lost, wrong)
}

fn cells(row: &Row, stored: &StoredItem) -> [(&'static str, bool); 7] {
    let item = &stored.item;
    let declared = stored.language_confidence.is_none().then_some(item.language.as_deref()).flatten();
    let at = item.flagged_at.as_deref().and_then(casebook_desk::time::from_rfc3339);
    [
        ("text", item.parts.first().and_then(|it| it.text.as_deref()) == Some(&row.text)),
        ("language", declared == row.language),
        ("market", item.market.as_deref() == row.market),
        ("reports", item.reports.first().map(|it| it.n) == row.reports),
        ("reach", item.reach_per_hour == row.reach),
        ("label", item.labels.get("spam").copied() == row.label.map(u8::from)),
        ("flagged_at", at == row.at.map(|it| it * 1000)),
    ]
}
