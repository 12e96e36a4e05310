//! A text with pieces replaced, and where everything else went.

use casebook_core::text;

/// One replacement; offsets are scalars of the text before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Edit {
    pub start: u32,
    pub end: u32,
    pub with: String,
}

/// How offsets in a text before redaction map to offsets after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Map {
    /// (start, end) before and (start, end) after, in order.
    moved: Vec<((u32, u32), (u32, u32))>,
}

impl Map {
    /// The span after redaction that covers `start..end` before it. One that cuts a replaced
    /// piece is widened to the whole placeholder.
    #[must_use]
    pub fn span(&self, start: u32, end: u32) -> (u32, u32) {
        let inside_start = self.moved.iter().find(|(was, _)| was.0 <= start && start < was.1);
        let inside_end = self.moved.iter().find(|(was, _)| was.0 < end && end <= was.1);
        let from = inside_start.map_or_else(|| self.shift(start), |(_, now)| now.0);
        let to = inside_end.map_or_else(|| self.shift(end), |(_, now)| now.1);
        (from, to.max(from))
    }

    /// An offset outside every replaced piece.
    fn shift(&self, offset: u32) -> u32 {
        match self.moved.iter().rev().find(|(was, _)| was.1 <= offset) {
            None => offset,
            Some((was, now)) => now.1 + (offset - was.1),
        }
    }
}

/// Applies `edits`, which are in order and do not overlap.
pub(super) fn apply(source: &str, edits: &[Edit]) -> (String, Map) {
    let mut out = String::with_capacity(source.len());
    let mut moved = Vec::with_capacity(edits.len());
    let mut letters = source.chars();
    let mut read = 0;
    let mut written = 0;
    for edit in edits {
        let kept = edit.start - read;
        out.extend(letters.by_ref().take(kept as usize));
        letters.by_ref().take((edit.end - edit.start) as usize).for_each(drop);
        out.push_str(&edit.with);
        let start = written + kept;
        let end = start + text::scalars(&edit.with);
        moved.push(((edit.start, edit.end), (start, end)));
        (read, written) = (edit.end, end);
    }
    out.extend(letters);
    (out, Map { moved })
}
