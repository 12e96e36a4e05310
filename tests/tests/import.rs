//! Importing from files nobody vouches for: what is good comes in, what is not is refused by line,
//! value and rule, and nothing else is stopped by it.

#[path = "import/cells.rs"]
mod cells;
#[path = "import/csv.rs"]
mod csv;
#[path = "import/formats.rs"]
mod formats;
#[path = "import/known.rs"]
mod known;
#[path = "import/label_studio.rs"]
mod label_studio;
#[path = "import/parquet.rs"]
mod parquet;
#[path = "import/pictures.rs"]
mod pictures;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use casebook_core::{policy::Policy, ports::Flow};
use casebook_desk::{
    error::{Code, Result},
    import::{ImportReport, Progress, Readers, import},
    wire::{ColumnPair, ImportRequest},
};
use casebook_media::SafeStills;
use casebook_store::{Store, StoredItem};
use casebook_tests::said::Said as _;
use tempfile::TempDir;

const NOW: i64 = 1_795_000_000_000;

const READERS: Readers<'static> = Readers { stills: &SafeStills, tables: &casebook_tables::Parquet };

struct Desk {
    folder: TempDir,
    store: Store,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("in")).expect("a folder");
        let store = Store::create(&folder.path().join("a.casebook"), NOW, "salt").expect("a case file");
        let policy = Policy::built_in();
        let toml = include_str!("../../core/policies/short-video@2026.11.toml");
        store.put_policy(&policy.name(), &policy.sha256, toml, NOW).expect("a policy");
        Self { folder, store }
    }

    /// How many items an import that was stopped left; some and not all of `n`.
    fn stopped_within(&self, n: u32) -> u32 {
        let done = self.store.count_items().expect("a count");
        assert!(0 < done && done < n, "{done} of {n}");
        done
    }

    /// Puts a file where imports come from.
    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.inbox().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(&path, bytes).expect("a file");
        path
    }

    fn inbox(&self) -> PathBuf {
        self.folder.path().join("in")
    }

    fn import(&mut self, path: &Path) -> ImportReport {
        self.try_import(path, &[]).expect("the import runs")
    }

    fn try_import(&mut self, path: &Path, columns: &[(&str, &str)]) -> Result<ImportReport> {
        self.watched(path, columns, &mut |_| Flow::Go)
    }

    fn watched(
        &mut self,
        path: &Path,
        columns: &[(&str, &str)],
        watch: &mut dyn FnMut(&Progress) -> Flow,
    ) -> Result<ImportReport> {
        let pair =
            |(field, column): &(&str, &str)| ColumnPair { field: (*field).into(), column: (*column).into() };
        let request = ImportRequest {
            path: path.to_str().expect("a path in UTF-8").into(),
            columns: columns.iter().map(pair).collect(),
            ..ImportRequest::default()
        };
        import(&mut self.store, READERS, &request, &|| NOW, watch)
    }

    /// As somebody says that a file is encoded.
    fn read_as(&mut self, path: &Path, encoding: Option<&str>) -> Result<ImportReport> {
        let path = path.to_str().expect("a path in UTF-8").into();
        let request =
            ImportRequest { path, encoding: encoding.map(str::to_owned), ..ImportRequest::default() };
        import(&mut self.store, READERS, &request, &|| NOW, &mut |_| Flow::Go)
    }

    fn item(&self, id: &str) -> StoredItem {
        let row =
            self.store.row_of(id).expect("a look-up").unwrap_or_else(|| panic!("item {id} was imported"));
        self.store.item(row).expect("an item")
    }

    fn ids(&self) -> Vec<String> {
        let rows = self.store.item_rows(0, 1000).expect("rows");
        rows.into_iter().map(|it| self.store.item(it).expect("an item").item.id).collect()
    }

    fn is_sound(&self) {
        assert_eq!(self.store.doctor().expect("a check-up"), Vec::<String>::new());
    }
}

fn line(id: &str, text: &str) -> String {
    serde_json::json!({"id": id, "parts": [{"role": "caption", "text": text}]}).to_string()
}

fn with_image(id: &str, path: &str) -> String {
    serde_json::json!({"id": id, "parts": [{"role": "image", "path": path}]}).to_string()
}

fn sample(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/images").join(name)).expect("a sample")
}

