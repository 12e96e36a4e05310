//! Policies loaded into this file.

use rusqlite::OptionalExtension;

use crate::{
    Store,
    copies::Origin,
    error::{Result, StoreError},
    rows::{one, reviewer},
};

/// A policy in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldPolicy {
    /// `short-video@2026.11`.
    pub name: String,
    /// Its text.
    pub toml: String,
    /// When it was put in force last; `None` where it never was.
    pub since_ms: Option<i64>,
    /// Who did that; `None` where the file was made with it.
    pub by: Option<String>,
}

impl Store {
    /// Keeps a policy's text. The same text again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] where the name stands for another text: a released name never
    /// changes its meaning.
    pub fn put_policy(&self, name: &str, sha256: &str, toml: &str, now_ms: i64) -> Result<()> {
        let known = |it: &str| match it == sha256 {
            true => Ok(()),
            false => Err(StoreError::Duplicate { id: format!("policy {name}") }),
        };
        let sql = "select sha256 from policy where name = ?1";
        if let Some(present) = self.read(|db| one::<String>(db, sql, [name]))? {
            return known(&present);
        }
        self.write(|db| {
            let insert = "insert into policy (name, sha256, toml, loaded_ms) select ?1, ?2, ?3, ?4
                          where not exists (select 1 from policy where name = ?1)";
            db.execute(insert, (name, sha256, toml, now_ms))?;
            known(&one::<String>(db, sql, [name])?.unwrap_or_default())
        })
    }

    /// Says which policy reviews are made under from here on. The same again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotFound`] where the file holds no policy of that name.
    pub fn put_in_force(&self, policy: &str, by: Option<&str>, now_ms: i64) -> Result<()> {
        if self.policy_in_force()?.as_deref() == Some(policy) {
            return Ok(());
        }
        self.write(|db| {
            if one::<String>(db, "select name from policy where name = ?1", [policy])?.is_none() {
                return Err(StoreError::NotFound { what: "policy", value: policy.to_owned() });
            }
            let by = by.map(|it| reviewer(db, it, now_ms)).transpose()?;
            let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
            let sql = "insert into policy_in_force (id, copy, seq, policy, reviewer, at_ms) values (?1, ?2, ?3, ?4, ?5, ?6)";
            db.prepare_cached(sql)?.execute((id, copy, seq, policy, by, now_ms))?;
            Ok(())
        })
    }

    /// The policy that reviews are made under; `None` until one was put in force.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn policy_in_force(&self) -> Result<Option<String>> {
        self.read(|db| one(db, "select policy from policy_in_force order by row desc limit 1", ()))
    }

    /// The policies loaded, by name, and when each was put in force last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn policies_held(&self) -> Result<Vec<HeldPolicy>> {
        let sql = "select p.name, p.toml, f.at_ms, v.name from policy p
                   left join policy_in_force f
                       on f.row = (select max(row) from policy_in_force x where x.policy = p.name)
                   left join reviewer v on v.id = f.reviewer order by p.name";
        self.read(|db| {
            let read = |it: &rusqlite::Row| {
                Ok(HeldPolicy { name: it.get(0)?, toml: it.get(1)?, since_ms: it.get(2)?, by: it.get(3)? })
            };
            let mut statement = db.prepare_cached(sql)?;
            let held = statement.query_map((), read)?;
            Ok(held.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Names of the policies loaded, in order.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn policies(&self) -> Result<Vec<String>> {
        self.read(|db| crate::rows::all(db, "select name from policy order by name", ()))
    }

    /// The sha256 and text of a policy.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn policy_toml(&self, name: &str) -> Result<Option<(String, String)>> {
        self.read(|db| {
            let sql = "select sha256, toml from policy where name = ?1";
            Ok(db.prepare_cached(sql)?.query_row([name], |it| Ok((it.get(0)?, it.get(1)?))).optional()?)
        })
    }
}
