//! Fetching a model, as a job.

use std::sync::Arc;

use casebook_store::new_id;
use serde::Serialize;

use crate::{
    error::{Code, Error, Result},
    jobs::{
        engine::{Job, Lane, Place, Watch},
        wire::{InstallReport, JobKind},
    },
    ports::{ModelError, ModelShelf},
    session::Session,
};

#[derive(Serialize)]
struct Install {
    model: String,
    #[serde(skip)]
    models: Arc<dyn ModelShelf>,
}

impl Job for Install {
    const KIND: JobKind = JobKind::InstallModel;
    const LANE: Lane = Lane::Net;
    type Report = InstallReport;

    fn subject(&self) -> String {
        self.model.clone()
    }

    fn run(&self, watch: &Watch) -> Result<InstallReport> {
        let kilobytes = |bytes: u64| (bytes / 1024) as u32;
        let mut step = |done, total: Option<u64>| watch.step(kilobytes(done), total.map(kilobytes));
        self.models.install(&self.model, &mut step)?;
        Ok(InstallReport { model: self.model.clone() })
    }
}

impl Session {
    /// Fetches the model with this card, because a person asked and accepted its licence; gives the job's id.
    ///
    /// # Errors
    /// When there is no such card, or an installation is running.
    pub fn start_install(&self, model: &str) -> Result<String> {
        let known = self.settings.models.known()?;
        if known.iter().all(|it| it.id != model) {
            let known = known.into_iter().map(|it| it.id).collect();
            return Err(ModelError::Unknown { id: model.to_owned(), known }.into());
        }
        let case = self.case().ok();
        if self.jobs.is_busy(JobKind::InstallModel, case.as_ref().map(|it| &it.connections)) {
            return Err(Error::new(
                Code::Request,
                format!("install {model}: another model is being installed"),
            ));
        }
        let models = Arc::clone(&self.settings.models);
        let install = Install { model: model.to_owned(), models };
        self.jobs.start(new_id(self.now()), install, case.as_deref().map(Place::of))
    }
}
