//! The connections to an open case file: one that writes, some that read, and one for each job.
//!
//! SQLite lets one connection write at a time and any number read beside it. Whoever reads takes a
//! reader and gives it back, so nothing that reads waits for anything; whoever records waits for the
//! writer, which nobody keeps for longer than a write takes. No model computes and none is loaded
//! between [`Connections::write`] and its end.

use std::{
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

use casebook_store::Store;

use crate::{
    error::{Code, Error, Result},
    user::user,
};

/// Readers kept open. One more than these is opened for whoever comes and closed after: to wait for
/// one could be to wait for a model.
const KEPT: usize = 4;

/// All connections of a session to its file.
pub(crate) struct Connections {
    path: PathBuf,
    /// Which file it is.
    mark: Option<casebook_store::Mark>,
    read_only: bool,
    former: Option<PathBuf>,
    writer: Mutex<Store>,
    /// Those that nobody uses; `None` once the file is closed.
    readers: Mutex<Option<Vec<Store>>>,
}

impl Connections {
    /// Makes a case file.
    pub(crate) fn create(path: &Path, now_ms: i64, salt: &str) -> Result<Self> {
        Self::of(Store::create(path, now_ms, salt)?)
    }

    /// Opens a case file.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        Self::of(Store::open(path)?)
    }

    fn of(writer: Store) -> Result<Self> {
        // The log is copied into the file by the prefetching thread, so that no submission pays for it.
        writer.leave_checkpoints()?;
        writer.acts_for(&user(&writer.salt()?));
        let path = writer.path().to_owned();
        let (mark, read_only) = (writer.mark(), writer.is_read_only());
        let former = writer.former().map(Path::to_owned);
        Ok(Self {
            path,
            mark,
            read_only,
            former,
            writer: Mutex::new(writer),
            readers: Mutex::new(Some(Vec::new())),
        })
    }

    /// Where the file is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the file as an older Casebook wrote it is kept, if it was just brought up to date.
    pub(crate) fn former(&self) -> Option<&Path> {
        self.former.as_deref()
    }

    /// True where nothing can be recorded.
    pub(crate) fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Runs `work` on the connection that records; one at a time.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        work(&lock(&self.writer))
    }

    /// Runs `work`, which only reads, on a connection that nobody else has meanwhile.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Store) -> Result<T>) -> Result<T> {
        let idle = lock(&self.readers).as_mut().and_then(Vec::pop);
        let store = match idle {
            Some(store) => store,
            None => {
                let store = self.another()?;
                store.only_read()?;
                store
            }
        };
        let outcome = work(&store);
        // After a panic it is not given back but closed: nobody knows what it was in the middle of.
        if let Some(idle) = lock(&self.readers).as_mut().filter(|it| it.len() < KEPT) {
            idle.push(store);
        }
        outcome
    }

    /// A connection that writes, for work that takes long. It outlives the closing of the file.
    pub(crate) fn for_job(&self) -> Result<Store> {
        self.another()
    }

    /// One more connection to the very file that the writer has open, whatever has its name by now.
    fn another(&self) -> Result<Store> {
        // Looked at first: opening another file could bring that one up to date.
        if casebook_store::mark(&self.path) == self.mark {
            let store = Store::open(&self.path)?;
            if store.mark() == self.mark {
                return Ok(store);
            }
        }
        // Said as the writer would say it: since when, and what to do. Who holds it will hear it there.
        if let Ok(writer) = self.writer.try_lock() {
            writer.is_in_its_place()?;
        }
        let message = format!("could not read {}: it is not in its place any more", self.path.display());
        Err(Error::new(Code::Moved, message))
    }

    /// Closes the readers, those that are in use as soon as they are given back. The writer is closed
    /// with the last who holds these connections.
    pub(crate) fn close(&self) {
        let idle = lock(&self.readers).take();
        drop(idle);
    }
}

/// A panic left the transaction rolled back and the pool whole, so both are sound.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(folder: &tempfile::TempDir) -> Connections {
        Connections::create(&folder.path().join("a.casebook"), 1, "salt").expect("the path is free")
    }

    fn kept(connections: &Connections) -> Option<usize> {
        lock(&connections.readers).as_ref().map(Vec::len)
    }

    /// Reads while `depth` others do.
    fn nested(connections: &Connections, depth: usize) -> Result<u32> {
        connections.read(|store| match depth {
            0 => Ok(store.count_items()?),
            _ => nested(connections, depth - 1),
        })
    }

    #[test]
    fn readers_are_opened_on_demand_and_a_few_are_kept() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let connections = made(&folder);
        assert_eq!(kept(&connections), Some(0), "nobody read yet");
        nested(&connections, KEPT + 2).expect("a reader is there for everybody");
        assert_eq!(kept(&connections), Some(KEPT));
        nested(&connections, 0).expect("one is there");
        assert_eq!(kept(&connections), Some(KEPT), "it was given back");
    }

    #[test]
    fn a_reader_reads_while_the_writer_is_held_and_sees_what_was_recorded() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let connections = made(&folder);
        let names = |store: &Store| Ok(store.queues()?.into_iter().map(|it| it.name).collect::<Vec<_>>());
        let seen = connections.write(|store| {
            store.remove_queue("Reported")?;
            connections.read(names)
        });
        assert_eq!(seen.expect("nothing waits for the writer"), ["Restricted"]);
    }

    #[test]
    fn a_reader_that_is_out_when_the_file_is_closed_is_closed_after() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let connections = made(&folder);
        let read = connections.read(|store| {
            connections.close();
            Ok(store.count_items()?)
        });
        assert_eq!(read.expect("it reads to its end"), 0);
        assert_eq!(kept(&connections), None, "nothing is kept of a closed file");
    }

    #[test]
    #[should_panic(expected = "a reader records nothing")]
    fn a_reader_records_nothing() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let _ = made(&folder).read(|store| Ok(store.remove_queue("Reported")?));
    }
}
