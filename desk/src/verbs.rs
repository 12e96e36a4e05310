//! The verbs by name, for transports that carry JSON: the test server of the page.
//!
//! The window calls the same methods through typed commands; a test holds the two lists together.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::{Code, Error, Result},
    session::Session,
};

/// One table: name, arguments, method. Arguments arrive as a JSON object with these fields.
macro_rules! verbs {
    ($($name:ident ( $($arg:ident : $type:ty = $pass:expr),* );)*) => {
        /// Every verb, in table order.
        pub const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Calls verb `name`.
        ///
        /// # Errors
        /// Whatever the verb refuses; and unknown names and arguments of another shape.
        pub fn call(session: &Session, name: &str, args: Value) -> Result<Value> {
            match name {
                $(stringify!($name) => {
                    #[derive(Deserialize)]
                    #[serde(deny_unknown_fields)]
                    struct Args { $($arg: $type),* }
                    #[allow(unused_variables, reason = "verbs without arguments")]
                    let args: Args = read(name, args)?;
                    $(let $arg = args.$arg;)*
                    write(session.$name($($pass),*)?)
                })*
                _ => Err(Error::new(Code::Request, format!("verb {name}: there is none of that name"))),
            }
        }
    };
}

verbs! {
    desktop();
    set_reviewer(name: String = &name);
    preferences();
    save_preferences(preferences: crate::preferences::Preferences = &preferences);
    new_case(path: String = &path);
    open_case(path: String = &path);
    close_case();
    queues();
    save_queue(queue: casebook_core::queue::Queue = &queue);
    remove_queue(name: String = &name);
    policy();
    next(queue: String = &queue);
    open_item(queue: String = &queue, row: u32 = row);
    heartbeat(row: u32 = row);
    uncover(row: u32 = row, part: String = &part);
    store_impression(queue: String = &queue, row: u32 = row, impression: crate::wire::Impression = &impression);
    save_picks(row: u32 = row, picks: casebook_core::decision::Picks = &picks);
    save_draft(row: u32 = row, draft: casebook_core::draft::Draft = &draft);
    submit(queue: String = &queue, row: u32 = row, draft: casebook_core::draft::Draft = &draft, active: f64 = active);
    set_aside(queue: String = &queue, row: u32 = row, how: crate::wire::Aside = how);
    undo(queue: String = &queue);
    search(words: String = &words);
    missing(draft: casebook_core::draft::Draft = &draft);
    list(request: crate::lists::wire::ListRequest = &request);
    similar(row: u32 = row, limit: u32 = limit);
    decisions(limit: u32 = limit);
    act_on(rows: Vec<u32> = &rows, act: crate::lists::wire::BulkAct = &act);
    take_back(act: u32 = act);
    check_anchor(row: u32 = row, evidence: casebook_core::evidence::Evidence = evidence);
    jobs();
    start_import(request: crate::wire::ImportRequest = request);
    start_scoring();
    start_export(request: crate::wire::ExportRequest = request);
    preview_export(request: crate::wire::ExportRequest = &request, format: crate::wire::ExportFormat = format, offset: u32 = offset, limit: u32 = limit);
    exports();
    models();
    verify_model(id: String = &id);
    thresholds();
    set_threshold(target: String = &target, percent: Option<u32> = percent);
    start_install();
    pause_job(id: String = &id);
    resume_job(id: String = &id);
    cancel_job(id: String = &id);
}

fn read<T: serde::de::DeserializeOwned>(name: &str, args: Value) -> Result<T> {
    // A verb without arguments may be called with nothing at all.
    let args = if args.is_null() { Value::Object(serde_json::Map::new()) } else { args };
    serde_json::from_value(args).map_err(|it| Error::new(Code::Request, format!("verb {name}: {it}")))
}

fn write(value: impl Serialize) -> Result<Value> {
    serde_json::to_value(value)
        .map_err(|it| Error::new(Code::Defect, format!("an answer that is no JSON: {it}")))
}
