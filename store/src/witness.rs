//! Which user of which machine made a first impression or was shown a model's answer, since a name is only said.

use rusqlite::Connection;

use crate::{Store, copies::Origin, error::Result, reviews::ReviewRow};

/// Somebody decided first on an item of which the same user had seen the model's answer, under another name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenAs {
    /// The item's id.
    pub item: String,
    /// Who decided first.
    pub reviewer: String,
    /// Under which name the answer was seen before.
    pub seen_as: String,
    /// The record that came of it, where one did.
    pub annotation: Option<String>,
}

impl Store {
    /// Has what is recorded through this connection say which user made it: a hash, salted by the file.
    pub fn acts_for(&self, user: &str) {
        *self.user.borrow_mut() = Some(user.to_owned());
    }

    /// First impressions of items whose answer the same user had seen under another name, by item.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn seen_under_other_names(&self) -> Result<Vec<SeenAs>> {
        let sql = "
            select distinct i.id, v.name, o.name, a.id
            from witness m join review r on r.row = m.review
            join witness s on s.user = m.user and s.act = 'reveal' and s.at_ms <= m.at_ms
            join review q on q.row = s.review and q.item = r.item and q.reviewer <> r.reviewer
            join reveal e on e.review = q.row and e.assessment is not null
            join item i on i.row = r.item join reviewer v on v.id = r.reviewer join reviewer o on o.id = q.reviewer
            left join current_annotation c on c.review = r.row left join annotation a on a.row = c.annotation
            where m.act = 'impression' order by i.row, v.name, o.name";
        self.read(|db| {
            let mut statement = db.prepare_cached(sql)?;
            let read = |it: &rusqlite::Row| {
                Ok(SeenAs {
                    item: it.get(0)?,
                    reviewer: it.get(1)?,
                    seen_as: it.get(2)?,
                    annotation: it.get(3)?,
                })
            };
            let found = statement.query_map((), read)?;
            Ok(found.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Keeps who did it, where that is known. Inside a write.
    pub(crate) fn witness(&self, db: &Connection, review: ReviewRow, act: &str, now_ms: i64) -> Result<()> {
        let user = self.user.borrow();
        let Some(user) = user.as_deref() else { return Ok(()) };
        let Origin { id, copy, seq } = Origin::new(db, now_ms)?;
        let sql = "insert into witness (review, act, id, copy, seq, user, at_ms) values (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
        db.prepare_cached(sql)?.execute((review, act, id, copy, seq, user, now_ms))?;
        Ok(())
    }
}
