//! Which files are open to the program: landlock.

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, PathBeneath, PathFd, RestrictionStatus, Ruleset, RulesetAttr,
    RulesetCreatedAttr, RulesetError, RulesetStatus, Scope, make_bitflags,
};

use crate::{isolation::Guard, limits::Limits};

/// What is closed where the kernel knows it: each of these came with a release of Linux (5.13 to 6.12), and an older
/// one closes what it can.
const FILES: ABI = ABI::V5;
const NETWORK: ABI = ABI::V4;
const OTHERS: ABI = ABI::V6;

/// Closes everything but what `limits` names.
pub(super) fn close(limits: &Limits) -> Result<Guard, Box<dyn std::error::Error>> {
    let readable: BitFlags<AccessFs> = make_bitflags!(AccessFs::{ReadFile | ReadDir});
    // Links, sockets and devices are no files that somebody keeps.
    let kept = make_bitflags!(AccessFs::{WriteFile | Truncate | MakeReg | RemoveFile});
    let mut rules = Vec::new();
    for (paths, access) in [(&limits.readable, readable), (&limits.writable, readable | kept)] {
        for path in paths {
            let file = PathFd::new(path)?;
            let access = if path.is_dir() { access } else { access & AccessFs::from_file(FILES) };
            rules.push(PathBeneath::new(file, access));
        }
    }
    let status = restrict(rules)?;
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced => Guard::On,
        RulesetStatus::PartiallyEnforced => Guard::Partly,
        RulesetStatus::NotEnforced => Guard::Off,
    })
}

fn restrict(rules: Vec<PathBeneath<PathFd>>) -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(FILES))?
        .handle_access(AccessNet::from_all(NETWORK))?
        .scope(Scope::from_all(OTHERS))?
        .create()?
        .add_rules(rules.into_iter().map(Ok::<_, RulesetError>))?
        .restrict_self()
}
