//! What was imported, looking before one imports, and taking an import back.

use std::path::Path;

use crate::{
    error::{Code, Error, Result},
    import::{self, Readers},
    session::Session,
    wire::{ImportPreview, ImportRequest, PastImport},
};

impl Session {
    /// How the first rows of a source would come in. Nothing is stored.
    ///
    /// # Errors
    /// When no file is open, or the source cannot be read.
    pub fn preview_import(&self, request: &ImportRequest) -> Result<ImportPreview> {
        let case = self.case()?;
        let readers = Readers { stills: &*self.settings.stills, tables: &*self.settings.tables };
        let (policies, remembered) = case.read(|store| {
            let key = Path::new(&request.path).canonicalize().ok();
            let source = key.map(|it| store.find_source(&it.to_string_lossy())).transpose()?.flatten();
            let remembered = source.and_then(|it| serde_json::from_str(&it.request?).ok());
            Ok((import::policies(store)?, remembered))
        })?;
        Ok(ImportPreview { remembered, ..import::preview(readers, request, &policies)? })
    }

    /// Everything that was imported from, newest first.
    ///
    /// # Errors
    /// When no file is open.
    pub fn past_imports(&self) -> Result<Vec<PastImport>> {
        let count = |n: u64| n.try_into().unwrap_or(u32::MAX);
        let lines = self.case()?.read(|store| Ok(store.sources()?))?;
        let line = |it: casebook_store::SourceLine| PastImport {
            path: it.key,
            kind: it.kind,
            items: count(it.items),
            refused: count(it.refused),
            finished: it.finished,
            at_ms: it.created_ms as f64,
        };
        Ok(lines.into_iter().map(line).collect())
    }

    /// Takes back what was imported from `path`, whole, while none of its items is reviewed; gives how many items went.
    ///
    /// # Errors
    /// When no file is open, nothing was imported from there, one of the items is reviewed, or another import hangs on it.
    pub fn take_back_import(&self, path: &str) -> Result<u32> {
        let case = self.writable("take an import back")?;
        let canonical = Path::new(path).canonicalize().ok().map(|it| it.to_string_lossy().into_owned());
        let known = case.read(|store| {
            let keys = [Some(path.to_owned()), canonical];
            for key in keys.into_iter().flatten() {
                if store.find_source(&key)?.is_some() {
                    return Ok(Some(key));
                }
            }
            Ok(None)
        })?;
        let key = known.ok_or_else(|| {
            let message = format!(
                "take back {path}: nothing was imported from there; casebook imports FILE lists what was"
            );
            Error::new(Code::Request, message)
        })?;
        let gone = case.write(|store| Ok(store.take_import_back(&key)?))?;
        Ok(gone.items.try_into().unwrap_or(u32::MAX))
    }
}
