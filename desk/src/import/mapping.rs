//! Which column becomes which field: as somebody said, as a known program writes it, or by its name.

use std::collections::HashMap;

use casebook_core::item::shorten;

use crate::wire::ColumnPair;

use super::{
    fields::{Field, clean},
    presets::Preset,
};

/// A mapping of columns to fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Mapping {
    /// What was said: column to fields.
    said: HashMap<String, Vec<Field>>,
    /// Those that somebody said, in order; not those of a preset, which a file may lack.
    wanted: Vec<String>,
    /// Fields that take no column by its name: another was said, or none is wanted.
    taken: Vec<Field>,
    /// The program whose file it is, where it was asked for or recognised.
    pub preset: Option<&'static Preset>,
}

impl Mapping {
    /// Reads what somebody said; a field without a column is wanted from none.
    ///
    /// # Errors
    /// Names the field that is none.
    pub(super) fn said(pairs: &[ColumnPair], preset: Option<&'static Preset>) -> Result<Self, String> {
        let mut mapping = Self { preset, ..Self::default() };
        for pair in pairs {
            let field = Field::named(&pair.field)
                .ok_or_else(|| format!("field {}: one of {}", shorten(&pair.field), Field::all()))?;
            let column = clean(&pair.column);
            if !column.is_empty() && !mapping.wanted.iter().any(|it| it == column) {
                mapping.wanted.push(column.to_owned());
            }
            mapping.add(field, column);
        }
        let said = mapping.taken.clone();
        for (field, column) in preset.into_iter().flat_map(|it| it.fields) {
            let field = Field::named(field).expect("a preset names fields");
            if !said.contains(&field) {
                mapping.add(field, column);
            }
        }
        Ok(mapping)
    }

    fn add(&mut self, field: Field, column: &str) {
        if !column.is_empty() {
            self.said.entry(column.to_owned()).or_default().push(field.clone());
        }
        self.taken.push(field);
    }

    /// The fields that a column becomes.
    pub(super) fn fields(&self, column: &str) -> Vec<Field> {
        if let Some(fields) = self.said.get(column) {
            return fields.clone();
        }
        match Field::named(column) {
            Some(field) if !self.taken.contains(&field) => vec![field],
            _ => Vec::new(),
        }
    }

    /// Columns that somebody said.
    pub(super) fn wanted(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().map(String::as_str)
    }

    /// The fields of a table's columns, in their order.
    ///
    /// # Errors
    /// Names a column that was said and is not there; says where no column is a text or a picture, unless one only looks.
    pub(super) fn bind(
        &self,
        header: &[String],
        of: &str,
        looks: bool,
    ) -> Result<Vec<(Field, usize)>, String> {
        for column in self.wanted() {
            if !header.iter().any(|it| it == column) {
                return Err(format!("column {}: {of} has {}", shorten(column), listed(header)));
            }
        }
        let mut bound: Vec<(Field, usize)> = Vec::new();
        for (n, column) in header.iter().enumerate() {
            for field in self.fields(column) {
                // Of two columns with one name the first counts, but for texts and pictures, which may be several.
                if field.is_repeatable() || !bound.iter().any(|(it, _)| *it == field) {
                    bound.push((field, n));
                }
            }
        }
        match looks || bound.iter().any(|(field, _)| field.is_part()) {
            true => Ok(bound),
            false => {
                let first = header.iter().find(|it| !it.is_empty()).map_or("COLUMN", String::as_str);
                Err(format!(
                    "no column is a text or a picture; map one, as in text={}; {of} has {}",
                    shorten(first),
                    listed(header)
                ))
            }
        }
    }
}

/// Names of columns, for people.
pub(super) fn listed(names: &[String]) -> String {
    const SHOWN: usize = 30;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|it| shorten(it)).collect();
    match names.len() > SHOWN {
        true => format!("{} and {} more", shown.join(", "), names.len() - SHOWN),
        false => shown.join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(pairs: &[(&str, &str)], header: &[&str]) -> Result<Vec<(String, usize)>, String> {
        let pair =
            |(field, column): &(&str, &str)| ColumnPair { field: (*field).into(), column: (*column).into() };
        let mapping = Mapping::said(&pairs.iter().map(pair).collect::<Vec<_>>(), None)?;
        let header: Vec<String> = header.iter().map(|it| (*it).to_owned()).collect();
        Ok(mapping
            .bind(&header, "the header", false)?
            .into_iter()
            .map(|(field, n)| (field.to_string(), n))
            .collect())
    }

    #[test]
    fn a_mapping_leaves_the_other_columns_to_their_names() {
        let said = bound(&[("text", "tweet")], &["id", "tweet", "text", "Language"]);
        let expected = [("id".to_owned(), 0), ("text".to_owned(), 1), ("language".to_owned(), 3)];
        assert_eq!(
            said.as_deref(),
            Ok(expected.as_slice()),
            "a text was said, so the column of that name is not it"
        );
        let none = bound(&[("author", "")], &["text", "author"]);
        assert_eq!(none.as_deref(), Ok([("text".to_owned(), 0)].as_slice()), "wanted from none");
    }

    #[test]
    fn one_column_may_be_two_fields_and_two_columns_one_text() {
        let said = bound(&[("id", "tweet"), ("text", "tweet")], &["tweet"]);
        assert_eq!(said.as_deref(), Ok([("id".to_owned(), 0), ("text".to_owned(), 0)].as_slice()));
        let twice = bound(&[], &["id", "text", "text", "id"]);
        let expected = [("id".to_owned(), 0), ("text".to_owned(), 1), ("text".to_owned(), 2)];
        assert_eq!(twice.as_deref(), Ok(expected.as_slice()));
    }

    #[test]
    fn what_is_not_there_is_said_with_what_is() {
        assert!(bound(&[("text", "twet")], &["id", "tweet"]).expect_err("a typo").contains("has id, tweet"));
        assert!(bound(&[("mood", "x")], &["x"]).expect_err("no field").contains("on_screen"));
        assert!(bound(&[], &["id", "body"]).expect_err("no text").contains("text=id"));
    }
}
