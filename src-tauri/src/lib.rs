//! The window: it plugs models and media into a session, serves pictures to the page, and hands the page's
//! calls to `desk`. It has no rules of its own and no SQL.

use std::{process::ExitCode, sync::Arc, thread};

use casebook_desk::{
    events::{Event, Subscription},
    session::Session,
};
use tauri::{
    App, AppHandle, Emitter, Url,
    utils::config::{Csp, CspDirectiveSources},
    webview::{NewWindowResponse, WebviewWindowBuilder},
};
use tauri_specta::{Builder, collect_commands};

mod commands;

mod plugs;

mod args;

mod drawing;

/// The typed commands, shared by the window and the test that writes them down for the page.
fn api() -> Builder<tauri::Wry> {
    // One TypeScript type per Rust type, whichever way it crosses: both ends are this program.
    Builder::new().disable_serde_phases().typ::<Event>().commands(collect_commands![
        commands::desktop,
        commands::set_reviewer,
        commands::preferences,
        commands::save_preferences,
        commands::new_case,
        commands::open_case,
        commands::close_case,
        commands::queues,
        commands::save_queue,
        commands::remove_queue,
        commands::policy,
        commands::next,
        commands::open_item,
        commands::heartbeat,
        commands::uncover,
        commands::store_impression,
        commands::save_picks,
        commands::save_draft,
        commands::submit,
        commands::set_aside,
        commands::undo,
        commands::search,
        commands::missing,
        commands::list,
        commands::similar,
        commands::decisions,
        commands::act_on,
        commands::take_back,
        commands::check_anchor,
        commands::jobs,
        commands::start_import,
        commands::start_scoring,
        commands::start_export,
        commands::preview_export,
        commands::exports,
        commands::models,
        commands::verify_model,
        commands::thresholds,
        commands::set_threshold,
        commands::start_install,
        commands::pause_job,
        commands::resume_job,
        commands::cancel_job,
    ])
}

/// Opens the window and stays until it is closed.
pub fn run(words: impl Iterator<Item = String>) -> ExitCode {
    tracing_subscriber::fmt().with_env_filter(log_filter()).with_writer(std::io::stderr).init();
    match args::read(words).and_then(open) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("casebook-window: {problem}");
            ExitCode::FAILURE
        }
    }
}

fn log_filter() -> tracing_subscriber::EnvFilter {
    tracing_subscriber::EnvFilter::try_from_env("CASEBOOK_LOG").unwrap_or_else(|_| "warn".into())
}

fn open(args: args::Args) -> Result<(), String> {
    let session = Arc::new(Session::new(plugs::settings(args.reviewer)));
    if let Some(path) = &args.case {
        session.open_case(path).map_err(|it| it.to_string())?;
    }
    let server = casebook_serve::start(&session, casebook_serve::Options::default())
        .map_err(|it| format!("could not listen on 127.0.0.1 for the page's pictures: {it}"))?;
    let origin = format!("http://{}", server.address);

    let events = session.events();
    let mut context = tauri::generate_context!();
    narrow(&mut context.config_mut().app.security.csp, &origin);
    tauri::Builder::default()
        .plugin(tauri_plugin_dialog::init())
        .manage(session)
        .invoke_handler(api().invoke_handler())
        .setup(|app| {
            relay(app.handle().clone(), events)?;
            Ok(show(app)?)
        })
        .run(context)
        .map_err(|it| format!("the window could not be opened: {it}"))
}

/// What the page listens to.
const EVENTS: &str = "desk";

/// Hands what changes on to the page, for as long as the program runs.
fn relay(app: AppHandle, events: Subscription) -> std::io::Result<()> {
    thread::Builder::new().name("events".into()).spawn(move || {
        while let Some(event) = events.next() {
            if let Err(problem) = app.emit(EVENTS, &event) {
                tracing::warn!(%problem, "the page was not told of a change: {problem}");
            }
        }
    })?;
    Ok(())
}

/// The page may load pictures from our own server of this run and from no other port.
fn narrow(csp: &mut Option<Csp>, origin: &str) {
    let sources = CspDirectiveSources::List(vec!["'self'".into(), "data:".into(), origin.into()]);
    match csp {
        Some(Csp::DirectiveMap(directives)) => _ = directives.insert("img-src".into(), sources),
        _ => unreachable!("tauri.conf.json gives the policy as a table"),
    }
}

fn show(app: &App) -> tauri::Result<()> {
    let window = app.config().app.windows.first().expect("tauri.conf.json describes the window");
    let shown = WebviewWindowBuilder::from_config(app, window)?
        // Links in a caption are evidence, not places to go.
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .build()?;
    drawing::suit_machine(&shown)
}

