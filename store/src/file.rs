//! Opening a case file, and the two ways to use it: reading, and one transaction of writing.

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rusqlite::{Connection, Transaction, TransactionBehavior, config::DbConfig};

use casebook_core::queue::Queue;
use casebook_files::Partial;

use crate::{
    copies,
    error::{Result, StoreError},
    migrations::{self, APPLICATION_ID, KNOWN},
    names::{cannot_make, refuse_special},
    opening::{check_header, connect, open_connection, wrong_program},
    place::{Mark, Place},
    write_queue::{Priority, WriteQueue},
};

/// How long a write waits for another program's write.
pub(crate) const PATIENCE_MS: u32 = 5000;

/// Every case file has pages of this size.
pub(crate) const PAGE_BYTES: u64 = 4096;

/// Pages in the log before a bulk writer copies them: 256 MiB, where SQLite's own choice is 4. What is
/// written in order of time lies at random places of the indexes by urgency and chance, and every copy
/// writes those places again.
const BULK_PAGES: i64 = 65_536;

/// What a bulk writer keeps of the file in memory, KiB: the indexes it writes to at random places.
const BULK_CACHE_KIB: i64 = 256 << 10;

/// Pages in the log before a person's own connection copies them after all: 64 MiB.
const LEFT_PAGES: i64 = 16_384;

/// Pages in the log from which it is worth holding up writers for a moment, so that it begins anew.
const LONG_LOG: i64 = 4096;

/// How long beginning the log anew waits for readers of the old one.
const RESTART_MS: u64 = 20;

/// Of a file, so many bytes are read through the system's own memory of it, which is as much as SQLite
/// maps. Each write empties the page cache of every other connection, and reading thousands of pages
/// again one by one was most of what a reviewer waited for.
const MAPPED: i64 = 0x7fff_0000;

/// What a connection that only reads keeps of the file in memory, KiB.
const READER_CACHE_KIB: i64 = 8 << 10;

/// Statements kept prepared: more than this crate has.
const STATEMENTS: usize = 200;

/// One connection to a case file.
pub struct Store {
    pub(crate) db: Connection,
    path: PathBuf,
    read_only: bool,
    patience_ms: Cell<u32>,
    /// Shared by all connections of this program to this file.
    write_queue: Arc<WriteQueue>,
    priority: Cell<Priority>,
    /// Inside [`Store::together`].
    in_transaction: Cell<bool>,
    /// After [`Store::only_read`].
    only_reads: Cell<bool>,
    /// Bytes of the file that are read through the system's own memory of it.
    mapped: Cell<i64>,
    former: Option<PathBuf>,
    /// Whether the file is still the one under its name.
    place: Place,
    /// After [`Store::acts_for`].
    pub(crate) user: RefCell<Option<String>>,
}

impl Store {
    fn of(db: Connection, path: &Path, read_only: bool) -> Self {
        Self {
            db,
            path: path.to_owned(),
            read_only,
            patience_ms: Cell::new(PATIENCE_MS),
            write_queue: WriteQueue::of(path),
            priority: Cell::new(Priority::Person),
            in_transaction: Cell::new(false),
            only_reads: Cell::new(false),
            mapped: Cell::new(MAPPED),
            former: None,
            place: Place::of(path),
            user: RefCell::new(None),
        }
    }

    /// Makes a case file with the first queue and that of the restricted lane in it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where the path is taken; a folder that is missing or cannot be written.
    pub fn create(path: &Path, now_ms: i64, salt: &str) -> Result<Self> {
        refuse_special(path)?;
        // Made beside its name and named last: a program killed now leaves nothing under the good name.
        let partial = Partial::file(path).map_err(|it| cannot_make(path, &it))?;
        let filled = Self::fill(partial.path(), path, now_ms, salt);
        filled.map_err(|it| it.of(partial.path(), path))?;
        partial.settle().map_err(|it| cannot_make(path, &it))?;
        Self::open(path)
    }

