//! A queue: a saved filter with an order and a mode.
//!
//! `store` finds the candidates, in the order named here. A blind queue is ordered by reports,
//! reach, age or chance, never by a score: the order of a queue leaks.

use serde::{Deserialize, Serialize};

use crate::record::{Mode, QueueReason};

/// A saved queue.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Unique in a case file.
    pub name: String,
    /// Which items.
    #[serde(default)]
    pub filter: Filter,
    /// Which first.
    pub order: Order,
    /// Whether the model is shown first.
    pub mode: QueueMode,
    /// How many different reviewers an item needs. From 1.
    #[serde(default = "one")]
    pub reviews_wanted: u32,
    /// It holds the restricted lane, and nothing else. Every other queue holds none of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restricted: bool,
}

fn one() -> u32 {
    1
}

/// Which items a queue holds; empty fields hold all.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(default, deny_unknown_fields)]
pub struct Filter {
    /// Base language codes.
    pub languages: Vec<String>,
    /// Markets.
    pub markets: Vec<String>,
    /// Report reasons; any of them.
    pub reasons: Vec<String>,
    /// Words that all occur in the item's text.
    pub words: Option<String>,
}

/// Which items come first. Ties go to the older row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Reports × reach.
    Urgency,
    /// Flagged longest ago.
    Age,
    /// Drawn by hash of the item's id: the same for everyone.
    Chance,
    /// Highest risk above threshold; unscored items by urgency after them. Not in a blind queue.
    Risk,
}

/// Whether the model is shown before the first impression.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum QueueMode {
    /// After it.
    Blind,
    /// Before it.
    Assisted,
    /// Drawn per item: blind with this probability, else assisted.
    Drawn {
        /// 0–1.
        blind_probability: f64,
    },
}

/// Why a queue was refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum QueueError {
    /// A name is empty or long.
    #[error("queue name “{0}”: 1–80 characters")]
    Name(String),
    /// A score would order what must be judged without it.
    #[error("queue “{0}”: a queue with blind items is ordered by urgency, age or chance, not by risk")]
    BlindByRisk(String),
    /// Not a probability.
    #[error("queue “{name}”: blind probability {value}: a number from 0 to 1")]
    Probability { name: String, value: f64 },
    /// Nobody would review.
    #[error("queue “{0}”: reviews wanted: from 1 to 100")]
    Reviews(String),
}

impl Queue {
    /// The queue every new case file starts with.
    #[must_use]
    pub fn reported() -> Self {
        Self {
            name: "Reported".into(),
            filter: Filter::default(),
            order: Order::Urgency,
            mode: QueueMode::Blind,
            reviews_wanted: 1,
            restricted: false,
        }
    }

    /// The queue of the restricted lane every new case file starts with. Two reviews are wanted, so that
    /// what one person escalated is looked at by a second.
    #[must_use]
    pub fn restricted() -> Self {
        Self { name: "Restricted".into(), reviews_wanted: 2, restricted: true, ..Self::reported() }
    }

    /// # Errors
    /// A bad name or probability, no reviews, or a blind queue ordered by risk.
    pub fn check(&self) -> Result<(), QueueError> {
        let length = self.name.trim().chars().count();
        if length == 0 || length > 80 {
            return Err(QueueError::Name(self.name.clone()));
        }
        if let QueueMode::Drawn { blind_probability: value } = self.mode
            && !(0.0..=1.0).contains(&value)
        {
            return Err(QueueError::Probability { name: self.name.clone(), value });
        }
        if self.order == Order::Risk && self.mode != QueueMode::Assisted {
            return Err(QueueError::BlindByRisk(self.name.clone()));
        }
        if !(1..=100).contains(&self.reviews_wanted) {
            return Err(QueueError::Reviews(self.name.clone()));
        }
        Ok(())
    }

    /// The mode of an item for a draw uniform in 0–1, and the probability it was drawn with.
    #[must_use]
    pub fn draw(&self, uniform: f64) -> (Mode, Option<f64>) {
        match self.mode {
            QueueMode::Blind => (Mode::Blind, None),
            QueueMode::Assisted => (Mode::Assisted, None),
            QueueMode::Drawn { blind_probability } if uniform < blind_probability => {
                (Mode::Blind, Some(blind_probability))
            }
            QueueMode::Drawn { blind_probability } => (Mode::Assisted, Some(1.0 - blind_probability)),
        }
    }

    /// What a record says of why the item was here.
    #[must_use]
    pub fn reason(&self) -> QueueReason {
        match self.order {
            Order::Urgency => QueueReason::UserReport,
            Order::Age => QueueReason::Age,
            Order::Chance => QueueReason::RandomAudit,
            Order::Risk => QueueReason::ModelScore,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(change: impl FnOnce(&mut Queue), expected: &Result<(), QueueError>) {
        let mut queue = Queue::reported();
        change(&mut queue);
        assert_eq!(&queue.check(), expected);
    }

    #[test]
    fn the_first_queue_is_blind_and_sound() {
        check(|_| (), &Ok(()));
        assert_eq!(Queue::restricted().check(), Ok(()));
        assert_eq!(Queue::reported().draw(0.99), (Mode::Blind, None));
    }

    #[test]
    fn a_blind_queue_is_not_ordered_by_risk() {
        check(|it| it.order = Order::Risk, &Err(QueueError::BlindByRisk("Reported".into())));
        let drawn = QueueMode::Drawn { blind_probability: 0.1 };
        check(
            |it| (it.order, it.mode) = (Order::Risk, drawn),
            &Err(QueueError::BlindByRisk("Reported".into())),
        );
    }

    #[test]
    fn an_assisted_queue_may_be_ordered_by_risk() {
        check(|it| (it.order, it.mode) = (Order::Risk, QueueMode::Assisted), &Ok(()));
    }

    #[test]
    fn a_probability_lies_between_0_and_1() {
        let drawn = QueueMode::Drawn { blind_probability: 1.5 };
        check(|it| it.mode = drawn, &Err(QueueError::Probability { name: "Reported".into(), value: 1.5 }));
    }

    #[test]
    fn a_draw_carries_its_probability() {
        let queue = Queue { mode: QueueMode::Drawn { blind_probability: 0.25 }, ..Queue::reported() };
        assert_eq!(queue.draw(0.24), (Mode::Blind, Some(0.25)));
        assert_eq!(queue.draw(0.25), (Mode::Assisted, Some(0.75)));
    }
}