/// One bad line between two good ones: the good ones come in, the bad one is refused for `rule`.
#[track_caller]
fn refuses(bad: &[u8], value: &str, rule: &str) {
    let mut desk = Desk::new();
    desk.put("ok.png", sample("card.png"));
    refuses_at(&mut desk, bad, value, rule);
}

#[track_caller]
fn refuses_at(desk: &mut Desk, bad: &[u8], value: &str, rule: &str) {
    let file = [line("before", "one").as_bytes(), bad, line("after", "two").as_bytes()].join(&b'\n');
    let path = desk.put("q.jsonl", file);
    let report = desk.import(&path);
    assert_eq!(report.summary(), "2 imported, 1 refused", "{:?}", report.refusals);
    let refusal = &report.refusals[0];
    assert_eq!(refusal.line, 2);
    assert!(refusal.value.contains(value), "value {:?} has {value:?}", refusal.value);
    assert!(refusal.rule.contains(rule), "rule {:?} has {rule:?}", refusal.rule);
    assert!(refusal.value.chars().count() <= 81, "a value is shortened: {}", refusal.value);
    assert_eq!(desk.ids(), ["before", "after"]);
    desk.is_sound();
}

#[test]
fn bytes_that_are_not_utf_8_refuse_the_file_or_their_line() {
    let broken = b"{\"id\":\"x\",\"parts\":[{\"role\":\"c\",\"text\":\"caf\xe9\"}]}";
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", [line("a", "one").as_bytes(), broken].join(&b'\n'));
    let error = desk.try_import(&path, &[]).expect_err("it is in another encoding");
    assert!(error.message.contains("line 2") && error.message.contains("--encoding windows-1252"), "{error}");
    assert_eq!(desk.store.count_items().expect("a count"), 0, "not half of it");
    // Where the rest is plainly UTF-8, one line is broken.
    let path = desk.put("q.jsonl", [line("a", &"é".repeat(20)).as_bytes(), broken].join(&b'\n'));
    let report = desk.import(&path);
    assert_eq!(report.summary(), "1 imported, 1 refused");
    assert!(report.refusals[0].rule.contains("UTF-8"), "{:?}", report.refusals);
}

