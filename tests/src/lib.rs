//! tests

pub mod fake;

pub mod kill9;

#[cfg(target_os = "linux")]
pub mod window;
