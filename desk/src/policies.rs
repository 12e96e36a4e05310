//! The policies a case file holds, and the one in force.
//!
//! A file says itself under which rules it is reviewed. A newer Casebook does not move it to others: its own policy
//! is there to be added like any other.

use std::{fs, path::Path};

use casebook_core::{hash::sha256_hex, policy::Policy};
use casebook_store::{HeldPolicy, Store};

use crate::{
    error::{Code, Error, Result},
    session::Session,
    wire::PolicyLine,
};

/// Bytes of a policy at most: the one that ships has 70,000.
const MOST: u64 = 2 << 20;

/// The text of the policy that ships with Casebook.
const BUILT_IN: &str = include_str!("../../core/policies/short-video@2026.11.toml");

/// The policy in force; a file that never had one gets the one that ships.
pub(crate) fn in_force(store: &Store, now_ms: i64) -> Result<Policy> {
    match store.policy_in_force()? {
        Some(name) => held(store, &name),
        None => {
            let policy = Policy::built_in();
            if !store.is_read_only() {
                store.put_policy(&policy.name(), &policy.sha256, BUILT_IN, now_ms)?;
                store.put_in_force(&policy.name(), None, now_ms)?;
            }
            Ok(policy)
        }
    }
}

/// The policy of that name in the file.
pub(crate) fn held(store: &Store, name: &str) -> Result<Policy> {
    let Some((_, toml)) = store.policy_toml(name)? else {
        return Err(Error::new(
            Code::Request,
            format!("policy {name}: the case file holds none of that name"),
        ));
    };
    Policy::parse(name, &toml).map_err(|it| Error::new(Code::Request, it.to_string()))
}

impl Session {
    /// The policies this file holds, by name.
    ///
    /// # Errors
    /// When no file is open or it cannot be read.
    pub fn policies(&self) -> Result<Vec<PolicyLine>> {
        self.case()?.read(|store| {
            let in_force = store.policy_in_force()?;
            let held = store.policies_held()?;
            Ok(held.into_iter().map(|it| line(it, in_force.as_deref())).collect())
        })
    }

    /// Adds the policy at `path` to the file. Nothing is reviewed under it until it is put in force.
    ///
    /// # Errors
    /// Refuses what is no policy, and another text under a name that the file holds: a released name never changes
    /// its meaning.
    pub fn add_policy(&self, path: &str) -> Result<Vec<PolicyLine>> {
        let case = self.writable("add a policy")?;
        let (policy, toml) = read(Path::new(path))?;
        case.write(|store| Ok(store.put_policy(&policy.name(), &policy.sha256, &toml, self.now())?))?;
        self.policies()
    }

    /// Has reviews made under the policy of that name from here on. What was recorded stays under the policy it was
    /// recorded under. The file is opened anew under it.
    ///
    /// # Errors
    /// When the file holds none of that name, or while a job works on it.
    pub fn put_in_force(&self, name: &str) -> Result<Vec<PolicyLine>> {
        let case = self.writable("put a policy in force")?;
        let (_, reviewer) = self.reviewing()?;
        if let Some(job) = self.jobs.all(Some(&case.connections)).iter().find(|it| !it.state.is_over()) {
            let message = format!("policy {name}: not while a job works on the file: {}", job.subject);
            return Err(Error::new(Code::Request, message));
        }
        case.write(|store| {
            held(store, name)?;
            Ok(store.put_in_force(name, Some(&reviewer), self.now())?)
        })?;
        self.open_case(&case.connections.path().to_string_lossy())?;
        self.policies()
    }
}

/// Reads and checks a policy file.
fn read(path: &Path) -> Result<(Policy, String)> {
    let problem = |it| Error::file("read the policy", path, it);
    let found = fs::metadata(path).map_err(problem)?;
    // Reading a pipe would wait for whoever writes into it.
    if !found.is_file() || found.len() > MOST {
        let message = format!("policy {}: a file of at most {MOST} bytes is read", path.display());
        return Err(Error::new(Code::Request, message));
    }
    let toml = fs::read_to_string(path).map_err(problem)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let policy = Policy::parse(&name, &toml).map_err(|it| Error::new(Code::Request, it.to_string()))?;
    Ok((policy, toml))
}

fn line(held: HeldPolicy, in_force: Option<&str>) -> PolicyLine {
    let HeldPolicy { name, toml, since_ms, by } = held;
    // One of a newer Casebook is listed all the same; putting it in force says why it cannot be.
    let policy = Policy::parse(&name, &toml).ok();
    PolicyLine {
        title: policy.as_ref().map(|it| it.title.clone()).unwrap_or_default(),
        sha256: sha256_hex(toml.as_bytes()),
        clauses: policy.as_ref().map_or(0, |it| it.clauses.len() as u32),
        in_force: in_force == Some(&*name),
        since_ms: since_ms.map(|it| it as f64),
        by,
        name,
    }
}
