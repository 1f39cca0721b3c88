//! What git keeps of a repository: every version of every file, messages of commits, tags, stashes, the next commit.

mod command;
mod objects;
mod past;

use std::path::{Path, PathBuf};

use self::command::{Git, path_of};
use self::objects::{Names, Reachable};
use self::past::{Appearances, entries};
use super::matcher::Matcher;
use super::report::{Finding, Kept, Tally};
use crate::domain::phrase::counted;
use crate::failure::Failure;

/// Looks through everything that branches, tags, stashes, reflogs and the next commit lead to.
///
/// # Errors
/// When there is no git or no repository, or it cannot be read to its end: then nothing is called clean.
pub(super) fn history(
    folder: &Path,
    matcher: &Matcher,
    kept: &Kept,
    threads: usize,
) -> Result<(Vec<Finding>, Tally), Failure> {
    let git = Git::new(folder);
    let shallow = git.says_true("--is-shallow-repository")?;
    let reachable = Reachable::of(&git)?;
    let (hits, mut tally, unreachable) = objects::all(&git, &reachable, matcher, threads)?;
    let findings = Appearances::of(&git, &hits)?.findings(&hits, kept);
    if shallow {
        tally
            .left
            .push("the clone is shallow: older commits are not here (git fetch --unshallow)".to_owned());
    }
    if reachable.missing > 0 {
        let counted = counted(reachable.missing as u64, "object");
        tally
            .left
            .push(format!("{counted} of the history that are not here: the clone is partial, or damaged"));
    }
    if unreachable > 0 {
        let counted = counted(unreachable, "object");
        tally
            .left
            .push(format!("{counted} that no branch, tag, stash or reflog leads to (git gc deletes such)"));
    }
    tally.left.extend(submodules(&git));
    Ok((findings, tally))
}

/// Looks through what the next commit changes.
///
/// # Errors
/// As [`history`].
pub(super) fn staged(
    folder: &Path,
    matcher: &Matcher,
    kept: &Kept,
    threads: usize,
) -> Result<(Vec<Finding>, Tally), Failure> {
    let git = Git::new(folder);
    git.answer(&["rev-parse", "--git-dir"])?;
    let head = git.perhaps(&["rev-parse", "--verify", "--quiet", "HEAD"]);
    let names: Vec<Vec<u8>> = if head.is_empty() {
        let all = git.answer(&["ls-files", "-s", "-z", "--full-name", ":/"])?;
        entries(&all).filter(|(mode, ..)| mode != "160000").map(|(_, object, _)| object.into()).collect()
    } else {
        let raw = ["diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--diff-filter=d"];
        let changed = git.answer(&[&raw[..], &["--no-textconv", "--no-ext-diff", "HEAD", "--"]].concat())?;
        changed.split(|byte| *byte == 0).filter_map(after).collect()
    };
    let (hits, tally) = objects::look_through(&git, &Names::these(names), matcher, threads)?;
    Ok((Appearances::staged(&git, &hits).findings(&hits, kept), tally))
}

/// The object that a line of `--raw` says a file becomes; none for a submodule and for a name.
fn after(raw: &[u8]) -> Option<Vec<u8>> {
    let mut words = raw.strip_prefix(b":")?.split(|byte| *byte == b' ');
    let (mode, object) = (words.nth(1)?, words.nth(1)?);
    (mode != b"160000").then(|| object.to_owned())
}

/// The files of `folder` that git would not ignore.
///
/// # Errors
/// As [`history`].
pub(super) fn not_ignored(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let git = Git::new(folder);
    let list =
        git.answer(&["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"])?;
    let names = list.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| folder.join(path_of(name))).filter(|path| is_file(path)).collect())
}

fn is_file(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok_and(|facts| facts.is_file())
}

/// The folder whose files belong to the repository; none for a bare one.
///
/// # Errors
/// As [`history`].
pub(super) fn work_tree(folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let git = Git::new(folder);
    if !git.says_true("--is-inside-work-tree")? {
        return Ok(None);
    }
    let up = git.answer(&["rev-parse", "--show-cdup"])?;
    let up = path_of(up.strip_suffix(b"\n").unwrap_or(&up));
    Ok(Some(if up.as_os_str().is_empty() { folder.to_owned() } else { folder.join(up) }))
}

fn submodules(git: &Git) -> Vec<String> {
    let head = git.perhaps(&["ls-tree", "-r", "-z", "--full-tree", "HEAD"]);
    let paths = entries(&head).filter(|(mode, ..)| mode == "160000").map(|(.., path)| path);
    let shown = |path: PathBuf| crate::domain::text::visible_within(&path.to_string_lossy(), 80);
    let names: Vec<String> = paths.map(shown).collect();
    let more = names.len().saturating_sub(5);
    let list = names.iter().take(5).cloned().collect::<Vec<_>>().join(", ");
    match (names.len(), more) {
        (0, _) => Vec::new(),
        (_, 0) => vec![format!("submodules have repositories of their own: {list}")],
        (..) => vec![format!("submodules have repositories of their own: {list} and {more} more")],
    }
}
