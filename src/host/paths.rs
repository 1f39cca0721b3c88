//! Where this machine keeps birdkeep's files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use etcetera::base_strategy::{BaseStrategy, choose_native_strategy};

use crate::failure::{Failure, Kind};

/// The file that is looked for beside a vault that was named.
const IDENTITY: &str = "identity.age";

/// Where everything is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    /// The vault.
    pub vault: PathBuf,
    /// The identity.
    pub identity: PathBuf,
    /// True when the identity was not named but found beside the vault that was: whoever sent the vault may have
    /// sent the identity too.
    pub identity_beside: bool,
    /// The folder of marks, caches and drafts.
    pub state: PathBuf,
    /// The settings.
    pub config: PathBuf,
}

/// What a person asked for, by option or by variable; the option wins.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `--vault` or `BIRDKEEP_VAULT`.
    pub vault: Option<PathBuf>,
    /// `--identity` or `BIRDKEEP_IDENTITY`.
    pub identity: Option<PathBuf>,
}

/// The three folders everything defaults to.
#[derive(Clone, Debug)]
struct Folders {
    config: PathBuf,
    data: PathBuf,
    state: PathBuf,
}

/// Finds the places: the XDG variables where they are set, the system's custom otherwise.
///
/// # Errors
/// [`Kind::Usage`] when there is no home folder and a place was left open.
pub fn find(asked: &Asked) -> Result<Paths, Failure> {
    let folders = folders(|name| std::env::var_os(name)).ok_or_else(|| {
        Failure::new(
            Kind::Usage,
            "there is no home folder to look for the vault in",
            "HOME is not set, and this user has none",
            "set HOME, or XDG_CONFIG_HOME, XDG_DATA_HOME and XDG_STATE_HOME",
        )
    })?;
    Ok(place(&folders, asked, Path::exists))
}

/// A path as a person types it where no shell is: `~/` is the home folder.
pub fn typed(text: &str) -> PathBuf {
    at_home(text, etcetera::home_dir().ok())
}

fn at_home(text: &str, home: Option<PathBuf>) -> PathBuf {
    match (text.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => PathBuf::from(text),
    }
}

fn folders(variable: impl Fn(&str) -> Option<OsString>) -> Option<Folders> {
    // A relative path in one of these is to be ignored (XDG base directory specification).
    let named = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let (config, data, state) = (named("XDG_CONFIG_HOME"), named("XDG_DATA_HOME"), named("XDG_STATE_HOME"));
    if let (Some(config), Some(data), Some(state)) = (&config, &data, &state) {
        return Some(Folders { config: config.clone(), data: data.clone(), state: state.clone() });
    }
    let native = choose_native_strategy().ok()?;
    Some(Folders {
        config: config.unwrap_or_else(|| native.config_dir()),
        state: state.or_else(|| native.state_dir()).unwrap_or_else(|| native.data_dir()),
        data: data.unwrap_or_else(|| native.data_dir()),
    })
}

fn place(folders: &Folders, asked: &Asked, exists: impl Fn(&Path) -> bool) -> Paths {
    let own = |folder: &Path, file: &str| folder.join("birdkeep").join(file);
    let beside = asked
        .vault
        .as_ref()
        .filter(|_| asked.identity.is_none())
        .map(|vault| vault.with_file_name(IDENTITY))
        .filter(|path| exists(path));
    Paths {
        vault: asked.vault.clone().unwrap_or_else(|| own(&folders.data, "vault.age")),
        identity_beside: beside.is_some(),
        identity: asked.identity.clone().or(beside).unwrap_or_else(|| own(&folders.config, IDENTITY)),
        state: folders.state.join("birdkeep"),
        config: own(&folders.config, "config.toml"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tilde_is_the_home_folder_where_there_is_one() {
        let home = Some(PathBuf::from("/home/bird"));
        assert_eq!(at_home("~/.xurl", home.clone()), Path::new("/home/bird/.xurl"));
        assert_eq!(at_home("a/~/b", home), Path::new("a/~/b"));
        assert_eq!(at_home("~/.xurl", None), Path::new("~/.xurl"));
    }

    fn here() -> Folders {
        Folders { config: "/c".into(), data: "/d".into(), state: "/s".into() }
    }

    #[test]
    fn every_file_has_a_default_place() {
        let paths = place(&here(), &Asked::default(), |_| true);
        assert_eq!(paths.vault, Path::new("/d/birdkeep/vault.age"));
        assert_eq!(paths.identity, Path::new("/c/birdkeep/identity.age"));
        assert_eq!(paths.config, Path::new("/c/birdkeep/config.toml"));
        assert_eq!(paths.state, Path::new("/s/birdkeep"));
        assert!(!paths.identity_beside);
    }

    #[test]
    fn an_identity_beside_a_named_vault_is_found() {
        let asked = Asked { vault: Some("/team/bots.age".into()), identity: None };
        let found = place(&here(), &asked, |path| path == Path::new("/team/identity.age"));
        assert_eq!(found.identity, Path::new("/team/identity.age"));
        assert!(found.identity_beside);
        let none = place(&here(), &asked, |_| false);
        assert_eq!(none.identity, Path::new("/c/birdkeep/identity.age"));
        assert!(!none.identity_beside);
    }

    #[test]
    fn a_named_identity_is_taken_as_it_is() {
        let asked = Asked { vault: Some("bots.age".into()), identity: Some("/k/me.age".into()) };
        let paths = place(&here(), &asked, |_| true);
        assert_eq!((paths.identity.as_path(), paths.identity_beside), (Path::new("/k/me.age"), false));
    }

    #[test]
    fn xdg_variables_win_and_relative_ones_are_ignored() {
        let set = |name: &str| Some(OsString::from(format!("/x/{name}")));
        let folders_set = folders(set).expect("all three are given");
        assert_eq!(folders_set.data, Path::new("/x/XDG_DATA_HOME"));
        if let Some(relative) = folders(|_| Some("relative".into())) {
            assert!(relative.config.is_absolute());
        }
    }
}
