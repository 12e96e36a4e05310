//! What this program plugs into a session: pictures from `media`, tables from `tables`, models from `models`, and the clock.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use casebook_desk::session::{Settings, chance, default_home};

/// Settings of a session on this machine.
pub(crate) fn settings(reviewer: Option<String>) -> Settings {
    Settings {
        home: default_home(),
        reviewer,
        stills: Arc::new(casebook_media::SafeStills),
        tables: Arc::new(casebook_tables::Parquet),
        models: Arc::new(casebook_models::shelf::Shelf::standard()),
        clock: Arc::new(now_ms),
        chance: Arc::new(chance),
    }
}

fn now_ms() -> i64 {
    // A clock before 1970 is a broken clock; the record says so by its date.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_millis() as i64)
}
