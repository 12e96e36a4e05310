//! First look: which items were reviewed, how reviewers stand to each other, and the groups.

use std::collections::BTreeMap;

use casebook_core::{check::touches_restricted_lane, item::Gold, policy::Policy};
use casebook_dataset::{
    choose::{Agreement, Opinion, is_restricted_item},
    filter::RecordFilter,
    groups::{self, Member, Split},
    label_studio::Shape,
    manifest::{Restricted, RestrictedItem},
};
use casebook_store::{Row, Store};

use super::Watch;
use crate::{error::Result, flow::Flow};

/// How many items pass between two looks at whether to go on.
const STRIDE: usize = 256;

/// The reviewed items, in the order of the case file.
pub(super) struct Gathered {
    pub items: Vec<Reviewed>,
    pub n_grouped: u32,
    pub n_groups: u32,
    pub largest_group: u32,
}

/// One reviewed item, without its words.
pub(super) struct Reviewed {
    pub row: Row,
    pub id: String,
    pub content_sha256: String,
    pub author: Option<String>,
    pub restricted: bool,
    pub standing: Agreement,
    pub split: Split,
    /// Nothing where it is restricted.
    pub shape: Shape,
    pub records: u32,
    /// Those of them that the filter asks for.
    pub asked_for: u32,
}

/// What the records of one item say, as far as choosing goes.
#[derive(Default)]
struct Summary {
    opinions: Vec<Opinion>,
    restricted: bool,
    records: u32,
    asked_for: u32,
}

/// `None` where it was stopped.
pub(super) fn gather(
    store: &Store,
    policy: &Policy,
    filter: &RecordFilter,
    seed: u32,
    watch: Watch,
) -> Result<Option<Gathered>> {
    let mut said: BTreeMap<Row, Summary> = BTreeMap::new();
    store.each_current_annotation(&mut |it| {
        let item = said.entry(it.row).or_default();
        item.records += 1;
        item.asked_for += u32::from(filter.admits(&it.record, &it.reviewer, &it.queue));
        item.restricted |= touches_restricted_lane(&it.record, policy);
        // Opinions under another policy version answer another question.
        if it.record.policy.sha256 == policy.sha256 {
            item.opinions.push(Opinion::of(&it.record));
        }
        Ok(())
    })?;
    let mut items = Vec::with_capacity(said.len());
    let mut members = Vec::new();
    let mut member_of = Vec::new();
    for (n, (row, said)) in said.into_iter().enumerate() {
        if n % STRIDE == 0 && watch(0, None) == Flow::Stop {
            return Ok(None);
        }
        let stored = store.item(row)?;
        let gold: Option<&Gold> = stored.item.gold.as_ref();
        let restricted = stored.restricted || said.restricted || is_restricted_item(gold, [], policy);
        let mut shape = Shape::default();
        if !restricted {
            shape = Shape::of(stored.record.parts.iter().map(|it| it.kind));
            member_of.push(items.len());
            members.push(Member {
                id: stored.item.id.clone(),
                author: stored.item.author.clone(),
                texts: stored.item.parts.iter().filter_map(|it| it.text.clone()).collect(),
                pictures: stored.pixel_hashes.iter().flatten().copied().collect(),
            });
        }
        items.push(Reviewed {
            row,
            content_sha256: stored.record.content_sha256,
            standing: Agreement::of(&said.opinions, gold, policy),
            id: stored.item.id,
            author: stored.item.author,
            restricted,
            split: Split::Train,
            shape,
            records: said.records,
            asked_for: said.asked_for,
        });
    }
    if watch(0, None) == Flow::Stop {
        return Ok(None);
    }
    // All reviewed items are grouped, asked for or not: a filter moves nothing to another split.
    let mut sizes: BTreeMap<String, u32> = BTreeMap::new();
    for (n, group) in member_of.into_iter().zip(groups::groups(&members)) {
        items[n].split = Split::of(&group, seed);
        if items[n].asked_for > 0 {
            *sizes.entry(group).or_default() += 1;
        }
    }
    Ok(Some(Gathered {
        items,
        n_grouped: sizes.values().sum(),
        n_groups: sizes.len() as u32,
        largest_group: sizes.into_values().max().unwrap_or(0),
    }))
}

impl Gathered {
    /// Ids, hashes and the count: all that leaves of the restricted lane. `called` says how an item is called.
    ///
    /// # Errors
    /// When it cannot say.
    pub fn restricted(&self, called: impl Fn(&Reviewed) -> Result<String>) -> Result<Restricted> {
        let named = self
            .items
            .iter()
            .filter(|it| it.restricted && it.asked_for > 0)
            .map(|it| Ok(RestrictedItem { id: called(it)?, content_sha256: it.content_sha256.clone() }));
        let items = named.collect::<Result<Vec<_>>>()?;
        Ok(Restricted { count: items.len() as u32, items })
    }
}
