//! tests

pub mod asked;

pub mod drafts;

pub mod fake;

pub mod figures;

pub mod injection;

pub mod kill9;

pub mod llama;

pub mod made_up;

pub mod migrate;

pub mod python;

pub mod reasoners;

pub mod redaction;

pub mod said;

pub mod side;

#[cfg(target_os = "linux")]
pub mod window;

pub mod zoo;
