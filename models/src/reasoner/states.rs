//! What a model made of prefixes, in files: the next start reads a clause in milliseconds, not in seconds.
//!
//! A state is two files. `KEY.safetensors` has the keys and values; `KEY.json` says what they hash to and which answers
//! are kept with them, and is written last. Whatever does not agree counts as absent and is made again. Nothing of an
//! item is in them. A file that was used is dated anew, and the oldest go first when there are too many.

use std::{
    collections::{BTreeMap, HashMap},
    fs::{self, File, FileTimes},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use candle_core::{Device, Tensor, safetensors};
use casebook_core::hash::sha256_hex;
use serde::{Deserialize, Serialize};

use super::{kept::Prefix, network::State};

/// Of both files, and of how a network computes: states of another one are not of this build.
const FORMAT: &str = "casebook.state@1";

/// The states of one model.
pub(super) struct States {
    folder: PathBuf,
    most_bytes: u64,
}

/// What is written of a state beside its numbers.
#[derive(Deserialize, Serialize)]
struct Label {
    format: String,
    /// Of the file with the numbers.
    sha256: String,
    answers: BTreeMap<String, Vec<f64>>,
}

impl States {
    /// In a folder of `all` that only weights of this hash, read in these pieces, have.
    pub fn new(all: &Path, weights_sha256: &str, chunk: usize, most_bytes: u64) -> Self {
        let of = sha256_hex(format!("{FORMAT} {weights_sha256} {chunk}").as_bytes());
        Self { folder: all.join(&of[..16]), most_bytes }
    }

    /// The state of this key, where it is there and whole.
    pub fn get(&self, key: &str) -> Option<Prefix> {
        let label: Label = serde_json::from_slice(&fs::read(self.label(key)).ok()?).ok()?;
        let bytes = fs::read(self.numbers(key)).ok()?;
        if label.format != FORMAT || label.sha256 != sha256_hex(&bytes) {
            tracing::warn!(
                state = key,
                "the kept state {key} does not agree with its label, it is made again"
            );
            return None;
        }
        let state = State::of(&safetensors::load_buffer(&bytes, &Device::Cpu).ok()?)?;
        let used = FileTimes::new().set_modified(SystemTime::now());
        // Where it cannot be dated it goes earlier than it might.
        let _ = File::options().append(true).open(self.numbers(key)).and_then(|it| it.set_times(used));
        Some(Prefix { state, answers: label.answers })
    }

    /// Writes a state. One that cannot be written is only slower to have again, which is said once in the log.
    pub fn put(&self, key: &str, prefix: &Prefix) {
        let written = self.write(key, prefix).and_then(|()| self.make_room(key));
        if let Err(problem) = written {
            let folder = self.folder.display();
            tracing::warn!(state = key, %problem, "could not keep the state {key} in {folder}: {problem}");
        }
    }

    /// Writes the answers that are kept with a state whose numbers are there.
    pub fn put_answers(&self, key: &str, answers: &BTreeMap<String, Vec<f64>>) {
        let written = fs::read(self.label(key)).and_then(|it| {
            let label: Label = serde_json::from_slice(&it)?;
            self.write_label(key, &Label { answers: answers.clone(), ..label })
        });
        if let Err(problem) = written {
            tracing::debug!(state = key, %problem, "could not keep an answer with the state {key}: {problem}");
        }
    }

    fn write(&self, key: &str, prefix: &Prefix) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let written = self.beside(key, "safetensors.part");
        safetensors::save(&prefix.state.tensors(), &written).map_err(io::Error::other)?;
        let sha256 = sha256_hex(&fs::read(&written)?);
        fs::rename(&written, self.numbers(key))?;
        self.write_label(key, &Label { format: FORMAT.into(), sha256, answers: prefix.answers.clone() })
    }

    fn write_label(&self, key: &str, label: &Label) -> io::Result<()> {
        let written = self.beside(key, "json.part");
        fs::write(&written, serde_json::to_vec(label)?)?;
        fs::rename(written, self.label(key))
    }

    /// Removes the oldest states of all models until there is room, but for that of `key`.
    fn make_room(&self, key: &str) -> io::Result<()> {
        let all = self.folder.parent().unwrap_or(&self.folder);
        let mut found = Vec::new();
        for folder in fs::read_dir(all)? {
            let Ok(files) = fs::read_dir(folder?.path()) else { continue };
            for file in files {
                let path = file?.path();
                // Another program may have removed it meanwhile.
                let Ok(about) = path.metadata() else { continue };
                if path.extension().is_some_and(|it| it == "safetensors") {
                    found.push((about.modified()?, about.len(), path));
                }
            }
        }
        found.sort();
        let mut bytes: u64 = found.iter().map(|it| it.1).sum();
        for (_, length, path) in found {
            if bytes <= self.most_bytes {
                break;
            }
            if path != self.numbers(key) {
                let _ = fs::remove_file(path.with_extension("json"));
                fs::remove_file(&path)?;
                bytes -= length;
            }
        }
        Ok(())
    }

    fn numbers(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.safetensors"))
    }

    fn label(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.json"))
    }

    /// Where this program alone writes.
    fn beside(&self, key: &str, end: &str) -> PathBuf {
        self.folder.join(format!("{key}.{}.{end}", std::process::id()))
    }
}