    fn fill(at: &Path, path: &Path, now_ms: i64, salt: &str) -> Result<()> {
        let named = |it: rusqlite::Error| StoreError::from(it).about(path, PATIENCE_MS);
        let db = connect(at, false).map_err(named)?;
        db.pragma_update(None, "page_size", PAGE_BYTES as i64).map_err(named)?;
        // Migrations make tables anew that others point at; configuring turns this on.
        db.pragma_update(None, "foreign_keys", false).map_err(named)?;
        let store = Self::of(db, at, false);
        // Without a log: header and tables are in the file itself when it gets its name.
        store.write(|db| {
            migrations::run(db)?;
            db.execute("insert into case_file (only, salt, created_ms) values (1, ?1, ?2)", (salt, now_ms))?;
            copies::begin(db, at, now_ms)
        })?;
        store.save_queue(&Queue::reported(), now_ms)?;
        store.save_queue(&Queue::restricted(), now_ms)?;
        // Making tables anew on the way left pages that nobody uses.
        store.db.execute_batch("vacuum").map_err(named)
    }

    /// Opens a case file, for reading only where the file or its folder cannot be written.
    ///
    /// # Errors
    /// Refuses, without changing a byte, what is no case file, is cut short, or is from the future.
    pub fn open(path: &Path) -> Result<Self> {
        refuse_special(path)?;
        check_header(path)?;
        let (db, read_only) = open_connection(path)?;
        let mut store = Self::of(db, path, read_only);
        match store.adopt() {
            Ok(()) => Ok(store),
            Err(problem) => Err(store.about(problem)),
        }
    }

    /// Checks once more what the log beside the file may have changed, and migrates an older file.
    fn adopt(&mut self) -> Result<()> {
        let application: u32 = self.db.pragma_query_value(None, "application_id", |it| it.get(0))?;
        if application != APPLICATION_ID {
            return Err(StoreError::NotACase { path: self.path.clone(), why: wrong_program(application) });
        }
        let found = self.schema_version()?;
        if found > KNOWN {
            // Closing the last connection would copy the log into the file: it is not ours to touch.
            self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
            return Err(StoreError::Newer { path: self.path.clone(), found, known: KNOWN });
        }
        self.configure()?;
        if found < KNOWN {
            self.bring_up_to_date()?;
        }
        match self.read_only || !self.read(|db| copies::is_elsewhere(db, &self.path))? {
            true => Ok(()),
            false => self.write(|db| copies::settle(db, &self.path)),
        }
    }

    /// Migrates an older file. References are looked at once all is moved, not while tables are made anew.
    fn bring_up_to_date(&mut self) -> Result<()> {
        self.db.pragma_update(None, "foreign_keys", false)?;
        let done = self.write(|db| migrations::bring_up_to_date(db, &self.path));
        self.db.pragma_update(None, "foreign_keys", true)?;
        self.former = done?;
        Ok(())
    }

    /// Where the file as an older Casebook wrote it is kept, if opening it here brought it up to date.
    pub fn former(&self) -> Option<&Path> {
        self.former.as_deref()
    }

    /// What every connection sets, because SQLite forgets it: read back by a test.
    fn configure(&self) -> Result<()> {
        let db = &self.db;
        db.busy_timeout(Duration::from_millis(u64::from(PATIENCE_MS)))?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        // A plan that does not depend on what is bound: otherwise most statements are compiled anew
        // each time they run, for figures of the tables that are never gathered.
        db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        db.pragma_update(None, "foreign_keys", true)?;
        // Otherwise "insert or replace" deletes behind the back of the triggers that refuse it.
        db.pragma_update(None, "recursive_triggers", true)?;
        db.pragma_update(None, "cache_size", -64_000)?;
        db.pragma_update(None, "mmap_size", MAPPED)?;
        db.pragma_update(None, "temp_store", "memory")?;
        if self.read_only {
            return Ok(());
        }
        let mode: String = db.pragma_query_value(None, "journal_mode", |it| it.get(0))?;
        if mode != "wal" {
            db.pragma_update(None, "journal_mode", "wal")?;
        }
        // An annotation is on disk before the screen says so: FULL, also in WAL.
        db.pragma_update(None, "synchronous", "full")?;
        Ok(())
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which file this is: two that are open are the same file where this is the same. `None` where the system does
    /// not say.
    pub fn mark(&self) -> Option<Mark> {
        self.place.mark()
    }

    /// Refuses where the file is not the one under its name any more: deleted, moved, replaced.
    ///
    /// # Errors
    /// [`StoreError::Moved`].
    pub fn is_in_its_place(&self) -> Result<()> {
        self.place.check()
    }

    /// True where nothing can be recorded.
    pub fn is_read_only(&self) -> bool {
        self.read_only
    }

    /// Runs `work`, which reads much of the file once, without mapping it: what was mapped would count as
    /// this program's memory, and giving it back holds up every thread that maps.
    pub(crate) fn unmapped<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let map = |bytes: i64| self.read(|db| Ok(db.pragma_update(None, "mmap_size", bytes)?));
        map(0)?;
        let outcome = work(self);
        map(self.mapped.get())?;
        outcome
    }

