//! A session as the command line has it: models, pictures and tables plugged in.

use std::{path::PathBuf, sync::Arc};

use casebook_desk::session::{Session, Settings};

use crate::args::Arguments;

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
