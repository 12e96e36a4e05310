//! A session as the command line has it: models, pictures and tables plugged in.

use std::{path::PathBuf, sync::Arc};

use casebook_desk::{
    error::Result,
    session::{Session, Settings},
    wire::Desktop,
};

use crate::{args::Arguments, out::tell};

/// A session for one command.
#[must_use]
pub fn session(arguments: &Arguments) -> Session {
    Session::new(Settings {
        home: home(arguments),
        reviewer: arguments.reviewer.clone(),
        stills: Arc::new(casebook_media::SafeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(casebook_models::shelf::Shelf::standard()),
        clock: Arc::new(|| jiff::Timestamp::now().as_millisecond()),
        chance: Arc::new(casebook_desk::session::chance),
    })
}

fn home(arguments: &Arguments) -> PathBuf {
    arguments.home.clone().unwrap_or_else(casebook_desk::session::default_home)
}

/// Opens a case file. One that an older Casebook wrote is brought up to date, and where the former one is kept is said.
pub fn open(session: &Session, file: &str) -> Result<Desktop> {
    let desktop = session.open_case(file)?;
    if let Some(former) = desktop.case.as_ref().and_then(|it| it.former.as_deref()) {
        tell!("{file} was brought up to date; the file as it was is {former}");
    }
    Ok(desktop)
}
