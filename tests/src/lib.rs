//! tests

pub mod fake;

#[cfg(target_os = "linux")]
pub mod window;
