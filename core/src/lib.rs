//! The words of content review and their rules.
//!
//! Everything here is a value or a pure function: no clock, no disk, no network, no chance.
//! Time, ids and randomness arrive as arguments. `docs/architecture.md` defines the words.

pub mod text;

pub mod policy;

pub mod example;

pub mod item;

pub mod language;

pub mod normalise;

pub mod visible;

pub mod score;

pub mod labelset;

pub mod decision;

pub mod evidence;

pub mod remark;

pub mod record;

pub mod review;

pub mod formats;

pub mod draft;

pub mod check;

pub mod assessment;

pub mod reasoning;

pub mod queue;

pub mod list;

pub mod risk;

pub mod turn;

pub mod weighing;

pub mod file_kind;

pub mod ports;

pub mod hash;

pub mod folds;

pub mod metrics;

pub mod nearness;

pub mod known;
