//! Verbs on models. What a session has no verb for goes past it: adding and removing any model, evaluating, training.

use std::{io::IsTerminal, ops::ControlFlow, path::Path};

use casebook_core::{known::ModelStatus, labelset::LabelSet, policy::Policy, ports::Role};
use casebook_desk::{
    error::{Code, Error, Result},
    session::Session,
};
use casebook_fetch::{
    card::Card,
    install::{self, State},
};
use casebook_learn::{
    evaluate::{self, Mode, Options},
    train::{STARTER_FAULTS, TrainOptions, TrainSource, train_heads},
};
use casebook_models::{encoder::TextEncoder, heads::Heads, reasoner::apart::client, shelf::most_memory};

use crate::{
    args::{Evaluate, EvaluationMode, ModelAction, TrainHeads},
    out::{self, row, say, tell},
    print, training,
};

pub fn run(session: &Session, action: &ModelAction) -> Result<()> {
    match action {
        ModelAction::List => list(session),
        ModelAction::Add { id, accept_licence } => {
            let card = card(id)?;
            introduce(&card);
            if !accept_licence && asks_for_licence(&card) && !is_accepted(&card)? {
                say!("{id} is not installed");
                return Ok(());
            }
            add(&card)
        }
        ModelAction::Show { id } => show(session, id),
        ModelAction::Verify { id } => verify(session, id),
        ModelAction::Remove { id } => {
            install::remove(&install::default_dir(), &card(id)?).map_err(|it| failure(&it))?;
            say!("{id} is removed");
            Ok(())
        }
    }
}

fn list(session: &Session) -> Result<()> {
    for model in session.models()? {
        let status = print::status(&model.status);
        row!(model.id, status, model.licence, model.title);
    }
    Ok(())
}

fn show(session: &Session, id: &str) -> Result<()> {
    let known = session.models()?;
    let Some(model) = known.iter().find(|it| it.id == id) else { return card(id).map(drop) };
    print::model(model);
    if model.roles.contains(&Role::Reasoner) {
        match client::isolation(most_memory(&card(id)?)) {
            Ok(isolation) => say!("  runs in a process of its own; {isolation}"),
            Err(why) => say!("  its program cannot be started: {why}"),
        }
    }
    Ok(())
}

fn verify(session: &Session, id: &str) -> Result<()> {
    match session.verify_model(id)? {
        ModelStatus::Installed => {
            say!("{id}: every file is what its card names");
            Ok(())
        }
        status => Err(Error::new(Code::Model, format!("{id}: {}", print::status(&status)))),
    }
}

fn introduce(card: &Card) {
    say!("{}, {}", card.title, size(card.bytes()));
    say!("licence: {}", card.licence);
}

/// 1.1 GB, 98 MB: decimal, as disks are sold.
fn size(bytes: u64) -> String {
    let mb = bytes as f64 / 1e6;
    if mb < 1000.0 { format!("{mb:.0} MB") } else { format!("{:.1} GB", mb / 1000.0) }
}

/// Language models come under licences of many kinds, so each is accepted by a person. What is installed was.
fn asks_for_licence(card: &Card) -> bool {
    card.roles.contains(&Role::Reasoner) && install::state(&install::default_dir(), card) == State::Absent
}

/// Asks on a terminal.
fn is_accepted(card: &Card) -> Result<bool> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        let message = format!(
            "could not add {}: nobody accepted its licence; read it above, then add it with --accept-licence",
            card.id
        );
        return Err(Error::new(Code::Request, message));
    }
    out::ask("Install it under this licence? [y/N] ");
    let mut answer = String::new();
    stdin.read_line(&mut answer).map_err(|it| failure(&it))?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn add(card: &Card) -> Result<()> {
    let drawn = std::io::stderr().is_terminal();
    let added = install::add(&install::default_dir(), card, &install::asked_for(), &mut |progress| {
        if drawn {
            let percent = progress.done * 100 / progress.total.max(1);
            out::progress(&format!("{percent:3} %  {}", progress.source));
        }
        ControlFlow::Continue(())
    });
    if drawn {
        out::progress_is_over();
    }
    added.map_err(|it| failure(&it))?;
    say!("{} is installed in {}", card.id, install::default_dir().display());
    Ok(())
}

pub fn evaluate(asked: &Evaluate) -> Result<()> {
    let (Some(items), Some(labels), Some(mode)) = (&asked.items, &asked.labels, asked.mode) else {
        return training::leave_one_set_out(&asked.folders, asked.json);
    };
    let policy = Policy::built_in();
    let labels = labelset(labels, &policy)?;
    let mode = match mode {
        EvaluationMode::ZeroShot => Mode::ZeroShot,
        EvaluationMode::Cv => Mode::Cv,
        EvaluationMode::Shipped => Mode::Shipped,
    };
    let options = Options { items: items.clone(), labels, mode, n_seeds: 5, n_bootstrap: 1000 };
    let report =
        evaluate::run(&options, &encoder()?, &policy, &Heads::built_in()).map_err(|it| failure(&it))?;
    if asked.json {
        out::json(&serde_json::to_string_pretty(&report).expect("a report is plain data"));
    } else {
        out::block(&report.table());
    }
    Ok(())
}

pub fn train(asked: &TrainHeads) -> Result<()> {
    let policy = Policy::built_in();
    let sources = asked.sources.iter().map(|it| source(it, &policy)).collect::<Result<_>>()?;
    let options = TrainOptions {
        id: asked.id.clone(),
        sources,
        max_rows: asked.max_rows,
        precision: asked.precision,
        n_bootstrap: 1000,
        faults: STARTER_FAULTS.map(str::to_owned).into(),
    };
    let watch = &mut |line: &str| tell!("{line}");
    let trained = train_heads(&options, &encoder()?, &Card::built_in().id, &policy, watch)
        .map_err(|it| failure(&it))?;
    std::fs::create_dir_all(&asked.to).map_err(|it| Error::file("make the folder", &asked.to, it))?;
    for (name, bytes) in [("heads.bin", trained.bytes.as_slice()), ("card.toml", trained.card.as_bytes())] {
        let path = asked.to.join(name);
        std::fs::write(&path, bytes).map_err(|it| Error::file("write the heads to", &path, it))?;
    }
    say!(
        "{} heads in {}",
        trained.heads.sets.iter().map(|it| it.heads.len()).sum::<usize>(),
        asked.to.display()
    );
    Ok(())
}

/// `LABELS.toml:ITEMS:LICENCE`.
fn source(text: &str, policy: &Policy) -> Result<TrainSource> {
    let mut fields = text.splitn(3, ':');
    let (Some(labels), Some(items), Some(licence)) = (fields.next(), fields.next(), fields.next()) else {
        let message = format!("--source {text}: LABELS.toml:ITEMS:LICENCE, as in edos.toml:edos.csv:CC0-1.0");
        return Err(Error::new(Code::Request, message));
    };
    Ok(TrainSource {
        labels: labelset(Path::new(labels), policy)?,
        path: items.into(),
        licence: licence.into(),
    })
}

fn labelset(path: &Path, policy: &Policy) -> Result<LabelSet> {
    let text = std::fs::read_to_string(path).map_err(|it| Error::file("read the label set", path, it))?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    LabelSet::parse(&name, &text, policy).map_err(|it| failure(&it))
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
