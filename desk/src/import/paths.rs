//! Where a picture is that a row names: a path in the folder of the import, however it is written.

use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

/// Where Label Studio serves files from its own disk.
const LOCAL_FILES: &str = "data/local-files/?d=";

/// Where Label Studio keeps what was uploaded to it.
const UPLOADS: &str = "/data/upload/";

/// The path of a picture, relative to the file that names it.
///
/// # Errors
/// Says why it is none: pictures are not fetched from elsewhere.
pub(super) fn local(reference: &str) -> Result<String, String> {
    let reference = reference.trim();
    let elsewhere =
        reference.contains("://") || reference.starts_with("//") || reference.starts_with("data:");
    if elsewhere {
        return Err("pictures are not fetched: save it beside the file and give its relative path".into());
    }
    match reference.trim_start_matches('/').strip_prefix(LOCAL_FILES) {
        Some(path) => percent_decoded(path).ok_or_else(|| "a path is UTF-8".into()),
        None => Ok(reference.to_owned()),
    }
}

/// The file in `folder` that a path means. Tried in this order: as it stands, with the strokes of Windows, without
/// percent signs, where Label Studio puts uploads; and of the names in its folder the one that differs in how its
/// letters are composed or in case alone.
///
/// # Errors
/// Says why there is none.
pub(super) fn find(folder: &Path, path: &str) -> Result<PathBuf, String> {
    let upload = path.strip_prefix(UPLOADS).map(|it| format!("upload/{it}"));
    let mut spellings = vec![path.to_owned()];
    spellings.extend(path.contains('\\').then(|| path.replace('\\', "/")));
    spellings.extend(path.contains('%').then(|| percent_decoded(path)).flatten());
    spellings.extend(upload.clone());
    spellings.extend(upload.as_deref().and_then(|it| it.rsplit('/').next()).map(str::to_owned));
    let mut lies_inside = false;
    for spelling in &spellings {
        let relative = Path::new(spelling);
        let inside =
            |it: Component| matches!(it, Component::Normal(_) | Component::CurDir | Component::ParentDir);
        if spelling.is_empty() || !relative.components().all(inside) {
            continue;
        }
        lies_inside = true;
        if folder.join(relative).symlink_metadata().is_ok() {
            return Ok(relative.to_owned());
        }
        if let Some(found) = alike(folder, relative) {
            return Ok(found);
        }
    }
    Err(match (lies_inside, upload) {
        (_, Some(upload)) => format!(
            "Label Studio keeps uploads on its own disk: copy its media folder beside the file, so that {upload} is there"
        ),
        (false, None) => "a path is relative to the import file".into(),
        (true, None) => "there is no such file".into(),
    })
}

/// The file whose name differs in how its letters are composed, or else, where only one does, in case.
fn alike(folder: &Path, relative: &Path) -> Option<PathBuf> {
    let mut found = PathBuf::new();
    for part in relative.components() {
        let Component::Normal(wanted) = part else {
            found.push(part);
            continue;
        };
        let here = folder.join(&found);
        if here.join(wanted).symlink_metadata().is_ok() {
            found.push(wanted);
            continue;
        }
        let wanted: String = wanted.to_str()?.nfc().collect();
        let names: Vec<String> =
            std::fs::read_dir(here).ok()?.filter_map(|it| it.ok()?.file_name().into_string().ok()).collect();
        let same = |it: &&String| it.nfc().collect::<String>() == wanted;
        let folded = |it: &&String| it.nfc().collect::<String>().to_lowercase() == wanted.to_lowercase();
        let name = names.iter().find(same).or_else(|| {
            let mut near = names.iter().filter(folded);
            near.next().filter(|_| near.next().is_none())
        })?;
        found.push(name);
    }
    Some(found)
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let code = tail.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|it| u8::from_str_radix(std::str::from_utf8(it).ok()?, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &tail[2..] } else { tail };
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_a_path_or_refused() {
        for (reference, expected) in [
            ("pictures/a.png", Some("pictures/a.png")),
            ("/data/local-files/?d=media/a%20b.png", Some("media/a b.png")),
            ("data/local-files/?d=100%.png", Some("100%.png")),
            ("https://example.org/a.png", None),
            ("s3://bucket/a.png", None),
            ("data:image/png;base64,AAAA", None),
        ] {
            assert_eq!(local(reference).ok().as_deref(), expected, "{reference}");
        }
    }

    #[test]
    fn a_file_is_found_however_its_path_is_written() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in
            ["images/cafe\u{301}.jpg", "images/with space.jpg", "images/B.JPG", "upload/3/x.jpg", "up.jpg"]
        {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            std::fs::write(path, "x").expect("a file");
        }
        for (path, expected) in [
            ("images/caf\u{e9}.jpg", "images/cafe\u{301}.jpg"),
            ("images\\with space.jpg", "images/with space.jpg"),
            ("images/with%20space.jpg", "images/with space.jpg"),
            ("images/b.jpg", "images/B.JPG"),
            ("./images/B.JPG", "./images/B.JPG"),
            ("/data/upload/3/x.jpg", "upload/3/x.jpg"),
            ("/data/upload/9/up.jpg", "up.jpg"),
        ] {
            assert_eq!(find(folder.path(), path).as_deref(), Ok(Path::new(expected)), "{path}");
        }
        for (path, rule) in [
            ("/images/B.JPG", "relative"),
            ("none.jpg", "no such file"),
            ("", "relative"),
            ("/data/upload/1/none.jpg", "its own disk"),
        ] {
            assert!(find(folder.path(), path).expect_err(path).contains(rule), "{path}");
        }
    }
}
