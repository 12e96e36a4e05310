//! How much a program may take of the machine.

use super::failed;
use crate::{CageError, isolation::Quota};

/// Steps behind what a person waits for, out of 19.
#[cfg(unix)]
const NICE: i32 = 10;

/// # Errors
/// Says which limit the system refused.
#[cfg(unix)]
pub(super) fn set(memory: u64) -> Result<Quota, CageError> {
    use rustix::process::{Resource, Rlimit, nice, setrlimit};

    let most = |bytes| Rlimit { current: Some(bytes), maximum: Some(bytes) };
    // What it read must not lie in a dump on the disk.
    setrlimit(Resource::Core, most(0)).map_err(|it| failed("forbid dumps of memory", &it))?;
    nice(NICE).map_err(|it| failed("go behind other programs", &it))?;
    let quota = limit(memory)?;
    Ok(quota)
}

/// Data, not address space: allocators reserve far more addresses than they fill, 64 MB a thread in glibc.
#[cfg(target_os = "linux")]
fn limit(memory: u64) -> Result<Quota, CageError> {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};

    // Where the whole machine runs short, this program goes before the window does. Some containers have no such file.
    std::fs::write("/proc/self/oom_score_adj", "800").ok();
    // A dump that goes to a program instead of a file knows no limit of size.
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(|it| failed("forbid dumps of memory", &it))?;
    let most = Rlimit { current: Some(memory), maximum: Some(memory) };
    setrlimit(Resource::Data, most).map_err(|it| failed("limit memory", &it))?;
    Ok(Quota::AtMost(memory))
}

/// macOS takes such a limit and does not hold to it.
#[cfg(all(unix, not(target_os = "linux")))]
#[expect(clippy::unnecessary_wraps, reason = "on Linux a limit may be refused")]
fn limit(_memory: u64) -> Result<Quota, CageError> {
    Ok(Quota::Off)
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "on other systems a limit may be refused")]
pub(super) fn set(_memory: u64) -> Result<Quota, CageError> {
    Ok(Quota::Off)
}
