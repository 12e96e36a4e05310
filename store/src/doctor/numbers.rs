//! The numbers of rows that another copy could send: each is used once, and none is left out. A row that was taken away
//! leaves a gap.

use rusqlite::Connection;

use crate::{
    error::Result,
    rows::{all, one},
};

/// Gaps, numbers used twice, and numbers that were never given out.
pub(super) fn gaps(db: &Connection) -> Result<Vec<String>> {
    let used = used(db)?;
    let given: i64 = one(db, "select seq from here", ())?.unwrap_or(0);
    let mut found = Vec::new();
    let sql = format!(
        "with used (seq) as ({used}), bound (seq, next) as (
             select seq, lead(seq) over (order by seq) from (
                 select 0 as seq union select seq from used union select last from unused union select first - 1 from unused
                 union select seq + 1 from here))
         select seq + 1, next - 1 from bound where next > seq + 1
             and not exists (select 1 from unused where first = bound.seq + 1 and last = bound.next - 1) limit 20"
    );
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query(())?;
    while let Some(it) = rows.next()? {
        let (first, last): (i64, i64) = (it.get(0)?, it.get(1)?);
        found.push(match first == last {
            true => format!("row {first} of what was recorded is gone"),
            false => format!("rows {first} to {last} of what was recorded are gone"),
        });
    }
    let sql = format!(
        "select copy || '/' || seq from ({}) group by copy, seq having count(*) > 1 limit 20",
        used.replace("select seq", "select copy, seq").replace(" union ", " union all ")
    );
    found.extend(
        all::<String>(db, &sql, ())?
            .iter()
            .map(|it| format!("number {it} of what was recorded is used twice")),
    );
    let sql = format!("select seq from ({used}) where seq > ?1 or seq < 1 limit 20");
    found.extend(
        all::<i64>(db, &sql, [given])?
            .iter()
            .map(|it| format!("row {it} of what was recorded has a number that was never given out")),
    );
    Ok(found)
}

/// One question for all numbers in use, over every table that has them.
fn used(db: &Connection) -> Result<String> {
    let sql = "select t.name from sqlite_schema t where t.type = 'table' and t.name <> 'here'
                   and exists (select 1 from pragma_table_info(t.name) where name = 'seq')
                   and exists (select 1 from pragma_table_info(t.name) where name = 'copy') order by t.name";
    let tables: Vec<String> = all(db, sql, ())?;
    Ok(tables
        .iter()
        .map(|it| format!("select seq from \"{}\"", it.replace('"', "\"\"")))
        .collect::<Vec<_>>()
        .join(" union "))
}
