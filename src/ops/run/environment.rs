//! The variables a bot is started with: what it would have had anyway, without birdkeep's own, and its credentials on
//! top. Pure.

use std::ffi::{OsStr, OsString};

/// What begins so is ours, and no business of a bot.
const OURS: &str = "BIRDKEEP_";

/// What no program does well without, also where it is to have nothing else; `LC_…` with them.
const USUAL: &[&str] = &[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LANGUAGE",
    "TERM",
    "COLORTERM",
    "NO_COLOR",
    "TZ",
    "TMPDIR",
    "XDG_RUNTIME_DIR",
];

/// What a bot is to have of the variables around it.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// Only what no program does well without.
    pub clean: bool,
    /// These in any case.
    pub keep: Vec<OsString>,
    /// Names that stand for a credential: they come from the vault or not at all, so that nobody's keys are mixed.
    pub names: Vec<String>,
}

/// The inherited variables a bot keeps, and the names among [`Surroundings::names`] that somebody had set: those lose.
pub fn environment(
    inherited: impl IntoIterator<Item = (OsString, OsString)>,
    surroundings: &Surroundings,
) -> (Vec<(OsString, OsString)>, Vec<String>) {
    let mut overruled = Vec::new();
    let kept = inherited.into_iter().filter(|(name, _)| {
        if let Some(known) = surroundings.names.iter().find(|known| name == known.as_str())
            && !surroundings.keep.contains(name)
        {
            overruled.push(known.clone());
            return false;
        }
        surroundings.keep.contains(name)
            || (!name.as_encoded_bytes().starts_with(OURS.as_bytes()) && (!surroundings.clean || usual(name)))
    });
    let mut kept: Vec<_> = kept.collect();
    kept.sort();
    overruled.sort();
    (kept, overruled)
}

fn usual(name: &OsStr) -> bool {
    USUAL.iter().any(|usual| name == *usual) || name.as_encoded_bytes().starts_with(b"LC_")
}

#[cfg(test)]
mod tests {
    use super::*;

    const AROUND: &[&str] = &["AWS_KEY", "BIRDKEEP_VAULT", "HOME", "LC_ALL", "PATH", "X_API_KEY"];

    fn check(surroundings: &Surroundings, kept: &[&str], overruled: &[&str]) {
        let inherited = AROUND.iter().map(|name| (OsString::from(name), OsString::from("value")));
        let (found, lost) = environment(inherited, surroundings);
        let names: Vec<&str> = found.iter().filter_map(|(name, _)| name.to_str()).collect();
        assert_eq!((names.as_slice(), lost), (kept, overruled.iter().map(|s| (*s).to_owned()).collect()));
    }

    #[test]
    fn a_bot_keeps_what_it_would_have_had_but_what_is_ours() {
        let mut around = Surroundings { names: vec!["X_API_KEY".to_owned()], ..Surroundings::default() };
        check(&around, &["AWS_KEY", "HOME", "LC_ALL", "PATH"], &["X_API_KEY"]);
        around.clean = true;
        check(&around, &["HOME", "LC_ALL", "PATH"], &["X_API_KEY"]);
        around.keep = vec!["AWS_KEY".into(), "BIRDKEEP_VAULT".into(), "X_API_KEY".into(), "NONE".into()];
        check(&around, AROUND, &[]);
    }
}
