//! Policies loaded into this file.

use rusqlite::OptionalExtension;

use crate::{
    Store,
    error::{Result, StoreError},
    rows::one,
};

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
            let insert = "insert into policy (name, sha256, toml, loaded_ms) values (?1, ?2, ?3, ?4)
                          on conflict (name) do nothing";
            db.execute(insert, (name, sha256, toml, now_ms))?;
            known(&one::<String>(db, sql, [name])?.unwrap_or_default())
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
