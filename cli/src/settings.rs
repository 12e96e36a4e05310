//! Settings of the window: the same file, without a window.

use casebook_desk::{
    error::{Code, Error, Result},
    session::Session,
};

use crate::out::say;

/// Prints all, prints one, or sets one.
pub fn run(session: &Session, name: Option<&str>, value: Option<&str>) -> Result<()> {
    let mut chosen = session.preferences()?;
    if let (Some(name), Some(value)) = (name, value) {
        chosen.set(name, value)?;
        session.save_preferences(&chosen)?;
    }
    let mut lines = chosen.lines();
    if let Some(name) = name {
        lines.retain(|it| it.0 == name);
        if lines.is_empty() && !name.starts_with("keys.") {
            return Err(Error::new(Code::Request, format!("setting “{name}”: there is none of that name")));
        }
    }
    for (name, value) in lines {
        say!("{name} {value}");
    }
    Ok(())
}