/// `tauri://localhost`, on Windows `http://tauri.localhost`, and Vite while the page is being worked on.
fn is_ours(url: &Url) -> bool {
    let vite = cfg!(dev) && url.host_str() == Some("localhost") && url.port() == Some(1420);
    url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost") || vite
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use specta_typescript::Typescript;

    use super::*;

    include!("verbs.rs");

    const BINDINGS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/lib/bindings.ts");

    /// Writes the bindings where they are stale; where `CI` is set, that is a failure.
    #[test]
    fn the_page_knows_the_commands_as_they_are() {
        let (old, new) = (fs::read_to_string(BINDINGS).unwrap_or_default(), bindings("page"));
        if old == new {
            return;
        }
        assert!(
            std::env::var_os("CI").is_none(),
            "ui/src/lib/bindings.ts is stale: cargo test -p casebook-app writes it"
        );
        fs::write(BINDINGS, new).expect("ui/src/lib is writable");
    }

    /// The bindings as they should be. The exporter only writes files, so each test names its own.
    fn bindings(test: &str) -> String {
        let path = std::env::temp_dir().join(format!("casebook-{test}-{}.ts", std::process::id()));
        let header = "// Written by a test of src-tauri from the commands in Rust; edits are overwritten.\n";
        api()
            .export(Typescript::default().header(header), &path)
            .expect("the commands have TypeScript types");
        let text = fs::read_to_string(&path).expect("it was just written");
        fs::remove_file(&path).expect("it was just read");
        text
    }

    #[test]
    fn the_window_has_the_verbs_of_the_desk_and_a_permission_for_each() {
        let desk: BTreeSet<String> = casebook_desk::verbs::NAMES.iter().map(ToString::to_string).collect();
        let window: BTreeSet<String> = VERBS.iter().map(ToString::to_string).collect();
        assert_eq!(window, desk, "src/verbs.rs lists the verbs of desk");

        let bindings = bindings("verbs");
        for verb in &window {
            assert!(bindings.contains(&format!("(\"{verb}\"")), "{verb} is called from the page by its name");
        }

        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../capabilities/main.json")).expect("valid JSON");
        let granted: BTreeSet<String> = capability["permissions"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|it| it.as_str().expect("a name").to_owned())
            .collect();
        let others = [
            "dialog:allow-open",
            "dialog:allow-save",
            "core:event:allow-listen",
            "core:event:allow-unlisten",
        ];
        let verbs = window.iter().map(|it| format!("allow-{}", it.replace('_', "-")));
        let expected: BTreeSet<String> = verbs.chain(others.map(String::from)).collect();
        assert_eq!(
            granted, expected,
            "each verb is granted by name, and beside them the file dialogs and hearing events"
        );
    }

    #[test]
    fn pictures_come_from_this_run_s_port_only() {
        let mut csp: Option<Csp> =
            serde_json::from_value(serde_json::json!({ "img-src": "'self' http://127.0.0.1:*" }))
                .expect("a policy");
        narrow(&mut csp, "http://127.0.0.1:4321");
        let text = csp.expect("it is there").to_string();
        assert_eq!(text, "img-src 'self' data: http://127.0.0.1:4321");
    }

    #[test]
    fn the_content_policy_lets_nothing_in_from_outside() {
        let conf: serde_json::Value =
            serde_json::from_str(include_str!("../tauri.conf.json")).expect("valid JSON");
        let csp = conf["app"]["security"]["csp"].as_object().expect("a table");
        assert_eq!(csp["default-src"], "'none'");
        for (directive, sources) in csp {
            let sources = sources.as_str().expect("text");
            for source in sources.split_whitespace() {
                let known =
                    ["'self'", "'none'", "data:", "ipc:", "http://ipc.localhost", "http://127.0.0.1:*"];
                let known =
                    known.contains(&source) || (directive == "style-src" && source == "'unsafe-inline'");
                assert!(known, "{directive} must not name {source}");
            }
        }
    }

    #[test]
    fn a_link_in_a_caption_leads_nowhere() {
        for (url, expected) in [
            ("tauri://localhost/index.html", true),
            ("https://example.org/", false),
            ("http://127.0.0.1:8000/", false),
            ("file:///etc/passwd", false),
            ("data:text/html,hello", false),
        ] {
            assert_eq!(is_ours(&Url::parse(url).expect("a URL")), expected, "{url}");
        }
    }
}
