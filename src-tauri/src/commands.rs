//! The verbs of `desk`, one line each. What they do and refuse is written there.

use std::sync::Arc;

use casebook_core::{
    decision::Picks,
    draft::Draft,
    evidence::Evidence,
    known::{KnownModel, ModelStanding},
    queue::Queue,
};
use casebook_desk::{
    error::{Code, Error},
    jobs::wire::Job,
    lists::wire::{BulkAct, BulkDone, ListPage, ListRequest, MyDecision, Similar},
    preferences::Preferences,
    session::Session,
    wire::{
        Aside, Desktop, ExportFormat, ExportPreview, ExportRequest, Found, ImportRequest, Impression,
        OwnThreshold, PartView, PastExport, PolicyView, Problem, QueueSummary, Revealed, Review, Submitted,
    },
};
use tauri::State;

type Desk<'a> = State<'a, Arc<Session>>;
type Answer<T> = Result<T, Problem>;

/// Runs a verb where it may wait for the disk or a model, and says what became of it.
async fn ask<T: Send + 'static>(
    desk: Desk<'_>,
    verb: impl FnOnce(&Session) -> Result<T, Error> + Send + 'static,
) -> Answer<T> {
    let session = Arc::clone(&desk);
    let answer = tauri::async_runtime::spawn_blocking(move || verb(&session)).await;
    let error = match answer {
        Ok(Ok(value)) => return Ok(value),
        Ok(Err(error)) => error,
        Err(_) => Error::new(Code::Defect, "a verb stopped in the middle: this is a defect of Casebook"),
    };
    // The message may hold a path or a quote, so the log has the code alone.
    tracing::warn!(code = ?error.code, "refused with {:?}", error.code);
    Err(error.problem())
}

