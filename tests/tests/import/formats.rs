//! Rows as other programs export them.

use casebook_tests::said::Said as _;

use super::Desk;

#[test]
fn rows_of_known_programs_are_recognised() {
    let mut desk = Desk::new();
    let doccano = r#"{"id":1,"text":"Terrible offer","label":["spam"],"Comments":[]}"#;
    let prodigy = concat!(
        r#"{"text":"A","_input_hash":-1,"_task_hash":2,"label":"SPAM","answer":"accept"}"#,
        "\n",
        r#"{"text":"B","_input_hash":-2,"_task_hash":3,"label":"SPAM","answer":"reject"}"#,
        "\n",
        r#"{"text":"C","_input_hash":-3,"_task_hash":4,"label":"SPAM","answer":"ignore"}"#
    );
    let x = r#"{"id":1050118621198921728,"id_str":"1050118621198921728","full_text":"this &amp; that","lang":"in","user":{"screen_name":"nobody"}}"#;
    let dsa = r#"{"uuid":"u-1","decision_ground":"DECISION_GROUND_INCOMPATIBLE_CONTENT","decision_facts":"Sold watches.","content_language":"DE","category":"STATEMENT_CATEGORY_SCAMS_AND_FRAUD"}"#;
    let coop = r#"{"itemId":"c-1","itemTypeId":"post","itemData":{"text":"Hello"},"policyNames":["Spam"]}"#;
    for (name, rows) in [("doccano", doccano), ("prodigy", prodigy), ("x", x), ("dsa", dsa), ("coop", coop)] {
        let path = desk.put(&format!("{name}.jsonl"), rows);
        let report = desk.import(&path);
        assert_eq!(report.read_as.preset.as_deref(), Some(name));
        assert_eq!(report.refusals, [], "{name}");
        let said = |column: &str| report.tallies.iter().any(|it| it.name == column);
        assert!(
            name != "x" || said("id") && said("id_str"),
            "the second id is left, and said: {:?}",
            report.tallies
        );
    }
    let label = |id: &str, name: &str| desk.item(id).item.labels.get(name).copied();
    assert_eq!(label("1", "spam"), Some(1));
    assert_eq!([label("-1", "SPAM"), label("-2", "SPAM"), label("-3", "SPAM")], [Some(1), Some(0), None]);
    let x = desk.item("1050118621198921728").item;
    assert_eq!((x.parts[0].text.as_deref(), x.language.as_deref()), (Some("this & that"), Some("id")));
    assert_eq!(x.author.as_deref(), Some("nobody"));
    assert_eq!(label("u-1", "STATEMENT_CATEGORY_SCAMS_AND_FRAUD"), Some(1));
    assert_eq!(desk.item("c-1").item.parts[0].text.as_deref(), Some("Hello"));
}

#[test]
fn tasks_of_every_export_are_read() {
    let mut desk = Desk::new();
    let choice = r#"{"from_name":"topic","to_name":"text","type":"choices","value":{"choices":["Spam"]}}"#;
    for (name, text, id) in [
        ("min", r#"[{"id":3,"text":"Buy now","topic":"Spam","annotator":1}]"#.to_owned(), "3"),
        (
            "one",
            format!(r#"{{"id":27,"result":[{choice}],"task":{{"id":594,"data":{{"text":"x"}}}}}}"#),
            "one:594",
        ),
        (
            "old",
            format!(r#"[{{"id":0,"data":{{"text":"x"}},"completions":[{{"result":[{choice}]}}]}}]"#),
            "old:0",
        ),
        (
            "lines",
            format!("{{\"id\":1,\"data\":{{\"text\":\"a\"}},\"annotations\":[{{\"result\":[{choice}]}}]}}\n"),
            "lines:1",
        ),
    ] {
        let path = desk.put(&format!("{name}.json"), text);
        let report = desk.try_import(&path, &[("labels.spam", "annotations.topic.Spam")]).expect(name);
        assert_eq!(report.summary(), "1 imported", "{name}: {:?}", report.refusals);
        assert_eq!(desk.item(id).item.labels["spam"], 1, "{name}");
    }
    let path = desk.put("numbers.json", r#"[{"id":9,"data":{"text":"x"},"annotations":[12]}]"#);
    let report = desk.import(&path);
    assert!(
        report.tallies.iter().any(|it| it.rule.contains("numbers of annotations")),
        "{:?}",
        report.tallies
    );
}

#[test]
fn a_folder_names_what_it_leaves_and_refuses_half_an_item() {
    let mut desk = Desk::new();
    desk.put("f/a.txt", "a text");
    desk.put("f/b.txt", "words beside a picture nobody can read");
    desk.put("f/b.heic", [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[0; 300]].concat());
    desk.put("f/c.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>");
    desk.put("f/.hidden", "x");
    desk.put("f/Thumbs.db", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    desk.put("f/noext", super::sample("tea.png"));
    desk.put("f/rows.csv", "id,text\n1,x\n");
    let report = desk.import(&desk.inbox().join("f"));
    assert_eq!(desk.ids(), ["a.txt", "noext"]);
    assert_eq!(report.refusals.len(), 1);
    assert!(
        report.refusals[0].value == "b.heic" && report.refusals[0].rule.contains("save it as PNG or JPEG")
    );
    let mut left: Vec<&str> = report.tallies.iter().map(|it| it.name.as_str()).collect();
    left.sort_unstable();
    assert_eq!(left, ["c.svg", "rows.csv"]);
}

#[test]
fn a_folder_of_tables_is_imported_table_by_table() {
    let mut desk = Desk::new();
    desk.put("set/train-0.csv", "id,text\n1,x\n2,y\n");
    desk.put("set/train-1.csv", "id,text\n3,z\nbad\n");
    let report = desk.import(&desk.inbox().join("set"));
    assert_eq!(report.summary(), "3 imported, 1 refused");
    assert!(report.refusals[0].value.starts_with("train-1.csv: bad"), "{:?}", report.refusals);
    assert_eq!(desk.import(&desk.inbox().join("set")).summary(), "0 imported, 3 already there, 1 refused");
}