#[test]
fn what_is_not_json_is_refused() {
    refuses(b"dear sir or madam", "dear sir", "expected");
    refuses(b"{\"id\":\"x\",\"parts\":[", "{\"id\"", "breaks off");
    refuses("[".repeat(100_000).as_bytes(), "[[[", "deep");
    refuses(br#"["x",[["c","t"]]]"#, "[\"x\"", "object");
    refuses(br#"{"id":"x","id":"y","parts":[{"role":"c","text":"t"}]}"#, "{", "stands twice");
}

/// A line that comes in without one of its values, which is named.
#[track_caller]
fn leaves(bad: &str, name: &str, rule: &str) {
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", bad);
    let report = desk.import(&path);
    assert_eq!(report.summary(), "1 imported", "{:?}", report.refusals);
    let named = report.tallies.iter().any(|it| it.name.contains(name) && it.rule.contains(rule));
    assert!(named, "{name:?} and {rule:?} in {:?}", report.tallies);
}

#[test]
fn one_bad_value_costs_no_item_and_is_named() {
    let item = |rest: &str| format!("{{\"id\":\"x\",\"parts\":[{{\"role\":\"c\",\"text\":\"t\"}}]{rest}}}");
    leaves(&item(",\"mood\":\"good\""), "mood", "no field");
    leaves(r#"{"id":"x","parts":[{"role":"c","text":"t","alt":"y"}]}"#, "parts.alt", "no field");
    leaves(&item(",\"labels\":{\"H\":2}"), "labels.H", "0 or 1");
    leaves(&item(",\"reports\":[{\"reason\":\"a\",\"n\":-1}]"), "reports.a", "whole number");
    leaves(&item(",\"reports\":[{\"n\":1}]"), "reports", "a reason and n");
    leaves(&item(",\"reach_per_hour\":\"many\""), "reach_per_hour", "a number from 0");
    leaves(&item(",\"flagged_at\":\"soon\""), "flagged_at", "a time");
    leaves(&item(",\"flagged_at\":\"2026-02-30T00:00:00Z\""), "flagged_at", "a time");
    leaves(&item(",\"language\":\"Klingonese\""), "language", "BCP 47");
    leaves(
        "{\"id\":\"x\",\"parts\":[{\"role\":\"c\",\"text\":\"cut \\ud83d\"}]}",
        "text",
        "half of an emoji",
    );
}

#[test]
fn an_item_without_id_or_parts_is_refused() {
    refuses(br#"{"id":"","parts":[{"role":"c","text":"t"}]}"#, "id", "1–200");
    refuses(br#"{"parts":[{"role":"c","text":"t"}]}"#, "", "an item has an id");
    refuses(br#"{"id":"x","parts":[]}"#, "parts", "at least one");
    refuses(br#"{"id":"x","parts":"t"}"#, "parts t", "text or a picture");
    refuses(br#"{"id":"x","parts":[{"role":"c"}]}"#, "parts[0]", "either text or path");
    refuses(br#"{"id":"x\ny","parts":[{"role":"c","text":"t"}]}"#, "id x", "control characters");
    refuses(br#"{"id":1.8e18,"parts":[{"role":"c","text":"t"}]}"#, "id 18", "digits are lost");
    refuses(line(&"x".repeat(201), "t").as_bytes(), "id xxx", "1–200");
}

#[test]
fn gold_names_a_loaded_policy_and_its_clauses() {
    refuses(
        br#"{"id":"x","parts":[{"role":"c","text":"t"}],"gold":{"policy":"short-video@2031.1","verdict":"violating"}}"#,
        "short-video@2031.1",
        "not loaded in the case file; loaded: short-video@2026.11",
    );
    refuses(
        br#"{"id":"x","parts":[{"role":"c","text":"t"}],
             "gold":{"policy":"short-video@2026.11","verdict":"violating","clauses":["HH-1","ZZ-9"]}}"#
            .map(|it| if it == b'\n' { b' ' } else { it })
            .as_slice(),
        "ZZ-9",
        "no such clause",
    );
    refuses(
        br#"{"id":"x","parts":[{"role":"c","text":"t"}],"gold":{"policy":"short-video@2026.11","verdict":"bad"}}"#,
        "gold.verdict bad",
        "one of violating",
    );
}

#[test]
fn a_line_over_8_mib_is_refused_and_the_next_one_read() {
    let long = line("long", &"a".repeat(8 << 20));
    refuses(long.as_bytes(), "{\"id\":\"long\"", "at most 8 MiB");
}

#[test]
fn a_line_of_almost_8_mib_is_an_item() {
    let mut desk = Desk::new();
    let text = "a b ".repeat((2 << 20) - 100);
    let path = desk.put("q.jsonl", line("long", &text));
    assert_eq!(desk.import(&path).summary(), "1 imported");
    assert_eq!(desk.item("long").item.parts[0].text.as_deref(), Some(text.as_str()));
}

#[test]
fn a_byte_order_mark_carriage_returns_and_empty_lines_are_no_trouble() {
    let mut desk = Desk::new();
    let file = format!("\u{feff}{}\r\n\r\n   \n{}\r\n\n{}", line("a", "1"), line("b", "2"), line("c", "3"));
    let path = desk.put("q.jsonl", file);
    assert_eq!(desk.import(&path).summary(), "3 imported");
    assert_eq!(desk.ids(), ["a", "b", "c"]);
}

#[test]
fn an_empty_file_imports_nothing() {
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", "");
    let report = desk.import(&path);
    assert_eq!((report.summary().as_str(), report.finished), ("0 imported", true));
}

#[test]
fn an_id_twice_is_already_there_or_refused_by_content() {
    let mut desk = Desk::new();
    let path =
        desk.put("q.jsonl", [line("a", "1"), line("a", "1"), line("b", "2"), line("a", "3")].join("\n"));
    let report = desk.import(&path);
    assert_eq!(report.summary(), "2 imported, 1 already there, 1 refused");
    assert_eq!((report.refusals[0].line, report.refusals[0].value.as_str()), (4, "a"));
    assert!(report.refusals[0].rule.contains("other content"), "{:?}", report.refusals);
    assert_eq!(desk.item("a").item.parts[0].text.as_deref(), Some("1"));
}

#[test]
fn odd_text_comes_back_as_it_was_written() {
    let mut desk = Desk::new();
    let texts = [
        "\0 nul",
        "\u{202e}bidi\u{2066}",
        "\u{fdd0}\u{10ffff}",
        "",
        "'; drop table item; --",
        "<script>alert(1)</script>",
    ];
    let file: Vec<String> = texts.iter().enumerate().map(|(n, it)| line(&format!("i{n}"), it)).collect();
    let path = desk.put("q.jsonl", file.join("\n"));
    assert_eq!(desk.import(&path).summary(), "6 imported");
    for (n, text) in texts.iter().enumerate() {
        assert_eq!(desk.item(&format!("i{n}")).item.parts[0].text.as_deref(), Some(*text));
    }
    desk.is_sound();
}

#[test]
fn the_samples_come_in_whole() {
    let mut desk = Desk::new();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/items.jsonl");
    let lines = fs::read_to_string(&samples).expect("the samples").lines().count();
    let report = desk.import(&samples);
    assert_eq!(report.summary(), format!("{lines} imported"), "{:?}", report.refusals);
    desk.is_sound();
}

#[test]
fn a_declared_language_is_kept_and_another_detected() {
    let mut desk = Desk::new();
    let declared = r#"{"id":"d","parts":[{"role":"c","text":"This is English."}],"language":"pt-BR"}"#;
    let guess = line("g", "Привет, это длинное предложение на русском языке.");
    let path = desk.put("q.jsonl", [declared, &guess, &line("n", "12 :)")].join("\n"));
    desk.import(&path);
    let language = |id| (desk.item(id).item.language, desk.item(id).language_confidence.map(|it| it > 0.5));
    assert_eq!(language("d"), (Some("pt-BR".into()), None));
    assert_eq!(language("g"), (Some("ru".into()), Some(true)));
    assert_eq!(language("n"), (None, None));
}

#[test]
fn running_it_again_imports_nothing_twice() {
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", [line("a", "1"), line("b", "2")].join("\n"));
    assert_eq!(desk.import(&path).summary(), "2 imported");
    assert_eq!(desk.import(&path).summary(), "0 imported, 2 already there");
    assert_eq!(desk.store.count_items().expect("a count"), 2);
}

#[test]
fn a_file_that_changed_is_read_from_the_beginning() {
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", line("a", "1"));
    desk.import(&path);
    desk.put("q.jsonl", [line("z", "0"), line("a", "1"), line("b", "2")].join("\n"));
    assert_eq!(desk.import(&path).summary(), "2 imported, 1 already there");
}

#[test]
fn what_was_refused_is_tried_again_once_it_may_be_right() {
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", [line("a", "1"), with_image("x", "late.png")].join("\n"));
    assert_eq!(desk.import(&path).summary(), "1 imported, 1 refused");
    desk.put("late.png", sample("tea.png"));
    let report = desk.import(&path);
    assert_eq!(report.summary(), "1 imported, 1 already there");
    assert_eq!(report.refusals, []);
}

fn numbered(n: usize) -> String {
    (0..n).fold(String::new(), |mut file, n| {
        writeln!(file, "{}", line(&format!("i{n}"), &format!("text number {n}"))).expect("memory writes");
        file
    })
}

#[test]
fn a_stopped_import_goes_on_where_it_was() {
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", numbered(9500) + "broken\n");
    let mut batches = 0;
    let report = desk
        .watched(&path, &[], &mut |_| {
            batches += 1;
            if batches == 2 { Flow::Stop } else { Flow::Go }
        })
        .expect("the import runs");
    assert!(!report.finished, "{}", report.summary());
    let done = desk.stopped_within(9500);
    assert_eq!(u64::from(done), report.progress.imported, "what is done stays done");
    let report = desk.import(&path);
    assert_eq!(report.summary(), format!("{} imported, 1 refused", 9500 - done));
    assert_eq!(report.refusals[0].line, 9501, "lines are counted from the beginning of the file");
    desk.is_sound();
}

#[test]
fn progress_never_runs_backwards_and_ends_at_the_total() {
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", numbered(2500));
    let mut heard: Vec<(u32, Option<u32>)> = Vec::new();
    desk.watched(&path, &[], &mut |it| {
        heard.push((it.done(), it.total()));
        Flow::Go
    })
    .expect("the import runs");
    assert!(heard.is_sorted_by_key(|it| it.0), "{heard:?}");
    assert!(heard.iter().all(|(done, total)| total.is_some_and(|it| it >= *done)), "{heard:?}");
    assert_eq!(heard.last(), Some(&(2500, Some(2500))));
}

#[test]
fn items_keep_the_order_of_the_file() {
    let mut desk = Desk::new();
    let path = desk.put("q.jsonl", numbered(900));
    desk.import(&path);
    let expected: Vec<String> = (0..900).map(|n| format!("i{n}")).collect();
    assert_eq!(desk.ids(), expected);
}

#[test]
fn a_folder_is_texts_and_pictures_and_both_under_one_name() {
    let mut desk = Desk::new();
    desk.put("f/a.txt", "caption of a");
    desk.put("f/a.png", sample("card.png"));
    desk.put("f/sub/b.md", "\u{feff}only text");
    desk.put("f/c.PNG", sample("tea.png"));
    desk.put("f/notes.pdf", "passed over");
    let folder = desk.inbox().join("f");
    assert_eq!(desk.import(&folder).summary(), "3 imported");
    assert_eq!(desk.ids(), ["a", "c.PNG", "sub/b.md"]);
    let a = desk.item("a");
    let roles: Vec<&str> = a.record.parts.iter().map(|it| it.role.as_str()).collect();
    assert_eq!(roles, ["text", "image"]);
    assert_eq!(desk.item("sub/b.md").item.parts[0].text.as_deref(), Some("only text"));
    assert_eq!(desk.import(&folder).summary(), "0 imported, 3 already there");
    desk.put("f/d.txt", "a new one");
    assert_eq!(desk.import(&folder).summary(), "1 imported, 3 already there");
}

#[test]
fn bad_files_in_a_folder_are_refused_by_name() {
    let mut desk = Desk::new();
    desk.put("f/a.txt", b"\xff\xff");
    desk.put("f/b.txt", " \n ");
    desk.put("f/c.jpg", "no picture");
    desk.put("f/d.txt", "good");
    desk.put("f/e.txt", vec![b'x'; (8 << 20) + 1]);
    #[cfg(unix)]
    {
        fs::write(desk.folder.path().join("secret.txt"), "secret").expect("a file beside the folder");
        std::os::unix::fs::symlink("../../secret.txt", desk.inbox().join("f/f.txt")).expect("a link");
        std::os::unix::fs::symlink("..", desk.inbox().join("f/round")).expect("a link in a circle");
    }
    let report = desk.import(&desk.inbox().join("f"));
    let found: Vec<(&str, &str)> =
        report.refusals.iter().map(|it| (it.value.as_str(), it.rule.as_str())).collect();
    assert!(found[0].0 == "a.txt" && found[0].1.starts_with("text is UTF-8; byte 1 is not"), "{found:?}");
    assert_eq!(found[1], ("b.txt", "the file has no text in it"));
    assert_eq!(found[2].0, "c.jpg");
    assert_eq!(found[3], ("e.txt", "a file here is at most 8 MiB"));
    if cfg!(unix) {
        assert_eq!(found[4], ("f.txt", "the file lies outside the folder of the import"));
    }
    assert_eq!(desk.ids(), ["d.txt"]);
}

#[test]
fn what_cannot_be_imported_is_said() {
    let mut desk = Desk::new();
    let missing = desk.inbox().join("none.jsonl");
    assert_eq!(desk.try_import(&missing, &[]).expect_err("missing").code, Code::File);
    let path = desk.put("q.pdf", "x");
    let error = desk.try_import(&path, &[]).expect_err("no such kind");
    assert!(error.message.contains("Label Studio's .json, or a folder"), "{error}");
}

#[test]
fn two_imports_at_once_are_both_whole() {
    let mut desk = Desk::new();
    let one = desk.put("one.jsonl", numbered(3000));
    let two = desk.put("two.jsonl", numbered(4000));
    let mut second = Store::open(desk.store.path()).expect("the file opens twice");
    let request = ImportRequest { path: two.to_str().expect("UTF-8").into(), ..ImportRequest::default() };
    let other = std::thread::spawn(move || {
        import(&mut second, READERS, &request, &|| NOW, &mut |_| Flow::Go).expect("the import runs").progress
    });
    let first = desk.import(&one).progress;
    let second = other.join().expect("the thread ends");
    assert_eq!(first.imported + second.imported, 4000);
    assert_eq!(first.already + second.already, 3000);
    desk.is_sound();
}
