//! Importing CSV: columns by name or map, records over several lines, one record at a time.

use std::fmt::Write as _;

use casebook_desk::{error::Code, flow::Flow};

use casebook_store::TallyKind;
use casebook_tests::{said::Said as _, zoo};

use super::Desk;

#[test]
fn columns_are_taken_by_name() {
    let mut desk = Desk::new();
    let csv = "id,text,language,market,author,flagged_at,labels.H,reports.spam,reach_per_hour,other\n\
               a,hello there,en,US,u1,2026-11-20T10:00:00Z,1,3,2.5,x\n\
               b,\"two\nlines, \"\"quoted\"\"\",,,,,0.0,,,\n";
    let path = desk.put("q.csv", csv);
    assert_eq!(desk.import(&path).summary(), "2 imported");
    let a = desk.item("a").item;
    assert_eq!(
        (a.language.as_deref(), a.market.as_deref(), a.author.as_deref()),
        (Some("en"), Some("US"), Some("u1"))
    );
    assert_eq!((a.labels["H"], a.reports[0].n, a.reach_per_hour), (1, 3, Some(2.5)));
    let b = desk.item("b").item;
    assert_eq!(b.parts[0].text.as_deref(), Some("two\nlines, \"quoted\""));
    assert_eq!((b.labels["H"], b.market), (0, None));
}

#[test]
fn columns_are_mapped() {
    let mut desk = Desk::new();
    let path = desk.put("tweets.csv", "\u{feff},tweet,class\n0,first one,1\n1,second one,0\n");
    let report =
        desk.try_import(&path, &[("text", "tweet"), ("labels.hate", "class")]).expect("the import runs");
    assert_eq!(report.summary(), "2 imported");
    let item = desk.item("tweets:2").item;
    assert_eq!((item.parts[0].text.as_deref(), item.labels["hate"]), (Some("first one"), 1));
}

#[test]
fn a_column_map_that_makes_no_sense_is_an_error_before_anything_is_read() {
    let mut desk = Desk::new();
    let path = desk.put("q.csv", "id,tweet\n1,x\n");
    for (columns, words) in [
        (vec![("text", "twit")], "column twit: the header has id, tweet"),
        (vec![("mood", "tweet")], "field mood"),
        (vec![("id", "id")], "no column is a text"),
        (vec![], "no column is a text"),
    ] {
        let error = desk.try_import(&path, &columns).expect_err("the map is wrong");
        assert_eq!(error.code, Code::Request);
        assert!(error.message.contains(words), "{error}");
    }
    let path = desk.put("empty.csv", "");
    assert_eq!(desk.try_import(&path, &[]).expect_err("no header").code, Code::Request);
    let path = desk.put("q.jsonl", "{\"id\":\"a\",\"body\":\"b\"}");
    let error = desk.try_import(&path, &[("text", "boddy")]).expect_err("no such key");
    assert!(error.message.contains("column boddy: nothing here has it; there are body, id"), "{error}");
}

#[test]
fn bad_records_are_refused_by_their_first_line() {
    let mut desk = Desk::new();
    let csv = b"id,text,labels.H,reach_per_hour\r\na,ok,,\r\nb,\"two\nlines\",maybe,\r\nc,short\r\n\r\ne,,,\r\nf,ok,,far\r\ng,ok,1,1\r\n";
    let path = desk.put("q.csv", csv);
    let report = desk.import(&path);
    assert_eq!(report.summary(), "4 imported, 2 refused", "{:?}", report.refusals);
    let found: Vec<(u64, &str)> = report.refusals.iter().map(|it| (it.line, it.rule.as_str())).collect();
    assert_eq!(found, [(5, "2 columns; the header has 4"), (7, "an item has at least one part")]);
    assert_eq!(desk.ids(), ["a", "b", "f", "g"]);
    let left: Vec<(Option<u64>, &str)> = report
        .tallies
        .iter()
        .filter(|it| it.kind == TallyKind::Value)
        .map(|it| (it.line, it.name.as_str()))
        .collect();
    assert_eq!(left, [(Some(3), "labels.H"), (Some(8), "reach_per_hour")]);
}

#[test]
fn a_quote_that_never_closes_is_not_held() {
    let mut desk = Desk::new();
    let mut csv = b"id,text\na,ok\nb,\"".to_vec();
    csv.extend("line\n".repeat(2 << 20).bytes());
    let path = desk.put("q.csv", csv);
    let report = desk.import(&path);
    assert_eq!(report.summary(), "1 imported, 1 refused");
    assert!(report.refusals[0].rule.contains("8 MiB"), "{:?}", report.refusals);
}

#[test]
fn a_stopped_import_goes_on_where_it_was() {
    let mut desk = Desk::new();
    let mut csv = "id;text\n".to_owned();
    for n in 0..9500 {
        writeln!(csv, "i{n};\"a\nb {n}\"").expect("memory writes");
    }
    let path = desk.put("q.csv", csv + "bad\n");
    desk.watched(&path, &[], &mut |_| Flow::Stop).expect("the import runs");
    let done = desk.stopped_within(9500);
    let report = desk.import(&path);
    assert_eq!(report.summary(), format!("{} imported, 1 refused", 9500 - done));
    assert_eq!(report.refusals[0].line, 19_002);
    assert_eq!(desk.store.count_items().expect("a count"), 9500);
}

#[test]
fn tables_of_the_programs_that_people_use_come_in_whole() {
    // One in eleven of the zoo; `./dev bench zoo` looks at every cell of all.
    for specimen in zoo::specimens().into_iter().step_by(11) {
        let mut desk = Desk::new();
        let path = desk.put(&format!("zoo.{}", specimen.ending), &specimen.bytes);
        let report = desk.read_as(&path, specimen.encoding).expect("it is read");
        assert_eq!(report.refusals, [], "{}", specimen.name);
        let ids: Vec<String> = specimen.rows.iter().map(|it| it.id.clone()).collect();
        assert_eq!(desk.ids(), ids, "{}", specimen.name);
    }
}
