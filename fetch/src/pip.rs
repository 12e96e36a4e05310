//! pip, which fetches Python wheels: from the index and through the proxy that a person set up for it.
//!
//! It runs nothing of a wheel, and nothing that happens to lie where Casebook was started: Python is isolated, stands
//! in the folder it downloads into, and is told of the environment what pip needs to reach its index and no more.

use std::{
    env,
    ffi::OsStr,
    fs,
    io::Read,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use crate::sources::{Stopped, refuse};

/// The Python whose pip is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pip {
    /// The one on the path where `None`.
    pub python: Option<PathBuf>,
}

/// What is handed on of the environment: where programs, settings and certificates are, and how the index is reached.
/// Of pip's own settings those alone that say so. Others would have it fetch more than it was asked for, elsewhere,
/// or with another Python: `PIP_REQUIREMENT`, `PIP_TARGET`, `PIP_PYTHON`.
const KEPT: [&str; 39] = [
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "XDG_CONFIG_HOME",
    "XDG_CONFIG_DIRS",
    "NETRC",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "CURL_CA_BUNDLE",
    "PIP_CONFIG_FILE",
    "PIP_INDEX_URL",
    "PIP_EXTRA_INDEX_URL",
    "PIP_NO_INDEX",
    "PIP_FIND_LINKS",
    "PIP_PROXY",
    "PIP_TRUSTED_HOST",
    "PIP_CERT",
    "PIP_CLIENT_CERT",
    "PIP_TIMEOUT",
    "PIP_DEFAULT_TIMEOUT",
    "PIP_RETRIES",
    "PIP_RESUME_RETRIES",
    "PIP_USE_FEATURE",
    "PIP_USE_DEPRECATED",
    // Windows starts hardly a program without these, and keeps pip's settings below the last four.
    "SYSTEMROOT",
    "SYSTEMDRIVE",
    "WINDIR",
    "COMSPEC",
    "PATHEXT",
    "USERPROFILE",
    "APPDATA",
    "LOCALAPPDATA",
    "PROGRAMDATA",
];

/// Proxies are written in small letters too, and Windows does not tell large ones from small ones.
fn is_kept(name: &OsStr) -> bool {
    KEPT.iter().any(|it| name.eq_ignore_ascii_case(it))
}

impl Pip {
    /// Fetches one wheel into the fresh folder `into`, running nothing of it: no dependencies, no source packages.
    pub fn download(
        &self,
        requirement: &str,
        into: &Path,
        go_on: &mut dyn FnMut() -> ControlFlow<()>,
    ) -> Stopped<PathBuf> {
        let name = format!("the wheel {requirement}");
        let refuse = |it: &str| refuse(&name, it);
        // Python is started in there, so its path must hold from there too.
        let into = std::path::absolute(into).map_err(|it| refuse(&it.to_string()))?;
        casebook_files::private_folders(&into)
            .map_err(|it| refuse(&format!("could not create {}: {it}", into.display())))?;
        let mut child = self
            .start(requirement, &into)
            .ok_or_else(|| refuse("needs python3 with pip, and there is none"))?;
        let status = loop {
            match child.try_wait() {
                Ok(Some(status)) => break status,
                Ok(None) if go_on().is_break() => {
                    // Waited for, so that pip writes nothing into a folder that is about to go.
                    let _ = child.kill();
                    let _ = child.wait();
                    return Err(None);
                }
                Ok(None) => thread::sleep(Duration::from_millis(100)),
                Err(problem) => return Err(Some(refuse(&problem.to_string()))),
            }
        };
        if !status.success() {
            let mut said = String::new();
            child.stderr.take().map(|mut it| it.read_to_string(&mut said));
            let last = said.lines().rev().find(|it| !it.trim().is_empty()).unwrap_or("pip said nothing");
            return Err(Some(refuse(last)));
        }
        let mut found = fs::read_dir(&into).into_iter().flatten().flatten().map(|it| it.path());
        found
            .find(|it| it.extension().is_some_and(|it| it == "whl"))
            .ok_or_else(|| Some(refuse("pip downloaded no wheel")))
    }

    fn start(&self, requirement: &str, into: &Path) -> Option<Child> {
        let pythons = match &self.python {
            Some(told) => vec![told.clone()],
            None => ["python3", "python"].into_iter().filter_map(on_path).collect(),
        };
        pythons.into_iter().find_map(|python| {
            Command::new(python)
                .args(["-I", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"])
                // A cache would keep every part a second time.
                .args(["--no-cache-dir", "--no-deps", "--only-binary", ":all:", "--dest"])
                .arg(into)
                .arg(requirement)
                .current_dir(into)
                .env_clear()
                .envs(env::vars_os().filter(|(name, _)| is_kept(name)))
                // What pip unpacks on the way lies on the disk that was found large enough, and goes with the rest.
                .envs(["TMPDIR", "TEMP", "TMP"].map(|it| (it, into)))
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .ok()
        })
    }
}

/// Where a program lies, by the absolute places of the path alone: `.` in it would be the folder one stands in.
fn on_path(name: &str) -> Option<PathBuf> {
    let name = format!("{name}{}", env::consts::EXE_SUFFIX);
    let places = env::var_os("PATH")?;
    env::split_paths(&places).filter(|it| it.is_absolute()).map(|it| it.join(&name)).find(|it| it.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_named_by_where_it_lies() {
        assert!(on_path("no-program-of-this-name").is_none());
        let shell = on_path("sh");
        assert!(cfg!(windows) || shell.is_some_and(|it| it.is_absolute()));
    }

    #[test]
    fn pip_is_told_how_to_reach_its_index_and_nothing_that_changes_what_it_does() {
        for name in ["PATH", "HOME", "PIP_INDEX_URL", "PIP_CERT", "HTTPS_PROXY", "https_proxy", "SystemRoot"]
        {
            assert!(is_kept(OsStr::new(name)), "{name}");
        }
        for name in
            ["PIP_TARGET", "PIP_REQUIREMENT", "PIP_PYTHON", "PYTHONPATH", "LD_PRELOAD", "PWD", "TOKEN"]
        {
            assert!(!is_kept(OsStr::new(name)), "{name}");
        }
    }
}
