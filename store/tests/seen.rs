//! Who has seen what a model thinks of an item.

mod common;

use casebook_core::queue::Filter;
use common::{Case, NOW, with};

#[test]
fn a_list_by_risk_tells_of_every_item_that_was_in_it() {
    let mut case = Case::new();
    let in_language = |code: &str| {
        let code = code.to_owned();
        move |it: &mut casebook_core::item::Item| it.language = Some(code)
    };
    let english = case.add(with("a", in_language("en")));
    let spanish = case.add(with("b", in_language("es")));
    let filter = Filter { languages: vec!["en".into()], ..Filter::default() };
    case.store.set_risk_listed(&filter, "ada", NOW).expect("kept");
    case.store.set_risk_listed(&filter, "ada", NOW).expect("twice is once");
    let later = case.add(with("c", in_language("en")));
    let seen = |case: &Case, row, who: &str| case.store.has_seen_model(row, who).expect("an answer");
    assert!(seen(&case, english, "ada"), "whether it was on the page or below it");
    assert!(!seen(&case, spanish, "ada"), "it was not in the list");
    assert!(!seen(&case, later, "ada"), "it was imported after");
    assert!(!seen(&case, english, "bo"));
    let rows: u32 =
        case.sql().query_row("select count(*) from risk_listed", (), |it| it.get(0)).expect("a count");
    assert_eq!(rows, 1);
    case.store.set_risk_listed(&Filter::default(), "ada", NOW).expect("kept");
    assert!(seen(&case, spanish, "ada") && seen(&case, later, "ada"));
}
