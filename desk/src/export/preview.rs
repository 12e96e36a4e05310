//! What an export would write, to look at before anything is written.
//!
//! Promise 4 holds here by leaving out: only items of which this reviewer has a record that counts
//! are shaped at all, so neither rows nor counts nor reasons tell what others judged of the rest.
//! How many the rest are is the same whatever the filter asks for.

use std::collections::{BTreeMap, BTreeSet};

use casebook_core::policy::Policy;
use casebook_dataset::{choose::precedents, label_studio::Shape};
use casebook_store::{Row, Store};

use super::{
    gather::{self, Reviewed},
    shape::{Made, Shaped, Shaper, Sink},
};
use crate::{
    error::{Code, Error, Result},
    flow::Flow,
    session::Session,
    wire::{
        ExportFormat, ExportPreview, ExportRequest, LeftOutCount, PreviewCounts, PreviewRow, PreviewedRecord,
        SplitCount,
    },
};

/// Rows of one page at most.
const PAGE: u32 = 200;

/// What is looked at.
pub(super) struct Look<'a> {
    pub reviewer: &'a str,
    pub format: ExportFormat,
    pub offset: u32,
    pub limit: u32,
}

impl Session {
    /// The rows that `request` would write into the dataset `format`, from `offset` on, and what
    /// every dataset of it would hold, as far as this reviewer may see.
    ///
    /// # Errors
    /// Refuses a request for nothing, a dataset that is not asked for, and more than 200 rows.
    pub fn preview_export(
        &self,
        request: &ExportRequest,
        format: ExportFormat,
        offset: u32,
        limit: u32,
    ) -> Result<ExportPreview> {
        let (case, reviewer) = self.reviewing()?;
        let look = Look { reviewer: &reviewer, format, offset, limit };
        case.read(|store| preview(store, &case.policy, request, &look))
    }
}

fn preview(store: &Store, policy: &Policy, request: &ExportRequest, look: &Look) -> Result<ExportPreview> {
    let formats = super::formats(request)?;
    if !formats.contains(&look.format) {
        return Err(Error::new(Code::Request, "preview of a dataset that the export is not asked for"));
    }
    if look.limit > PAGE {
        let message = format!("preview of {} rows: a page has at most {PAGE}", look.limit);
        return Err(Error::new(Code::Request, message));
    }
    store.snapshot(|it| Ok(shape(it, policy, request, &formats, look)))?
}

fn shape(
    store: &Store,
    policy: &Policy,
    request: &ExportRequest,
    formats: &[ExportFormat],
    look: &Look,
) -> Result<ExportPreview> {
    let mine = store.recorded_by(look.reviewer)?;
    let gathered = gather::gather(store, policy, &request.filter, request.seed, &mut |_, _| Flow::Go)?
        .expect("nothing stops it");
    let mut open = Vec::new();
    for item in &gathered.items {
        if is_open(store, item, &mine)? {
            open.push(item);
        }
    }
    let held = (gathered.items.len() - open.len()) as u32;
    // Of what is looked at alone: how wide the rest is could tell which of it was reviewed, and how.
    let shape = open.iter().fold(Shape::default(), |all, it| all.max(it.shape));
    let mut shaper = Shaper::new(store, policy, request, formats, shape)?;
    let mut page = Page { look, seen: BTreeMap::new(), rows: Vec::new() };
    for item in open {
        shaper.item(item, &mut page)?;
    }
    let counts = |format: &ExportFormat| {
        let dataset = shaper.dataset(*format);
        let splits = dataset
            .splits
            .iter()
            .map(|(split, it)| SplitCount { split: split.name().into(), rows: it.rows })
            .collect();
        let left_out = dataset
            .left_out
            .iter()
            .map(|(reason, records)| LeftOutCount { reason: *reason, records: *records })
            .collect();
        let lines = page.seen.get(format).copied().unwrap_or(0);
        PreviewCounts { format: *format, rows: dataset.rows, lines, splits, left_out }
    };
    let datasets = formats.iter().map(counts).collect();
    Ok(ExportPreview { datasets, held, rows: page.rows })
}

/// True where the reviewer has recorded the item and everything its records cite. Whether a cited
/// item is in the restricted lane is a judgement too.
fn is_open(store: &Store, item: &Reviewed, mine: &BTreeSet<Row>) -> Result<bool> {
    if !mine.contains(&item.row) {
        return Ok(false);
    }
    for annotation in store.annotations_of(item.row)? {
        for id in precedents(&annotation.record) {
            if store.row_of(id)?.is_some_and(|it| !mine.contains(&it)) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Keeps the rows of one page.
struct Page<'a> {
    look: &'a Look<'a>,
    /// Rows of each dataset so far.
    seen: BTreeMap<ExportFormat, u32>,
    rows: Vec<PreviewRow>,
}

impl Sink for Page<'_> {
    fn row(&mut self, row: Shaped) -> Result<()> {
        let seen = self.seen.entry(row.format).or_default();
        let n = *seen;
        *seen += 1;
        if row.format != self.look.format {
            return Ok(());
        }
        if n < self.look.offset || n - self.look.offset >= self.look.limit {
            return Ok(());
        }
        let item = &row.made_from[0].record.item;
        let record = |it: &Made| PreviewedRecord {
            id: it.record.id.clone(),
            verdict: it.record.decision.verdict,
            clauses: it.record.decision.clauses.iter().map(|it| it.id.clone()).collect(),
            own: it.reviewer == self.look.reviewer,
        };
        self.rows.push(PreviewRow {
            item: item.id.clone(),
            split: row.split.name().into(),
            language: item.language.clone(),
            records: row.made_from.iter().map(record).collect(),
            line: row.json,
        });
        Ok(())
    }

    fn picture(&mut self, _: &str, _: &[u8]) -> Result<()> {
        // The row names the picture; looking at it is what the review screen is for.
        Ok(())
    }
}
