//! Loopback HTTP: pictures for the window, and the verbs and events for tests of the page.
//!
//! Everything hangs under a secret made anew for each run, on a port the system picks, on
//! 127.0.0.1 alone. A request that names another host is refused, so that a page on the web
//! cannot reach it by a name that resolves here.

use std::{
    convert::Infallible,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path as UrlPath, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response, sse},
    routing::{get, post},
};
use casebook_desk::{
    error::{Code, Error},
    session::Session,
    verbs,
};
use futures_util::{StreamExt, stream};

/// How long a connection for events may be silent.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);

/// A picture never changes under its address while it may be seen, but it must not outlive the run.
const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");

/// What to serve besides pictures.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Answer verbs and send events. For tests of the page only.
    pub verbs: bool,
    /// A built page. For tests of the page only.
    pub page: Option<PathBuf>,
}

/// A running server; it ends with the process.
#[derive(Clone, Debug)]
pub struct Started {
    /// `http://127.0.0.1:PORT/SECRET`, without a slash at the end.
    pub base_url: String,
    /// Where it listens.
    pub address: SocketAddr,
}

#[derive(Clone)]
struct Served {
    session: Arc<Session>,
    host: String,
    secret: String,
    page: Option<PathBuf>,
}

/// Starts serving `session` and tells it where its pictures are.
///
/// # Errors
/// When no loopback port can be had.
pub fn start(session: &Arc<Session>, options: Options) -> io::Result<Started> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    let secret = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let base_url = format!("http://{address}/{secret}");
    session.set_media_base(&format!("{base_url}/media"));
    let served =
        Served { session: Arc::clone(session), host: address.to_string(), secret, page: options.page };
    let router = router(served, options.verbs);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    thread::Builder::new().name("serve".into()).spawn(move || {
        runtime.block_on(async {
            let served = async { axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await };
            if let Err(problem) = served.await {
                tracing::error!(%problem, "the loopback server stopped: {problem}");
            }
        });
    })?;
    Ok(Started { base_url, address })
}

fn router(served: Served, with_verbs: bool) -> Router {
    let mut router = Router::new().route("/{secret}/media/{*path}", get(media));
    if with_verbs {
        router = router.route("/{secret}/verbs/{name}", post(verb)).route("/{secret}/events", get(events));
    }
    if served.page.is_some() {
        router = router.route("/{secret}/", get(index)).route("/{secret}/{*path}", get(asset));
    }
    router.with_state(served)
}

impl Served {
    /// The secret is compared whole, whatever it is: nobody times a guess at it byte by byte.
    fn admits(&self, secret: &str, headers: &HeaderMap) -> bool {
        let host = headers.get(header::HOST).and_then(|it| it.to_str().ok());
        let differing = secret.bytes().zip(self.secret.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
        host == Some(self.host.as_str()) && secret.len() == self.secret.len() && differing == 0
    }
}

async fn media(
    State(served): State<Served>,
    UrlPath((secret, path)): UrlPath<(String, String)>,
    headers: HeaderMap,
) -> Response {
    if !served.admits(&secret, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match blocking(move || served.session.media(&path)).await {
        Ok((bytes, kind)) => {
            let kind = HeaderValue::from_str(&kind).unwrap_or(HeaderValue::from_static("image/png"));
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::CACHE_CONTROL, NO_STORE),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            ];
            (headers, bytes).into_response()
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn verb(
    State(served): State<Served>,
    UrlPath((secret, name)): UrlPath<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !served.admits(&secret, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let answer = blocking(move || {
        let args = if body.is_empty() {
            serde_json::Value::Null
        } else {
            let refuse = |it| Error::new(Code::Request, format!("verb {name}: {it}"));
            serde_json::from_slice(&body).map_err(refuse)?
        };
        verbs::call(&served.session, &name, args)
    });
    match answer.await {
        Ok(value) => axum::Json(value).into_response(),
        Err(error) => (StatusCode::UNPROCESSABLE_ENTITY, axum::Json(error.problem())).into_response(),
    }
}

/// What changes, as server-sent events, for as long as the page stays connected.
async fn events(
    State(served): State<Served>,
    UrlPath(secret): UrlPath<String>,
    headers: HeaderMap,
) -> Response {
    if !served.admits(&secret, &headers) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let heard = served.session.events();
    let (send, mut receive) = tokio::sync::mpsc::channel::<sse::Event>(1);
    let relay = thread::Builder::new().name("events".into()).spawn(move || {
        while !heard.is_over() {
            let said = match heard.next_within(SIGN_OF_LIFE) {
                Some(event) => sse::Event::default().json_data(&event).expect("an event is plain data"),
                // Otherwise nobody would notice that the page has gone.
                None => sse::Event::default().comment(""),
            };
            if send.blocking_send(said).is_err() {
                return;
            }
        }
    });
    match relay {
        Ok(_) => {
            let said = stream::poll_fn(move |it| receive.poll_recv(it)).map(Ok::<_, Infallible>);
            sse::Sse::new(said).into_response()
        }
        Err(problem) => {
            tracing::error!(%problem, "events are not sent: {problem}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

async fn index(served: State<Served>, UrlPath(secret): UrlPath<String>, headers: HeaderMap) -> Response {
    asset(served, UrlPath((secret, "index.html".into())), headers).await
}

async fn asset(
    State(served): State<Served>,
    UrlPath((secret, path)): UrlPath<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let file = served.page.as_deref().and_then(|folder| inside(folder, &path));
    let (true, Some(file)) = (served.admits(&secret, &headers), file) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let kind = match file.extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    };
    match tokio::task::spawn_blocking(move || std::fs::read(file)).await {
        Ok(Ok(bytes)) => ([(header::CONTENT_TYPE, kind)], bytes).into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

/// `path` under `folder`, only where it really lies there.
fn inside(folder: &Path, path: &str) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    let file = folder.join(path).canonicalize().ok()?;
    (file.starts_with(&folder) && file.is_file()).then_some(file)
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    match tokio::task::spawn_blocking(work).await {
        Ok(answer) => answer,
        Err(panic) => Err(Error::new(Code::Defect, format!("a verb failed: {panic}"))),
    }
}
