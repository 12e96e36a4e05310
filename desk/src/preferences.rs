//! What a person chose for the window, on every case file. A small JSON file in the user's home; when it is
//! damaged, the window looks as it did on the first day.
//!
//! Which actions there are, and which keys would collide, the page knows: it has the table of commands. Here
//! a key is a name, kept as it was given.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use casebook_core::item::shorten;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    error::{Code, Error, Result},
    session::Session,
};

/// In percent of the usual size.
const TEXT_PERCENT: std::ops::RangeInclusive<u32> = 80..=200;
const MOST_GOAL: u32 = 10_000;
const MOST_MINUTES: u32 = 480;
const ACTIONS: usize = 400;
const KEYS_EACH: usize = 4;
const NAME_LENGTH: usize = 60;

/// Light, dark, or as the system is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

/// The language of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum PageLanguage {
    #[default]
    System,
    En,
    De,
}

/// A column of the list of items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum ItemColumn {
    /// What was done with it.
    Done,
    Language,
    Market,
    Reports,
    Reach,
    Flagged,
}

/// What a person chose.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
pub struct Preferences {
    /// Light, dark, or as the system is.
    pub theme: Theme,
    /// Size of the text, 80–200 % of the usual.
    pub text_percent: u32,
    /// The language of the page.
    pub language: PageLanguage,
    /// An uncovered image starts blurred.
    pub blur: bool,
    /// An uncovered image starts without colour.
    pub grey: bool,
    /// Invisible characters are named in the text.
    pub marks: bool,
    /// Items that are meant to be decided in a day; 0 where none is meant.
    pub day_goal: u32,
    /// Minutes of work after which a break is offered; 0 where none is.
    pub break_minutes: u32,
    /// Columns of the list of items, each once.
    pub item_columns: Vec<ItemColumn>,
    /// The item in hand is shown beside the list.
    pub item_preview: bool,
    /// Keys by action, only where they differ from the usual ones; an empty list takes the keys away.
    pub keys: BTreeMap<String, Vec<String>>,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::System,
            text_percent: 100,
            language: PageLanguage::System,
            blur: false,
            grey: false,
            marks: true,
            day_goal: 0,
            break_minutes: 50,
            item_columns: vec![ItemColumn::Done, ItemColumn::Reports, ItemColumn::Reach, ItemColumn::Flagged],
            item_preview: false,
            keys: BTreeMap::new(),
        }
    }
}

impl Session {
    /// What the user of this machine chose for the window.
    ///
    /// # Errors
    /// Never today: what cannot be read is as on the first day.
    pub fn preferences(&self) -> Result<Preferences> {
        Ok(Preferences::load(&self.settings.home))
    }

    /// Keeps what the user chose, on every case file.
    ///
    /// # Errors
    /// Refuses a text size out of range and lists of keys nobody can mean.
    pub fn save_preferences(&self, preferences: &Preferences) -> Result<Preferences> {
        preferences.check()?;
        preferences.save(&self.settings.home)?;
        Ok(preferences.clone())
    }
}

impl Preferences {
    /// Reads them from `home`, field by field: one that is missing, damaged or of a newer Casebook is usual.
    #[must_use]
    pub fn load(home: &Path) -> Self {
        let text = std::fs::read_to_string(file(home)).unwrap_or_default();
        let read: serde_json::Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
        read.into_iter()
            .fold(Self::default(), |known, (name, value)| known.with(&name, value).unwrap_or(known))
    }

    /// These with another value in one field; `None` where there is no such field or value.
    fn with(&self, name: &str, value: Value) -> Option<Self> {
        let mut all = serde_json::to_value(self).expect("names and numbers are plain data");
        *all.get_mut(name)? = value;
        serde_json::from_value(all).ok().filter(|it: &Self| it.check().is_ok())
    }