    /// How long a write waits for another program; 5 seconds unless told.
    ///
    /// # Errors
    /// Never in practice.
    pub fn set_patience(&self, patience_ms: u32) -> Result<()> {
        self.db.busy_timeout(Duration::from_millis(u64::from(patience_ms)))?;
        self.patience_ms.set(patience_ms);
        Ok(())
    }

    /// Has this connection record nothing from here on: one of several that read beside the one that
    /// writes. What writes on it all the same is a defect, which tests show.
    ///
    /// Such a connection forgets what it read whenever another one wrote. It maps nothing of the file and keeps few
    /// pages: taking down the map, and the pages, of a look through a million items would hold up whoever reads next
    /// by 2.5 ms, where reading the few that are needed again costs 0.2.
    ///
    /// # Errors
    /// Never in practice.
    pub fn only_read(&self) -> Result<()> {
        self.only_reads.set(true);
        self.mapped.set(0);
        self.read(|db| {
            db.pragma_update(None, "mmap_size", 0)?;
            Ok(db.pragma_update(None, "cache_size", -READER_CACHE_KIB)?)
        })
    }

    /// Writes of this connection let those of people go first. A bulk write touches the same pages of
    /// an index again and again: it keeps more of them in memory, and lets the log grow further
    /// before it is copied into the file, since copying them once is enough.
    ///
    /// # Errors
    /// Never in practice.
    pub fn write_in_bulk(&self) -> Result<()> {
        self.priority.set(Priority::Job);
        self.read(|db| {
            db.pragma_update(None, "cache_size", -BULK_CACHE_KIB)?;
            Ok(db.pragma_update(None, "wal_autocheckpoint", BULK_PAGES)?)
        })
    }

    /// Whether somebody recorded something through this program in the last ten seconds: then a bulk
    /// writer is brief, because whoever comes next waits for it.
    pub fn people_lately(&self) -> bool {
        self.write_queue.people_lately()
    }

    /// Writes of this connection let those of people go first, and do not wait for the disk: for
    /// what a program can make again. Whatever a person records afterwards takes it along.
    ///
    /// # Errors
    /// Never in practice.
    pub fn write_as_job(&self) -> Result<()> {
        self.priority.set(Priority::Job);
        self.read(|db| Ok(db.pragma_update(None, "synchronous", "normal")?))
    }

    /// Leaves copying the log into the file to another connection that calls [`Store::checkpoint`],
    /// so that no submission pays for it.
    ///
    /// # Errors
    /// Never in practice.
    pub fn leave_checkpoints(&self) -> Result<()> {
        self.read(|db| Ok(db.pragma_update(None, "wal_autocheckpoint", LEFT_PAGES)?))
    }

