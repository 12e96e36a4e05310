//! What a model made of prefixes, in files: the next start reads a clause in milliseconds, not in seconds.
//!
//! A state is two files. `KEY.state` has the keys and values; `KEY.json` says how many tokens they are of and what they
//! hash to, and is written last. Whatever does not agree counts as absent and is made again. Nothing of an
//! item is in them. A label is written again when its state is used, so that the oldest go first when there are too many.
//!
//! A program that is shut in reaches the folder of its own weights, which is made for it, and makes room there; whoever
//! starts it makes room among all.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use casebook_core::hash::sha256_hex;
use serde::{Deserialize, Serialize};

use super::network::{Prefix, Shape};

/// Of both files, and of how a network computes: states of another one are not of this build.
const FORMAT: &str = "casebook.state@2";

/// The states of one model.
pub(super) struct States {
    folder: PathBuf,
    most_bytes: u64,
}

/// What is written of a state beside its numbers.
#[derive(Deserialize, Serialize)]
struct Label {
    format: String,
    n_tokens: usize,
    /// Of the file with the numbers.
    sha256: String,
}

impl States {
    /// In the [`folder`] of these weights.
    pub fn new(all: &Path, weights_sha256: &str, chunk: usize, most_bytes: u64) -> Self {
        Self { folder: folder(all, weights_sha256, chunk), most_bytes }
    }

    /// The state of this key, where it is there and whole.
    pub fn get(&self, key: &str, shape: &Shape) -> Option<Prefix> {
        let label: Label = serde_json::from_slice(&fs::read(self.label(key)).ok()?).ok()?;
        let bytes = fs::read(self.numbers(key)).ok()?;
        if label.format != FORMAT || label.sha256 != sha256_hex(&bytes) {
            tracing::warn!(
                state = key,
                "the kept state {key} does not agree with its label, it is made again"
            );
            return None;
        }
        let state = Prefix::read(&bytes, label.n_tokens, shape)?;
        // Where it cannot be dated anew it goes earlier than it might.
        let _ = self.write_label(key, &label);
        Some(state)
    }

    /// Writes a state. One that cannot be written is only slower to have again, which is said once in the log.
    pub fn put(&self, key: &str, state: &Prefix) {
        let written = self.write(key, state).and_then(|()| {
            make_room(std::slice::from_ref(&self.folder), self.most_bytes, Some(&self.numbers(key)))
        });
        if let Err(problem) = written {
            let folder = self.folder.display();
            tracing::warn!(state = key, %problem, "could not keep the state {key} in {folder}: {problem}");
        }
    }

    fn write(&self, key: &str, state: &Prefix) -> io::Result<()> {
        casebook_files::private_folders(&self.folder)?;
        let bytes = state.write();
        casebook_files::replace(&self.numbers(key), &bytes)?;
        let label = Label { format: FORMAT.into(), n_tokens: state.n_tokens(), sha256: sha256_hex(&bytes) };
        self.write_label(key, &label)
    }

    fn write_label(&self, key: &str, label: &Label) -> io::Result<()> {
        casebook_files::replace(&self.label(key), &serde_json::to_vec(label)?)
    }

    fn numbers(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.state"))
    }

    fn label(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }
}

/// Where in `all` the states lie of weights of this hash, read in these pieces.
pub(super) fn folder(all: &Path, weights_sha256: &str, chunk: usize) -> PathBuf {
    let of = sha256_hex(format!("{FORMAT} {weights_sha256} {chunk}").as_bytes());
    all.join(&of[..16])
}

/// Makes that folder, and room among all: for another state there must be some.
pub(super) fn prepare(all: &Path, folder: &Path, most_bytes: u64) -> io::Result<()> {
    casebook_files::private_folders(folder)?;
    let folders: io::Result<Vec<PathBuf>> = fs::read_dir(all)?.map(|it| Ok(it?.path())).collect();
    make_room(&folders?, most_bytes, None)
}