#[tauri::command]
#[specta::specta]
pub async fn desktop(desk: Desk<'_>) -> Answer<Desktop> {
    ask(desk, Session::desktop).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_reviewer(desk: Desk<'_>, name: String) -> Answer<Desktop> {
    ask(desk, move |it| it.set_reviewer(&name)).await
}

#[tauri::command]
#[specta::specta]
pub async fn preferences(desk: Desk<'_>) -> Answer<Preferences> {
    ask(desk, Session::preferences).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_preferences(desk: Desk<'_>, preferences: Preferences) -> Answer<Preferences> {
    ask(desk, move |it| it.save_preferences(&preferences)).await
}

#[tauri::command]
#[specta::specta]
pub async fn new_case(desk: Desk<'_>, path: String) -> Answer<Desktop> {
    ask(desk, move |it| it.new_case(&path)).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_case(desk: Desk<'_>, path: String) -> Answer<Desktop> {
    ask(desk, move |it| it.open_case(&path)).await
}

#[tauri::command]
#[specta::specta]
pub async fn close_case(desk: Desk<'_>) -> Answer<Desktop> {
    ask(desk, Session::close_case).await
}

#[tauri::command]
#[specta::specta]
pub async fn queues(desk: Desk<'_>) -> Answer<Vec<QueueSummary>> {
    ask(desk, Session::queues).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_queue(desk: Desk<'_>, queue: Queue) -> Answer<Vec<QueueSummary>> {
    ask(desk, move |it| it.save_queue(&queue)).await
}

#[tauri::command]
#[specta::specta]
pub async fn remove_queue(desk: Desk<'_>, name: String) -> Answer<Vec<QueueSummary>> {
    ask(desk, move |it| it.remove_queue(&name)).await
}

#[tauri::command]
#[specta::specta]
pub async fn policy(desk: Desk<'_>) -> Answer<PolicyView> {
    ask(desk, Session::policy).await
}

#[tauri::command]
#[specta::specta]
pub async fn next(desk: Desk<'_>, queue: String) -> Answer<Option<Review>> {
    ask(desk, move |it| it.next(&queue)).await
}

#[tauri::command]
#[specta::specta]
pub async fn open_item(desk: Desk<'_>, queue: String, row: u32) -> Answer<Review> {
    ask(desk, move |it| it.open_item(&queue, row)).await
}

#[tauri::command]
#[specta::specta]
pub async fn heartbeat(desk: Desk<'_>, row: u32) -> Answer<f64> {
    ask(desk, move |it| it.heartbeat(row)).await
}

#[tauri::command]
#[specta::specta]
pub async fn uncover(desk: Desk<'_>, row: u32, part: String) -> Answer<PartView> {
    ask(desk, move |it| it.uncover(row, &part)).await
}

#[tauri::command]
#[specta::specta]
pub async fn store_impression(
    desk: Desk<'_>,
    queue: String,
    row: u32,
    impression: Impression,
) -> Answer<Revealed> {
    ask(desk, move |it| it.store_impression(&queue, row, &impression)).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_picks(desk: Desk<'_>, row: u32, picks: Picks) -> Answer<f64> {
    ask(desk, move |it| it.save_picks(row, &picks)).await
}

#[tauri::command]
#[specta::specta]
pub async fn save_draft(desk: Desk<'_>, row: u32, draft: Draft) -> Answer<f64> {
    ask(desk, move |it| it.save_draft(row, &draft)).await
}

#[tauri::command]
#[specta::specta]
pub async fn submit(desk: Desk<'_>, queue: String, row: u32, draft: Draft, active: f64) -> Answer<Submitted> {
    ask(desk, move |it| it.submit(&queue, row, &draft, active)).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_aside(desk: Desk<'_>, queue: String, row: u32, how: Aside) -> Answer<()> {
    ask(desk, move |it| it.set_aside(&queue, row, how)).await
}

#[tauri::command]
#[specta::specta]
pub async fn undo(desk: Desk<'_>, queue: String) -> Answer<Option<Review>> {
    ask(desk, move |it| it.undo(&queue)).await
}

#[tauri::command]
#[specta::specta]
pub async fn search(desk: Desk<'_>, words: String) -> Answer<Vec<Found>> {
    ask(desk, move |it| it.search(&words)).await
}

#[tauri::command]
#[specta::specta]
pub async fn missing(desk: Desk<'_>, draft: Draft) -> Answer<Vec<String>> {
    ask(desk, move |it| it.missing(&draft)).await
}

#[tauri::command]
#[specta::specta]
pub async fn list(desk: Desk<'_>, request: ListRequest) -> Answer<ListPage> {
    ask(desk, move |it| it.list(&request)).await
}

#[tauri::command]
#[specta::specta]
pub async fn similar(desk: Desk<'_>, row: u32, limit: u32) -> Answer<Similar> {
    ask(desk, move |it| it.similar(row, limit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn decisions(desk: Desk<'_>, limit: u32) -> Answer<Vec<MyDecision>> {
    ask(desk, move |it| it.decisions(limit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn act_on(desk: Desk<'_>, rows: Vec<u32>, act: BulkAct) -> Answer<BulkDone> {
    ask(desk, move |it| it.act_on(&rows, &act)).await
}

#[tauri::command]
#[specta::specta]
pub async fn take_back(desk: Desk<'_>, act: u32) -> Answer<BulkDone> {
    ask(desk, move |it| it.take_back(act)).await
}

#[tauri::command]
#[specta::specta]
pub async fn check_anchor(desk: Desk<'_>, row: u32, evidence: Evidence) -> Answer<Evidence> {
    ask(desk, move |it| it.check_anchor(row, evidence)).await
}

#[tauri::command]
#[specta::specta]
pub async fn jobs(desk: Desk<'_>) -> Answer<Vec<Job>> {
    ask(desk, Session::jobs).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_import(desk: Desk<'_>, request: ImportRequest) -> Answer<String> {
    ask(desk, move |it| it.start_import(request)).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_scoring(desk: Desk<'_>) -> Answer<String> {
    ask(desk, Session::start_scoring).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_export(desk: Desk<'_>, request: ExportRequest) -> Answer<String> {
    ask(desk, move |it| it.start_export(request)).await
}

#[tauri::command]
#[specta::specta]
pub async fn preview_export(
    desk: Desk<'_>,
    request: ExportRequest,
    format: ExportFormat,
    offset: u32,
    limit: u32,
) -> Answer<ExportPreview> {
    ask(desk, move |it| it.preview_export(&request, format, offset, limit)).await
}

#[tauri::command]
#[specta::specta]
pub async fn exports(desk: Desk<'_>) -> Answer<Vec<PastExport>> {
    ask(desk, Session::exports).await
}

#[tauri::command]
#[specta::specta]
pub async fn models(desk: Desk<'_>) -> Answer<Vec<KnownModel>> {
    ask(desk, Session::models).await
}

#[tauri::command]
#[specta::specta]
pub async fn verify_model(desk: Desk<'_>, id: String) -> Answer<ModelStanding> {
    ask(desk, move |it| it.verify_model(&id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn thresholds(desk: Desk<'_>) -> Answer<Vec<OwnThreshold>> {
    ask(desk, Session::thresholds).await
}

#[tauri::command]
#[specta::specta]
pub async fn set_threshold(
    desk: Desk<'_>,
    target: String,
    percent: Option<u32>,
) -> Answer<Vec<OwnThreshold>> {
    ask(desk, move |it| it.set_threshold(&target, percent)).await
}

#[tauri::command]
#[specta::specta]
pub async fn start_install(desk: Desk<'_>) -> Answer<String> {
    ask(desk, Session::start_install).await
}

#[tauri::command]
#[specta::specta]
pub async fn pause_job(desk: Desk<'_>, id: String) -> Answer<()> {
    ask(desk, move |it| it.pause_job(&id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn resume_job(desk: Desk<'_>, id: String) -> Answer<()> {
    ask(desk, move |it| it.resume_job(&id)).await
}

#[tauri::command]
#[specta::specta]
pub async fn cancel_job(desk: Desk<'_>, id: String) -> Answer<()> {
    ask(desk, move |it| it.cancel_job(&id)).await
}
