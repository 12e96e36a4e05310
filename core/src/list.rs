//! A list of items to look through: which, and in what order. Unlike a queue it leases nothing
//! and asks for no decision.

use serde::{Deserialize, Serialize};

use crate::queue::{Filter, Queue, QueueMode};

/// Which items, from whose point of view.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, deny_unknown_fields)]
pub struct ListFilter {
    /// What a queue could filter by too, so that a list can be saved as one.
    pub filter: Filter,
    /// How far the item is.
    pub standing: Standing,
}

/// How far an item is, for the one who looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// However far.
    #[default]
    All,
    /// Nobody has recorded anything.
    Unreviewed,
    /// Somebody has.
    Reviewed,
    /// The one who looks has.
    Mine,
    /// The one who looks skipped it.
    Skipped,
    /// The one who looks deferred it.
    Deferred,
    /// Assigned to the one who looks.
    Assigned,
    /// Somebody handed it to the one who looks, for whom it waits.
    Waiting,
    /// The one who looks handed it on, and it waits.
    HandedOn,
}

/// Which items come first. Ties go to the older row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ListOrder {
    /// Imported last.
    Newest,
    /// Imported first.
    Oldest,
    /// Reports × reach.
    Urgency,
    /// Flagged longest ago.
    Age,
    /// Flagged last.
    Recent,
    /// Highest risk. Only where the model may be seen before a decision.
    Risk,
}

/// A list by risk would tell a blind reviewer what a model thinks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// Asked for in a queue with blind items, or outside any queue.
    #[error("list by risk in {0}: only in an assisted queue, because the order gives the model away")]
    BlindByRisk(String),
}

impl ListOrder {
    /// # Errors
    /// An order by risk outside an assisted queue.
    pub fn check(self, queue: Option<&Queue>) -> Result<(), ListError> {
        match (self, queue) {
            (Self::Risk, None) => Err(ListError::BlindByRisk("no queue".into())),
            (Self::Risk, Some(queue)) if queue.mode != QueueMode::Assisted => {
                Err(ListError::BlindByRisk(format!("queue “{}”", queue.name)))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_assisted_queue_is_listed_by_risk() {
        let blind = Queue::reported();
        let assisted = Queue { mode: QueueMode::Assisted, ..Queue::reported() };
        let drawn = Queue { mode: QueueMode::Drawn { blind_probability: 0.1 }, ..Queue::reported() };
        assert_eq!(ListOrder::Risk.check(Some(&assisted)), Ok(()));
        for queue in [None, Some(&blind), Some(&drawn)] {
            assert!(ListOrder::Risk.check(queue).is_err(), "{queue:?}");
            assert_eq!(ListOrder::Urgency.check(queue), Ok(()));
        }
    }
}
