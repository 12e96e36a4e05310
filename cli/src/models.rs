//! Verbs on models.

use std::{
    io::{IsTerminal, Write},
    ops::ControlFlow,
};

use casebook_core::{labelset::LabelSet, policy::Policy};
use casebook_desk::error::{Code, Error, Result};
use casebook_models::{
    card::Card,
    encoder::TextEncoder,
    evaluate::{self, Mode, Options},
    heads::Heads,
    install::{self, State},
    shelf,
};

use crate::args::{Evaluate, EvaluationMode, ModelAction, TrainHeads};

pub fn run(action: &ModelAction) -> Result<()> {
    match action {
        ModelAction::List => list(),
        ModelAction::Add { id } => add(&card(id)?),
        ModelAction::Verify { id } => {
            install::verify(&install::default_dir(), &card(id)?).map_err(|it| failure(&it))?;
            println!("{id}: every file is what its card names");
            Ok(())
        }
        ModelAction::Remove { id } => {
            install::remove(&install::default_dir(), &card(id)?).map_err(|it| failure(&it))?;
            println!("{id} is removed");
            Ok(())
        }
    }
}

fn list() -> Result<()> {
    let models = install::default_dir();
    for card in cards()? {
        let state = match install::state(&models, &card) {
            State::Installed => "installed".to_owned(),
            State::Absent => "not installed".to_owned(),
            State::Damaged(why) => format!("damaged: {why}"),
        };
        println!("{}\t{state}\t{}\t{}", card.id, card.licence, card.title);
    }
    Ok(())
}

fn add(card: &Card) -> Result<()> {
    let drawn = std::io::stderr().is_terminal();
    let added = install::add(&install::default_dir(), card, &shelf::asked_for(), &mut |progress| {
        if drawn {
            let percent = progress.done * 100 / progress.total.max(1);
            eprint!("\r\x1b[K{percent:3} %  {}", progress.source);
            std::io::stderr().flush().ok();
        }
        ControlFlow::Continue(())
    });
    if drawn {
        eprint!("\r\x1b[K");
    }
    added.map_err(|it| failure(&it))?;
    println!("{} is installed in {}", card.id, install::default_dir().display());
    Ok(())
}

pub fn evaluate(asked: &Evaluate) -> Result<()> {
    let policy = Policy::built_in();
    let text = std::fs::read_to_string(&asked.labels)
        .map_err(|it| Error::file("read the label set", &asked.labels, it))?;
    let name = asked.labels.file_stem().unwrap_or_default().to_string_lossy();
    let labels = LabelSet::parse(&name, &text, &policy).map_err(|it| failure(&it))?;
    let mode = match asked.mode {
        EvaluationMode::ZeroShot => Mode::ZeroShot,
        EvaluationMode::Cv => Mode::Cv,
        EvaluationMode::Shipped => Mode::Shipped,
    };
    let options = Options { items: asked.items.clone(), labels, mode, n_seeds: 5, n_bootstrap: 1000 };
    let report = evaluate::run(&options, &encoder()?, &policy, &Heads::built_in()).map_err(|it| failure(&it))?;
    if asked.json {
        println!("{}", serde_json::to_string_pretty(&report).expect("a report is plain data"));
    } else {
        println!("{}", report.table());
    }
    Ok(())
}

pub fn train(_asked: &TrainHeads) -> Result<()> {
    Err(Error::new(Code::Defect, "not yet"))
}

fn encoder() -> Result<TextEncoder> {
    let card = Card::built_in();
    TextEncoder::load(&install::model_dir(&install::default_dir(), &card), &card).map_err(|it| failure(&it))
}

fn cards() -> Result<Vec<Card>> {
    Card::all(Some(&install::default_dir().join("cards"))).map_err(|it| failure(&it))
}

fn card(id: &str) -> Result<Card> {
    let known = cards()?;
    let ids: Vec<&str> = known.iter().map(|it| it.id.as_str()).collect();
    let message = format!("model {id}: the cards are {}", ids.join(", "));
    known.iter().find(|it| it.id == id).cloned().ok_or_else(|| Error::new(Code::Request, message))
}

fn failure(error: &dyn std::error::Error) -> Error {
    Error::new(Code::Model, error.to_string())
}