    /// Writes them, whole or not at all.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn save(&self, home: &Path) -> Result<()> {
        let attempt = |source| Error::file("keep the settings in", &file(home), source);
        let text = serde_json::to_vec_pretty(self).expect("names and numbers are plain data");
        casebook_files::private_folders(home).map_err(attempt)?;
        casebook_files::replace(&file(home), &text).map_err(attempt)
    }

    fn check(&self) -> Result<()> {
        let refuse = |message: String| Err(Error::new(Code::Request, message));
        if !TEXT_PERCENT.contains(&self.text_percent) {
            return refuse(format!("text_percent {}: a text size is 80–200 %", self.text_percent));
        }
        if self.day_goal > MOST_GOAL {
            return refuse(format!("day_goal {}: a goal is 0–{MOST_GOAL} items", self.day_goal));
        }
        if self.break_minutes > MOST_MINUTES {
            return refuse(format!("break_minutes {}: 0–{MOST_MINUTES} minutes", self.break_minutes));
        }
        if (1..self.item_columns.len()).any(|at| self.item_columns[..at].contains(&self.item_columns[at])) {
            return refuse(format!("item_columns {:?}: each column at most once", self.item_columns));
        }
        if self.keys.len() > ACTIONS {
            return refuse(format!("keys of {} actions: at most {ACTIONS}", self.keys.len()));
        }
        for (action, keys) in &self.keys {
            let is_name = |it: &String| !it.trim().is_empty() && it.chars().count() <= NAME_LENGTH;
            if !is_name(action) || keys.len() > KEYS_EACH || !keys.iter().all(is_name) {
                return refuse(format!(
                    "keys.{} {:?}: an action has at most {KEYS_EACH} keys, each by a name of 1–{NAME_LENGTH} characters",
                    shorten(action),
                    keys.iter().map(|it| shorten(it)).collect::<Vec<_>>()
                ));
            }
        }
        Ok(())
    }

    /// Each setting with its value, as the command line prints and takes them.
    #[must_use]
    pub fn lines(&self) -> Vec<(String, String)> {
        let Value::Object(fields) = serde_json::to_value(self).expect("names and numbers are plain data")
        else {
            unreachable!("a struct is an object")
        };
        let plain = fields.into_iter().filter(|(name, _)| name != "keys").map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            (name, value)
        });
        plain.chain(self.keys.iter().map(|(id, keys)| (format!("keys.{id}"), keys.join(" ")))).collect()
    }

    /// Sets one by its name; `default` brings the usual value back.
    ///
    /// # Errors
    /// Says which names and values there are.
    pub fn set(&mut self, name: &str, value: &str) -> Result<()> {
        if let Some(action) = name.strip_prefix("keys.") {
            if value == "default" {
                self.keys.remove(action);
            } else {
                let keys = value.split_whitespace().map(str::to_owned).collect();
                self.keys.insert(action.to_owned(), keys);
            }
            return self.check();
        }
        let mut all = serde_json::to_value(&*self).expect("names and numbers are plain data");
        let usual = serde_json::to_value(Self::default()).expect("names and numbers are plain data");
        let Some(usual) = usual.get(name).filter(|_| name != "keys") else {
            let names = self.lines().into_iter().map(|it| it.0).filter(|it| !it.starts_with("keys."));
            let names = names.collect::<Vec<_>>().join(", ");
            let message = format!("setting “{}”: there are {names} and keys.ACTION", shorten(name));
            return Err(Error::new(Code::Request, message));
        };
        all[name] = match value {
            "default" => usual.clone(),
            // Numbers and true or false read as themselves, everything else is a word.
            _ => serde_json::from_str(value).unwrap_or_else(|_| value.into()),
        };
        let changed: Self = serde_json::from_value(all)
            .map_err(|it| Error::new(Code::Request, format!("{name} “{}”: {it}", shorten(value))))?;
        changed.check()?;
        *self = changed;
        Ok(())
    }
}

fn file(home: &Path) -> PathBuf {
    home.join("settings.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_chosen_is_there_the_next_time() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let mut chosen = Preferences::default();
        for (name, value) in
            [("theme", "dark"), ("text_percent", "125"), ("language", "de"), ("keys.submit", "Ctrl+S F2")]
        {
            chosen.set(name, value).expect("these are settings");
        }
        chosen.save(home.path()).expect("the folder is writable");
        let again = Preferences::load(home.path());
        assert_eq!(again, chosen);
        assert_eq!(again.keys["submit"], ["Ctrl+S", "F2"]);
    }

    #[test]
    fn default_brings_the_usual_value_back() {
        let mut chosen = Preferences::default();
        for (name, value) in
            [("blur", "true"), ("keys.submit", "F2"), ("blur", "default"), ("keys.submit", "default")]
        {
            chosen.set(name, value).expect("these are settings");
        }
        assert_eq!(chosen, Preferences::default());
    }

    #[test]
    fn a_refusal_names_the_setting_its_value_and_the_rule() {
        for (name, value, expected) in [
            ("item_columns", r#"["reach","reach"]"#, "item_columns [Reach, Reach]: each column at most once"),
            ("item_columns", r#"["price"]"#, "unknown variant `price`"),
            ("text_percent", "900", "text_percent 900: a text size is 80–200 %"),
            ("day_goal", "20000", "day_goal 20000: a goal is 0–10000 items"),
            ("break_minutes", "481", "break_minutes 481: 0–480 minutes"),
            ("theme", "pink", "theme “pink”: unknown variant `pink`"),
            ("colour", "1", "setting “colour”: there are theme, text_percent, language"),
            ("keys.submit", "A B C D E", "an action has at most 4 keys"),
        ] {
            let mut chosen = Preferences::default();
            let problem = chosen.set(name, value).expect_err("this is refused").to_string();
            assert!(problem.contains(expected), "{problem}");
            assert_eq!(chosen.theme, Theme::System, "a refused value changes nothing");
        }
    }

    #[test]
    fn what_is_damaged_is_usual_again_and_a_newer_file_is_read_as_far_as_it_is_known() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let write = |text: &str| std::fs::write(file(home.path()), text).expect("the folder is writable");
        for text in ["{", r#"{"text_percent":7}"#, r#"{"theme":"pink"}"#] {
            write(text);
            assert_eq!(Preferences::load(home.path()), Preferences::default(), "{text}");
        }
        write(r#"{"theme":"dark","text_percent":7,"new_thing":[1]}"#);
        let read = Preferences::load(home.path());
        assert_eq!((read.theme, read.text_percent), (Theme::Dark, 100));
    }
}