impl State {
    fn tensors(&self) -> HashMap<String, Tensor> {
        let named = |(n, (keys, values)): (usize, &(Tensor, Tensor))| {
            [(format!("k.{n}"), keys.clone()), (format!("v.{n}"), values.clone())]
        };
        self.layers().iter().enumerate().flat_map(named).collect()
    }

    /// `None` where layers are missing or are not alike.
    fn of(tensors: &HashMap<String, Tensor>) -> Option<Self> {
        let layer =
            |n| Some((tensors.get(&format!("k.{n}"))?.clone(), tensors.get(&format!("v.{n}"))?.clone()));
        let layers: Vec<(Tensor, Tensor)> = (0..tensors.len() / 2).map(layer).collect::<Option<_>>()?;
        let shape = layers.first()?.0.dims().to_vec();
        let alike = layers.iter().flat_map(|it| [&it.0, &it.1]).all(|it| it.dims() == shape);
        (alike && layers.len() * 2 == tensors.len()).then(|| Self::from_layers(layers))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(n_tokens: usize) -> Prefix {
        Prefix { state: State::of_length(n_tokens), answers: BTreeMap::from([("q".into(), vec![0.1, -2.0])]) }
    }

    #[test]
    fn a_state_comes_back_with_its_answers_and_only_under_its_key_and_weights() {
        let folder = tempfile::tempdir().unwrap();
        let states = States::new(folder.path(), "w", 64, u64::MAX);
        states.put("a", &prefix(3));
        let found = states.get("a").unwrap();
        assert_eq!((found.state.n_tokens(), found.answers), (3, prefix(3).answers));
        assert!(states.get("b").is_none());
        for (weights, chunk) in [("other", 64), ("w", 32)] {
            assert!(
                States::new(folder.path(), weights, chunk, u64::MAX).get("a").is_none(),
                "{weights} {chunk}"
            );
        }
        states.put_answers("a", &BTreeMap::from([("r".into(), vec![1.0])]));
        assert_eq!(states.get("a").unwrap().answers, BTreeMap::from([("r".into(), vec![1.0])]));
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
            states.put("a", &prefix(2));
            assert!(states.get("a").is_some());
            spoil();
            assert!(states.get("a").is_none(), "{n}");
        }
        states.put("a", &prefix(2));
        assert!(states.get("a").is_some(), "it is made again");
    }

    #[test]
    fn the_oldest_of_all_models_go_first_and_the_new_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) =
            (States::new(folder.path(), "w", 64, u64::MAX), States::new(folder.path(), "v", 64, u64::MAX));
        one.put("a", &prefix(1));
        other.put("b", &prefix(1));
        one.put("c", &prefix(1));
        let size = fs::metadata(one.numbers("a")).unwrap().len();
        let date = |it: &Path, seconds| {
            let at = SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
            File::options()
                .append(true)
                .open(it)
                .unwrap()
                .set_times(FileTimes::new().set_modified(at))
                .unwrap();
        };
        date(&one.numbers("a"), 1);
        date(&other.numbers("b"), 2);
        date(&one.numbers("c"), 3);
        assert!(one.get("a").is_some(), "it is dated anew");
        States::new(folder.path(), "w", 64, 2 * size).put("d", &prefix(1));
        assert_eq!(
            [one.get("a"), other.get("b"), one.get("c"), one.get("d")].map(|it| it.is_some()),
            [true, false, false, true]
        );
        States::new(folder.path(), "w", 64, 1).put("e", &prefix(1));
        assert!(one.get("e").is_some(), "what was just made is not thrown away");
    }

    #[test]
    fn a_folder_that_cannot_be_written_costs_time_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let states = States::new(&file, "w", 64, u64::MAX);
        states.put("a", &prefix(1));
        states.put_answers("a", &BTreeMap::new());
        assert!(states.get("a").is_none());
    }
}
