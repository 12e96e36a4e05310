//! `casebook`: what the window can do, without a window.

mod args;
mod case;
mod check;
mod day;
mod imports;
mod jobs;
mod lists;
mod models;
mod out;
mod policies;
mod print;
mod session;
mod settings;
mod thresholds;
mod training;
mod turn;

use std::process::ExitCode;

use args::{Arguments, Command};
use casebook_desk::{error::Result, lists::wire::BulkAct};
use clap::Parser;

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_env("CASEBOOK_LOG"))
        .with_writer(|| out::Log)
        .init();
    out::say_panics();
    let done = match Arguments::try_parse() {
        Ok(arguments) => match run(&arguments) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let more = error.falsehoods.iter().skip(1).map(|it| format!("\n{it}"));
                out::problem(&format!("{error}{}", more.collect::<String>()));
                ExitCode::FAILURE
            }
        },
        Err(refused) => said_by_clap(&refused),
    };
    match out::close() {
        Ok(()) => done,
        Err(problem) => {
            out::problem(&format!("could not write to standard output: {problem}"));
            ExitCode::FAILURE
        }
    }
}

/// Help and the version, or what is wrong with the arguments; it quotes them.
fn said_by_clap(refused: &clap::Error) -> ExitCode {
    let text = refused.render().to_string();
    match refused.use_stderr() {
        true => out::aside_block(&text),
        false => out::block(&text),
    }
    u8::try_from(refused.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn run(arguments: &Arguments) -> Result<()> {
    let session = || session::session(arguments);
    match &arguments.command {
        Command::New { file } => case::new(&session(), file),
        Command::Import { file, path, how } => imports::import(&session(), file, path, how),
        Command::Imports { file, take_back } => imports::list(&session(), file, take_back.as_deref()),
        Command::Score { file } => case::score(&session(), file),
        Command::Assess { file, item } => case::assess(&session(), file, item.as_deref()),
        Command::Show { file, item, reveal } => case::show(&session(), file, item, *reveal),
        Command::Annotate { file, from } => case::annotate(&session(), file, from),
        Command::Day => day::day(&session()),
        Command::Practise => case::practise(&session()),
        Command::Queues { file } => case::queues(&session(), file),
        Command::Search { file, words } => case::search(&session(), file, &words.join(" ")),
        Command::List(list) => lists::list(&session(), list),
        Command::Occurring { file } => lists::occurring(&session(), file),
        Command::Similar { file, item, limit } => lists::similar(&session(), file, item, *limit),
        Command::Decisions { file, limit } => lists::decisions(&session(), file, *limit),
        Command::Assign { file, to, items, take_back } => {
            let act = BulkAct::Assign { to: to.clone() };
            lists::act_on(&session(), file, items, &act, *take_back)
        }
        Command::Move { file, to, items, take_back } => {
            let act = BulkAct::Move { to: to.clone() };
            lists::act_on(&session(), file, items, &act, *take_back)
        }
        Command::HandOn(args) => turn::hand_on(&session(), args),
        Command::Waiting { file } => turn::waiting(&session(), file),
        Command::Notes(args) => turn::notes(&session(), args),
        Command::TakeOut(args) => turn::take_out(&session(), args),
        Command::Export(export) => case::export(&session(), export),
        Command::Exports { file, id } => case::exports(&session(), file, *id),
        Command::Jobs { file, resume } => jobs::list(&session(), file, resume.as_deref()),
        Command::Call { file, verb, json } => case::call(&session(), file, verb, json),
        Command::Backup { file, to } => case::backup(file, to),
        Command::Doctor { file } => case::doctor(file),
        Command::Check { paths } => check::check(paths),
        Command::Models { action } => models::run(&session(), action),
        Command::Thresholds { file, set, reset } => thresholds::run(&session(), file, set, reset),
        Command::Policies { file, add, in_force } => {
            policies::run(&session(), file, add, in_force.as_deref())
        }
        Command::Evaluate(evaluate) => models::evaluate(evaluate),
        Command::Train(train) => training::train(train),
        Command::TrainHeads(train) => models::train(train),
        Command::Settings { name, value } => settings::run(&session(), name.as_deref(), value.as_deref()),
        Command::Serve { file, page } => case::serve(session(), file, page.as_deref()),
    }
}
