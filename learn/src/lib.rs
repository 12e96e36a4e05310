//! Heads from labelled texts: fitting, calibrating, and how good they are.
//!
//! Labelled files in; a heads file, its card and figures out. What scores an item with them is `models`; a report
//! holds no text.

pub mod datasets;

mod vocabulary;

pub mod head;

pub mod crossfit;

pub mod report;

pub mod evaluate;

pub mod train;

pub mod beyond;

mod condition;

pub mod groups;

pub mod held_out;

pub mod joint;

mod joint_card;

pub mod measured;

pub mod published;

pub mod recipe;

pub mod states;

pub mod tune;
