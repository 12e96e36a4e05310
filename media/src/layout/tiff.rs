//! The chain of directories in a TIFF (6.0): one is one page.

use super::Layout;

/// Longer chains are not followed: a page has a directory of its own, so that is a large file.
const MOST_PAGES: u32 = 10_000;

/// Says that a page is a small copy of another.
const SUBFILE_TYPE: u32 = 254;

pub(super) fn layout(bytes: &[u8]) -> Layout {
    let is_little = bytes.starts_with(b"II");
    let number = |at: usize, n: usize| -> Option<u32> {
        let read = bytes.get(at..at.checked_add(n)?)?;
        let add = |sum: u32, byte: &u8| sum << 8 | u32::from(*byte);
        Some(if is_little { read.iter().rev().fold(0, add) } else { read.iter().fold(0, add) })
    };
    let mut seen = std::collections::HashSet::new();
    let (mut n_pages, mut at) = (0, number(4, 4));
    while let Some(place) = at.map(|it| it as usize).filter(|it| *it != 0 && n_pages < MOST_PAGES)
        // A chain may lead round in a circle.
        && seen.insert(place)
        && let Some(n_entries) = number(place, 2).filter(|it| *it > 0)
    {
        let entries = place + 2;
        let is_copy = (0..n_entries as usize).any(|n| {
            let entry = entries + n * 12;
            number(entry, 2) == Some(SUBFILE_TYPE) && number(entry + 8, 4).is_some_and(|it| it & 1 == 1)
        });
        n_pages += u32::from(!is_copy);
        at = number(entries + n_entries as usize * 12, 4);
    }
    Layout { n_pages: n_pages.max(1), ..Layout::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], n_pages: u32) {
        assert_eq!(layout(bytes).n_pages, n_pages, "{bytes:02x?}");
    }

    #[test]
    fn directories_are_pages() {
        let entry = [1, 1, 3, 0, 1, 0, 0, 0, 8, 0, 0, 0];
        let copy = [254, 0, 4, 0, 1, 0, 0, 0, 1, 0, 0, 0];
        let page = |entry: &[u8], next: u32| [&[1, 0], entry, &next.to_le_bytes()].concat();
        let file = |pages: &[Vec<u8>]| [b"II*\0\x08\0\0\0".to_vec(), pages.concat()].concat();
        check(&file(&[page(&entry, 0)]), 1);
        check(&file(&[page(&entry, 26), page(&entry, 0)]), 2);
        check(&file(&[page(&entry, 26), page(&copy, 0)]), 1);
        check(&file(&[page(&entry, 26), page(&entry, 8)]), 2);
        check(&file(&[page(&entry, u32::MAX)]), 1);
        check(b"II*\0", 1);
    }
}
