//! Work on units in several threads, results in order, memory bounded.

use std::{
    collections::BTreeMap,
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

use crate::{
    error::{Code, Error, Result},
    flow::Flow,
};

use super::{Done, units::Unit};

/// Units handed over at once: enough that handing over costs nothing, few enough that units with
/// pictures do not pile up.
const CHUNK: usize = 32;

/// Bytes after which a chunk is handed over early.
const CHUNK_BYTES: usize = 1 << 20;

/// How it ended, with everything taken that was read.
pub(super) enum End {
    /// There is nothing left to read.
    Reached,
    /// `take` said so.
    Stopped,
    /// What comes next cannot be read.
    Broken(Error),
}

/// Reads `units` in one thread, works on them in several, and gives what comes out to `take` in
/// order, in this thread. Fails where `take` does.
pub(super) fn run(
    units: Box<dyn Iterator<Item = io::Result<Unit>> + Send + '_>,
    work: &(dyn Fn(Unit) -> Done + Sync),
    take: &mut dyn FnMut(Done) -> Result<Flow>,
) -> Result<End> {
    let n_workers = thread::available_parallelism().map_or(2, |it| it.get().clamp(1, 8));
    // A chunk needs a permit, given back once it was taken in order: so nothing piles up behind a
    // slow one.
    let n_permits = 2 * n_workers + 2;
    let (permit, permits) = mpsc::sync_channel::<()>(n_permits);
    let (chunk, chunks) = mpsc::sync_channel::<(u64, Vec<Unit>)>(n_permits);
    let (result, results) = mpsc::sync_channel::<(u64, thread::Result<Vec<Done>>)>(n_permits);
    for () in std::iter::repeat_n((), n_permits) {
        permit.send(()).expect("the channel holds this many");
    }
    let chunks = Mutex::new(chunks);
    thread::scope(|scope| {
        let reader = scope.spawn(move || read(units, &permits, &chunk));
        for _ in 0..n_workers {
            let (chunks, result) = (&chunks, result.clone());
            scope.spawn(move || {
                loop {
                    let next = chunks.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((n, units)) = next else { return };
                    // Whoever waits for a chunk that never comes waits for ever, so a panic is told.
                    let done = catch_unwind(AssertUnwindSafe(|| units.into_iter().map(work).collect()));
                    if result.send((n, done)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(result);
        // `results` and `permit` end with this block, which ends the threads where we stop early.
        let flow = in_order(results, permit, take)?;
        match (flow, reader.join()) {
            (Flow::Stop, _) => Ok(End::Stopped),
            (Flow::Go, Ok(Ok(()))) => Ok(End::Reached),
            (Flow::Go, Ok(Err(problem))) => {
                let message = format!("could not read on: {problem}; what was imported stays");
                Ok(End::Broken(Error::new(Code::File, message)))
            }
            (Flow::Go, Err(_)) => Err(Error::new(Code::Defect, "the reading thread failed")),
        }
    })
}

fn read(
    units: impl Iterator<Item = io::Result<Unit>>,
    permits: &mpsc::Receiver<()>,
    chunk: &mpsc::SyncSender<(u64, Vec<Unit>)>,
) -> io::Result<()> {
    let mut units = units.peekable();
    for n in 0.. {
        // Before reading, so that what waits for its turn is counted too.
        if permits.recv().is_err() || units.peek().is_none() {
            return Ok(());
        }
        let (mut full, mut bytes) = (Vec::with_capacity(CHUNK), 0);
        let mut failure = None;
        while full.len() < CHUNK && bytes < CHUNK_BYTES {
            match units.next() {
                Some(Ok(unit)) => {
                    bytes += unit.size();
                    full.push(unit);
                }
                Some(Err(error)) => failure = Some(error),
                None => {}
            }
            if failure.is_some() || units.peek().is_none() {
                break;
            }
        }
        if chunk.send((n, full)).is_err() {
            return Ok(());
        }
        if let Some(error) = failure {
            return Err(error);
        }
    }
    Ok(())
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "both channels end here, which ends the threads behind them"
)]
fn in_order(
    results: mpsc::Receiver<(u64, thread::Result<Vec<Done>>)>,
    permit: mpsc::SyncSender<()>,
    take: &mut dyn FnMut(Done) -> Result<Flow>,
) -> Result<Flow> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (n, chunk) in results {
        early.insert(n, chunk.map_err(|_| Error::new(Code::Defect, "a thread of the import failed"))?);
        while let Some(chunk) = early.remove(&next) {
            for done in chunk {
                if take(done)? == Flow::Stop {
                    return Ok(Flow::Stop);
                }
            }
            next += 1;
            // The reader may have reached the end.
            let _ = permit.send(());
        }
    }
    Ok(Flow::Go)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::{Outcome, tally::Notes, units};

    #[test]
    fn a_unit_that_nobody_can_work_on_ends_the_import() {
        let text = std::io::Cursor::new("a line\n".repeat(100 * CHUNK));
        let units = units::lines(text, units::Mark::default());
        let mut taken = 0;
        let work = |unit: Unit| match unit.line {
            70 => panic!("at line 70"),
            line => Done { line, end: unit.end, outcome: Outcome::Nothing, notes: Notes::default() },
        };
        let ended = run(Box::new(units), &work, &mut |_| {
            taken += 1;
            Ok(Flow::Go)
        });
        assert_eq!(ended.err().map(|it| it.code), Some(Code::Defect));
        assert!(taken < 70, "{taken} were taken, in order");
    }
}