/// Removes the oldest states in `folders` until they take no more than `most_bytes`, but for that in `kept`.
fn make_room(folders: &[PathBuf], most_bytes: u64, kept: Option<&Path>) -> io::Result<()> {
    let mut found = Vec::new();
    for file in folders.iter().filter_map(|it| fs::read_dir(it).ok()).flatten() {
        let path = file?.path();
        // Also those that a build before this one kept in another way.
        if path.extension().is_some_and(|it| it == "state" || it == "safetensors") {
            // Another program may have removed it meanwhile; one without a label is the first to go.
            let Ok(about) = path.metadata() else { continue };
            let used = path.with_extension("json").metadata().and_then(|it| it.modified()).ok();
            found.push((used, about.len(), path));
        }
    }
    found.sort();
    let mut bytes: u64 = found.iter().map(|it| it.1).sum();
    for (_, length, path) in found {
        if bytes <= most_bytes {
            break;
        }
        if kept != Some(&path) {
            let _ = fs::remove_file(path.with_extension("json"));
            fs::remove_file(&path)?;
            bytes -= length;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        fs::{File, FileTimes},
        time::{Duration, SystemTime},
    };

    use super::*;

    #[test]
    fn a_state_comes_back_and_only_under_its_key_and_weights() {
        let folder = tempfile::tempdir().unwrap();
        let states = States::new(folder.path(), "w", 64, u64::MAX);
        states.put("a", &Prefix::of_length(3));
        let found = states.get("a", &Prefix::SHAPE).unwrap();
        assert_eq!(found.n_tokens(), 3);
        assert!(states.get("b", &Prefix::SHAPE).is_none());
        for (weights, chunk) in [("other", 64), ("w", 32)] {
            assert!(
                States::new(folder.path(), weights, chunk, u64::MAX).get("a", &Prefix::SHAPE).is_none(),
                "{weights} {chunk}"
            );
        }
    }

    #[test]
    fn half_a_state_a_changed_one_and_one_without_its_label_count_as_absent() {
        let folder = tempfile::tempdir().unwrap();
        let states = States::new(folder.path(), "w", 64, u64::MAX);
        let spoil: [&dyn Fn(); 4] = [
            &|| fs::remove_file(states.label("a")).unwrap(),
            &|| fs::write(states.label("a"), "{").unwrap(),
            &|| {
                let whole = fs::read(states.numbers("a")).unwrap();
                fs::write(states.numbers("a"), &whole[..whole.len() - 1]).unwrap();
            },
            &|| {
                let mut bytes = fs::read(states.numbers("a")).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                fs::write(states.numbers("a"), bytes).unwrap();
            },
        ];
        for (n, spoil) in spoil.iter().enumerate() {
            states.put("a", &Prefix::of_length(2));
            assert!(states.get("a", &Prefix::SHAPE).is_some());
            spoil();
            assert!(states.get("a", &Prefix::SHAPE).is_none(), "{n}");
        }
        states.put("a", &Prefix::of_length(2));
        assert!(states.get("a", &Prefix::SHAPE).is_some(), "it is made again");
    }

    #[test]
    fn the_oldest_go_first_and_what_was_just_made_stays() {
        let root = tempfile::tempdir().unwrap();
        let at = |weights, most_bytes| States::new(root.path(), weights, 64, most_bytes);
        let (one, other) = (at("w", u64::MAX), at("v", u64::MAX));
        let put = |states: &States, key: &str, seconds| {
            states.put(key, &Prefix::of_length(1));
            let used = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
            File::options().append(true).open(states.label(key)).unwrap().set_times(used).unwrap();
        };
        put(&one, "a", 1);
        put(&other, "b", 2);
        put(&one, "c", 3);
        let size = fs::metadata(one.numbers("a")).unwrap().len();
        assert!(one.get("a", &Prefix::SHAPE).is_some(), "it is dated anew");
        at("w", 2 * size).put("d", &Prefix::of_length(1));
        let there = |states: &States, keys: &[&str]| -> Vec<bool> {
            keys.iter().map(|it| states.numbers(it).exists()).collect()
        };
        assert_eq!(there(&one, &["a", "c", "d"]), [true, false, true]);
        assert_eq!(there(&other, &["b"]), [true], "a program that is shut in reaches its own alone");
        prepare(root.path(), &folder(root.path(), "u", 64), 2 * size).unwrap();
        assert_eq!(there(&other, &["b"]), [false], "whoever starts it makes room among all");
        assert!(folder(root.path(), "u", 64).is_dir());
        at("w", 1).put("e", &Prefix::of_length(1));
        assert_eq!(there(&one, &["a", "d", "e"]), [false, false, true]);
    }

    #[test]
    fn a_folder_that_cannot_be_written_costs_time_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let states = States::new(&file, "w", 64, u64::MAX);
        states.put("a", &Prefix::of_length(1));
        assert!(states.get("a", &Prefix::SHAPE).is_none());
    }
}
