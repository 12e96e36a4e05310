//! The page's calls, each handed to the verb of its name. What verbs do and refuse is written in `desk`.

use std::sync::Arc;

use casebook_desk::{
    error::{Code, Error},
    session::Session,
    verbs,
};
use serde_json::Value;
use tauri::{
    Wry,
    ipc::{Invoke, InvokeBody},
};

/// Has the verb behind a command answered by `session`, where it may wait for the disk or a model.
///
/// Tauri asks here only for what the capability grants, and takes the name of a command no further: which
/// verbs there are is the list's business.
pub(crate) fn answer(session: &Arc<Session>, invoke: Invoke<Wry>) {
    let session = Arc::clone(session);
    let verb = verb_of(invoke.message.command());
    let args = match invoke.message.payload() {
        InvokeBody::Json(args) => args.clone(),
        InvokeBody::Raw(_) => Value::Null,
    };
    let resolver = invoke.resolver;
    tauri::async_runtime::spawn(async move {
        let asked = tauri::async_runtime::spawn_blocking(move || verbs::call(&session, &verb, args)).await;
        let error = match asked {
            Ok(Ok(value)) => return resolver.resolve(value),
            Ok(Err(error)) => error,
            Err(_) => Error::new(Code::Defect, "a verb stopped in the middle: this is a defect of Casebook"),
        };
        // The message may hold a path or a quote, so the log has the code alone.
        tracing::warn!(code = ?error.code, "refused with {:?}", error.code);
        resolver.reject(error.problem());
    });
}

/// `review.store_impression` for `review_store_impression`: permissions cannot have a point in their names.
fn verb_of(command: &str) -> String {
    command.replacen('_', ".", 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_a_verb_whose_point_is_a_line() {
        assert_eq!(verb_of("review_store_impression"), "review.store_impression");
        assert_eq!(verb_of("desktop"), "desktop", "and then it is refused by the list");
    }
}