    /// Copies the log into the file while others read and write. Where it has grown long, writers
    /// are held up for what came in meanwhile, and it begins anew.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn checkpoint(&self) -> Result<()> {
        self.read(|db| {
            let log: i64 = db.query_row("pragma wal_checkpoint(passive)", (), |it| it.get(1))?;
            if log < LONG_LOG {
                return Ok(());
            }
            let _turn = self.write_queue.take(self.priority.get());
            db.busy_timeout(Duration::from_millis(RESTART_MS))?;
            // Where a reader stays too long, the next time will do.
            let restarted = db.query_row("pragma wal_checkpoint(restart)", (), |it| it.get::<_, i64>(0));
            db.busy_timeout(Duration::from_millis(u64::from(self.patience_ms.get())))?;
            restarted?;
            Ok(())
        })
    }

    /// What pseudonyms of this file are made with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn salt(&self) -> Result<String> {
        self.read(|db| Ok(db.query_row("select salt from case_file", (), |it| it.get(0))?))
    }

    /// The version of the file's tables.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn schema_version(&self) -> Result<u32> {
        self.read(|db| Ok(db.pragma_query_value(None, "user_version", |it| it.get(0))?))
    }

    /// What this connection set and SQLite would forget, as it reads back.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn settings(&self) -> Result<[(&'static str, i64); 3]> {
        self.read(|db| {
            let read =
                |name| Ok::<_, rusqlite::Error>((name, db.pragma_query_value(None, name, |it| it.get(0))?));
            Ok([read("foreign_keys")?, read("synchronous")?, read("recursive_triggers")?])
        })
    }

    /// Counts the steps SQLite takes on this connection from here on, in tens: what a question costs,
    /// the same on every machine. For the test of what does not grow with the file.
    ///
    /// # Errors
    /// Never in practice.
    #[doc(hidden)]
    pub fn count_steps(&mut self) -> Result<Arc<AtomicU64>> {
        let steps = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&steps);
        let count = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            false
        };
        self.db.progress_handler(10, Some(count))?;
        Ok(steps)
    }

    /// Runs `work` on one state of the file, whatever other connections write meanwhile.
    ///
    /// # Errors
    /// Those of `work`. It must not write.
    pub fn snapshot<T>(&self, work: impl FnOnce(&Self) -> Result<T>) -> Result<T> {
        let reading = Transaction::new_unchecked(&self.db, TransactionBehavior::Deferred)
            .map_err(|it| self.about(it.into()))?;
        // A deferred transaction begins with its first read; without one the state could still move.
        self.schema_version()?;
        let outcome = work(self)?;
        reading.commit().map_err(|it| self.about(it.into()))?;
        Ok(outcome)
    }

    /// Runs `work`, naming the file in its errors.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        work(&self.db).map_err(|it| self.about(it))
    }

    /// Runs `work` in one transaction that holds the write lock from the start: it is on disk
    /// when this returns, or nothing of it is. Inside [`Store::together`] it is part of that one.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        debug_assert!(!self.only_reads.get(), "a reader records nothing");
        if self.read_only {
            return Err(StoreError::ReadOnly { path: self.path.clone() });
        }
        if self.in_transaction.get() {
            return work(&self.db).map_err(|it| self.about(it));
        }
        let run = || {
            let _turn = self.write_queue.take(self.priority.get());
            let writing = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
            let outcome = work(&writing)?;
            self.place.check()?;
            writing.commit()?;
            // Also afterwards: what is acknowledged is under the file's name.
            self.place.check()?;
            Ok(outcome)
        };
        run().map_err(|it| self.about(it))
    }

    /// Runs `work`, whose writes all are on disk when this returns, or none of them is: the disk
    /// is waited for once.
    ///
    /// # Errors
    /// Those of `work`, and where the file cannot be written.
    pub fn transaction<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Self) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        debug_assert!(!self.only_reads.get(), "a reader records nothing");
        if self.read_only {
            return Err(StoreError::ReadOnly { path: self.path.clone() }.into());
        }
        let _turn = self.write_queue.take(self.priority.get());
        let failed = |it: rusqlite::Error| E::from(self.about(it.into()));
        let writing = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate).map_err(failed)?;
        let within = Within::enter(&self.in_transaction);
        let outcome = work(self)?;
        drop(within);
        self.place.check()?;
        writing.commit().map_err(failed)?;
        self.place.check()?;
        Ok(outcome)
    }

    fn about(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Damaged { path, why } if path.as_os_str().is_empty() => {
                StoreError::Damaged { path: self.path.clone(), why }
            }
            other => other.about(&self.path, self.patience_ms.get()),
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if self.place.trouble().is_some() {
            // The last one out removes the log by its name, which may be that of another file's log by now.
            let _ = self.db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
        }
    }
}

/// Says that a transaction is open, for as long as it lives.
struct Within<'a>(&'a Cell<bool>);

impl<'a> Within<'a> {
    fn enter(flag: &'a Cell<bool>) -> Self {
        assert!(!flag.replace(true), "a transaction of several writes holds no other");
        Self(flag)
    }
}

impl Drop for Within<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}
