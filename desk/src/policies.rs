//! The policies a case file holds, and the one in force.
//!
//! A file says itself under which rules it is reviewed. A newer Casebook does not move it to others: its own policy
//! is there to be added like any other.

use casebook_core::policy::Policy;
use casebook_store::Store;

use crate::error::{Code, Error, Result};

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
