//! What an import leaves behind: files in plain text, and perhaps a history that keeps them.

use super::finds::meant;
use crate::domain::text::visible_within;
use crate::host::git::{self, Standing};
use crate::ops::World;

/// A file that was imported and still holds the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leftover {
    /// Where it is, made visible.
    pub path: String,
    /// Who may read it besides its owner, as a mode; `None`: nobody.
    pub mode: Option<u32>,
    /// How git stands to it; `None`: it was not asked.
    pub git: Option<Standing>,
}

/// Whether git is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskGit {
    /// It is.
    Yes,
    /// It is not: only the files are looked at.
    No,
}

/// One row of [`STANDINGS`].
struct StandingRow {
    standing: Standing,
    /// Whether something should be done.
    bad: bool,
    says: &'static str,
}

const STANDINGS: &[StandingRow] = &[
    StandingRow { standing: Standing::Unknown, bad: false, says: "git could not be asked about it" },
    StandingRow { standing: Standing::Outside, bad: false, says: "it is in no git repository" },
    StandingRow {
        standing: Standing::Tracked,
        bad: true,
        says: "git tracks it: everybody with the repository has these keys. “git rm --cached” it, and rotate them",
    },
    StandingRow {
        standing: Standing::Once,
        bad: true,
        says: "git's history has it: everybody with the repository has these keys. Rotate them",
    },
    StandingRow { standing: Standing::Ignored, bad: false, says: "git ignores it and never had it" },
    StandingRow {
        standing: Standing::Loose,
        bad: true,
        says: "git never had it, but nothing keeps it out: put it into .gitignore",
    },
];

/// Looks at the files an import came from; those that are gone are left out.
pub fn leftovers(world: &World, files: &[String], ask: AskGit) -> Vec<Leftover> {
    let look = |file: &String| {
        let path = meant(world, file);
        let glance = world.store.glance(&path)?;
        Some(Leftover {
            path: visible_within(file, 200),
            mode: Some(glance.mode & 0o777).filter(|mode| mode & 0o077 != 0),
            git: (ask == AskGit::Yes).then(|| git::standing(&path)),
        })
    };
    files.iter().filter_map(look).collect()
}

impl Leftover {
    /// What there is to say about it, in one line.
    pub fn sentence(&self) -> String {
        let mode = self.mode.map_or_else(String::new, |mode| {
            format!(", and others on this machine may read it (mode {mode:03o}; “chmod 600” it)")
        });
        let git = self.git_says().map_or_else(String::new, |says| format!("; {says}"));
        format!("{} still holds these keys in plain text{mode}{git}", self.path)
    }

    /// What git's answer means, if it was asked.
    pub fn git_says(&self) -> Option<&'static str> {
        self.git.map(|standing| Self::row(standing).says)
    }

    /// Whether something should be done about it soon.
    pub fn is_bad(&self) -> bool {
        self.mode.is_some() || self.is_kept()
    }

    /// Whether git keeps it, or may come to.
    pub fn is_kept(&self) -> bool {
        self.git.is_some_and(|standing| Self::row(standing).bad)
    }

    fn row(standing: Standing) -> &'static StandingRow {
        STANDINGS.iter().find(|row| row.standing == standing).unwrap_or(&STANDINGS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_standing_has_a_sentence_and_modes_are_told_when_others_may_read() {
        let leftover = |mode, git| Leftover { path: "~/.trc".to_owned(), mode, git };
        assert_eq!(leftover(None, None).sentence(), "~/.trc still holds these keys in plain text");
        assert_eq!(
            leftover(Some(0o644), Some(Standing::Loose)).sentence(),
            "~/.trc still holds these keys in plain text, and others on this machine may read it (mode 644; “chmod 600” it); git never had it, but nothing keeps it out: put it into .gitignore"
        );
        for standing in [
            Standing::Unknown,
            Standing::Outside,
            Standing::Tracked,
            Standing::Once,
            Standing::Ignored,
            Standing::Loose,
        ] {
            assert_eq!(Leftover::row(standing).standing, standing);
        }
    }
}
