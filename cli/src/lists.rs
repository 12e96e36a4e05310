//! Looking through items, and acts on many of them.

use std::path::Path;

use casebook_core::{
    list::{ListFilter, ListOrder, Standing},
    queue::Filter,
    risk::RiskTerms,
};
use casebook_desk::{
    error::Result,
    lists::wire::{BulkAct, ItemLine, ListRequest},
    session::Session,
};

use crate::{
    args,
    case::text,
    out::{self, say},
};

pub fn list(session: &Session, list: &args::List) -> Result<()> {
    crate::session::open(session, &text(&list.file)?)?;
    let filter = Filter {
        languages: list.language.clone(),
        markets: list.market.clone(),
        reasons: list.reason.clone(),
        words: list.words.clone(),
    };
    let page = session.list(&ListRequest {
        filter: ListFilter { filter, standing: standing(list.standing) },
        order: order(list.order),
        queue: list.queue.clone(),
        offset: list.offset,
        limit: list.limit,
        fresh: false,
    })?;
    for it in &page.lines {
        out::cells(&line(it));
    }
    let more = if page.capped { ", the newest of more" } else { "" };
    match page.lines.len() {
        0 => say!("0 of {}{more}", page.total),
        n => say!("{}–{} of {}{more}", page.offset + 1, page.offset as usize + n, page.total),
    }
    Ok(())
}

pub fn occurring(session: &Session, file: &Path) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let found = session.occurring()?;
    for (kind, values) in
        [("language", found.languages), ("market", found.markets), ("reason", found.reasons)]
    {
        for it in values {
            out::cells(&[kind.to_owned(), it.value, it.items.to_string()]);
        }
    }
    Ok(())
}

pub fn similar(session: &Session, file: &Path, item: &str, limit: u32) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    let similar = session.similar(session.row_of(item)?, limit)?;
    for it in &similar.lines {
        let cells = [format!("{:.2}", it.similarity)].into_iter().chain(line(&it.line));
        out::cells(&cells.collect::<Vec<_>>());
    }
    match similar.model {
        Some(model) => say!("cosine by {}, {} items compared", model, similar.searched),
        None => say!("item {}: no model has read its text; casebook score does", item),
    }
    Ok(())
}

pub fn decisions(session: &Session, file: &Path, limit: u32) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    for it in session.decisions(limit)? {
        let cells = [it.queue.clone()].into_iter().chain(line(&it.line));
        out::cells(&cells.collect::<Vec<_>>());
    }
    Ok(())
}

pub fn act_on(
    session: &Session,
    file: &Path,
    items: &[String],
    act: &BulkAct,
    take_back: Option<u32>,
) -> Result<()> {
    crate::session::open(session, &text(file)?)?;
    if let Some(number) = take_back {
        let done = session.take_back(number)?;
        say!("taken back: {} items are as they were", done.items);
        return Ok(());
    }
    let rows = items.iter().map(|it| session.row_of(it)).collect::<Result<Vec<_>>>()?;
    let done = session.act_on(&rows, act)?;
    say!("{} items, act {}; --take-back {} undoes it", done.items, done.act, done.act);
    Ok(())
}

/// Id, what is known of it, what the reviewer did, text.
fn line(it: &ItemLine) -> [String; 4] {
    let reach = it.reach_per_hour.map(|it| format!("{it:.0} views/h"));
    let reported =
        (it.reports > 0).then(|| format!("{} × {}", it.reports, it.reason.as_deref().unwrap_or("")));
    let known = [it.language.clone(), it.market.clone(), reported, reach];
    let risk = it.risk.map(|it| {
        let RiskTerms { severity, p, reach_per_hour, waited_hours } = it;
        format!("severity {severity} × reach {reach_per_hour:.0}/h, p {p:.2}, {waited_hours:.0} h")
    });
    let done = [
        it.mine.map(|it| word(serde_json::to_value(it))),
        it.aside.map(|it| word(serde_json::to_value(it))),
        it.assigned.as_deref().map(|it| format!("for {it}")),
        it.moved.as_deref().map(|it| format!("in {it}")),
        risk,
    ];
    let list = |of: &[Option<String>]| of.iter().flatten().cloned().collect::<Vec<_>>().join(" · ");
    [it.id.clone(), list(&known), list(&done), it.excerpt.clone()]
}

/// As JSON spells it.
fn word(it: serde_json::Result<serde_json::Value>) -> String {
    match it {
        Ok(serde_json::Value::String(word)) => word.replace('_', " "),
        _ => String::new(),
    }
}

fn standing(it: args::ListStanding) -> Standing {
    match it {
        args::ListStanding::All => Standing::All,
        args::ListStanding::Unreviewed => Standing::Unreviewed,
        args::ListStanding::Reviewed => Standing::Reviewed,
        args::ListStanding::Mine => Standing::Mine,
        args::ListStanding::Skipped => Standing::Skipped,
        args::ListStanding::Deferred => Standing::Deferred,
        args::ListStanding::Assigned => Standing::Assigned,
        args::ListStanding::Waiting => Standing::Waiting,
        args::ListStanding::HandedOn => Standing::HandedOn,
    }
}

fn order(it: args::ListOrder) -> ListOrder {
    match it {
        args::ListOrder::Newest => ListOrder::Newest,
        args::ListOrder::Oldest => ListOrder::Oldest,
        args::ListOrder::Urgency => ListOrder::Urgency,
        args::ListOrder::Age => ListOrder::Age,
        args::ListOrder::Recent => ListOrder::Recent,
        args::ListOrder::Risk => ListOrder::Risk,
    }
}
