//! Whether a file lies in a git work tree, and what git would do with it. git itself is not run: a repository may tell
//! it to start programs.

use std::fs;
use std::path::{Path, PathBuf};

use super::entry::above;

/// The longest index that is searched, in bytes.
const INDEX_MAX: u64 = 64 << 20;

/// A file in a work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// The top of the work tree.
    pub root: PathBuf,
    /// Whether git holds it already. `None`: its index cannot be read.
    pub added: Option<bool>,
    /// Whether `.gitignore` or `info/exclude` keeps it out.
    pub ignored: bool,
}

/// Where git stands to the file (or folder) at `path`; `None`: it is in no work tree.
pub fn of(path: &Path) -> Option<Tracked> {
    let folder = above(path)?;
    let root = folder.ancestors().find(|folder| folder.join(".git").exists())?.to_owned();
    let git = git_folder(&root);
    // What is not there yet has the name it would have.
    let file = folder.join(path.file_name()?);
    let inside = file.strip_prefix(&root).ok()?.to_str()?.to_owned();
    Some(Tracked { added: is_added(&git, &inside), ignored: is_ignored(&root, &git, &inside), root })
}

/// Where git keeps what it knows: in a linked work tree `.git` is a file that says so.
fn git_folder(root: &Path) -> PathBuf {
    let git = root.join(".git");
    let linked = super::text(&git).and_then(|text| Some(root.join(text.strip_prefix("gitdir:")?.trim())));
    linked.unwrap_or(git)
}

/// The index holds whole names from version 2 to 3 (gitformat-index); version 4 cuts what names have in common.
fn is_added(git: &Path, inside: &str) -> Option<bool> {
    let index = git.join("index");
    match fs::metadata(&index) {
        Err(_) => return Some(false),
        Ok(meta) if meta.len() > INDEX_MAX => return None,
        Ok(_) => {}
    }
    let bytes = fs::read(index).ok()?;
    let version = bytes.strip_prefix(b"DIRC").and_then(|rest| rest.first_chunk::<4>());
    if !matches!(version.map(|version| u32::from_be_bytes(*version)), Some(2 | 3)) {
        return None;
    }
    let name = [inside.as_bytes(), b"\0"].concat();
    Some(bytes.windows(name.len()).any(|window| window == name))
}

/// By the files in the order in which git reads them; the last line that fits decides.
fn is_ignored(root: &Path, git: &Path, inside: &str) -> bool {
    let mut ignored = judge(super::text(&git.join("info/exclude")), inside).unwrap_or(false);
    let mut rest = inside;
    let mut folder = root.to_owned();
    loop {
        ignored = judge(super::text(&folder.join(".gitignore")), rest).unwrap_or(ignored);
        let Some((next, more)) = rest.split_once('/') else { return ignored };
        folder.push(next);
        rest = more;
    }
}

fn judge(lines: Option<String>, inside: &str) -> Option<bool> {
    lines?.lines().filter_map(|line| verdict(line.trim(), inside)).next_back()
}

/// What one line says of a file; `None`: nothing.
fn verdict(line: &str, inside: &str) -> Option<bool> {
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let (ignored, pattern) = line.strip_prefix('!').map_or((true, line), |pattern| (false, pattern));
    let (folders_only, pattern) =
        pattern.strip_suffix('/').map_or((false, pattern), |pattern| (true, pattern));
    let pattern = pattern.strip_prefix("**/").unwrap_or(pattern);
    let anchored = pattern.contains('/');
    let pattern = pattern.trim_start_matches('/');
    // A folder that is ignored takes everything below it along.
    let mut ends: Vec<usize> = inside.match_indices('/').map(|(at, _)| at).collect();
    if !folders_only {
        ends.push(inside.len());
    }
    let fits = ends.into_iter().filter_map(|end| inside.get(..end)).any(|part| {
        let name = part.rsplit('/').next().unwrap_or(part);
        glob(pattern.as_bytes(), if anchored { part } else { name }.as_bytes())
    });
    fits.then_some(ignored)
}

/// `*` and `?` stand for anything but `/`.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern.split_first(), text.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            let stop = text.iter().position(|byte| *byte == b'/').unwrap_or(text.len());
            (0..=stop).any(|taken| glob(rest, &text[taken..]))
        }
        (Some((b'?', pattern)), Some((byte, text))) if *byte != b'/' => glob(pattern, text),
        (Some((wanted, pattern)), Some((byte, text))) => wanted == byte && glob(pattern, text),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_fits_decides() {
        for (lines, inside, ignored) in [
            ("", "identity.age", false),
            ("identity.age", "identity.age", true),
            ("/identity.age", "team/identity.age", false),
            ("identity.age", "team/identity.age", true),
            ("*.age", "team/identity.age", true),
            ("*.age\n!identity.age", "identity.age", false),
            ("team/*.age", "team/identity.age", true),
            ("team/*.age", "team/keys/identity.age", false),
            ("team/", "team/keys/identity.age", true),
            ("backups/", "backups", false),
            ("**/identity.age", "team/identity.age", true),
            ("# identity.age", "identity.age", false),
            ("identit?.age", "identity.age", true),
        ] {
            let judged = judge(Some(lines.to_owned()), inside).unwrap_or(false);
            assert_eq!(judged, ignored, "{lines:?} and {inside}");
        }
    }

    #[test]
    fn a_work_tree_is_found_above_with_what_it_holds() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = fs::canonicalize(folder.path()).expect("it is there");
        let team = root.join("team");
        fs::create_dir_all(&team).expect("a folder");
        let outer = of(&team.join("identity.age")).map(|tree| tree.root);
        assert_ne!(outer.as_ref(), Some(&root), "it is no work tree yet");
        fs::create_dir(root.join(".git")).expect("a folder");
        let fresh = Tracked { root: root.clone(), added: Some(false), ignored: false };
        assert_eq!(of(&team.join("identity.age")), Some(fresh));
        let mut index = b"DIRC\0\0\0\x02\0\0\0\x01 made up ".to_vec();
        index.extend_from_slice(b"team/identity.age\0\0");
        fs::write(root.join(".git/index"), &index).expect("written");
        fs::write(team.join(".gitignore"), "identity.age\n").expect("written");
        let held = of(&team.join("identity.age")).expect("a work tree");
        assert_eq!((held.added, held.ignored), (Some(true), true));
        assert_eq!(of(&team.join("identity")).and_then(|tree| tree.added), Some(false));
        index[7] = 4;
        fs::write(root.join(".git/index"), &index).expect("written");
        assert_eq!(of(&team.join("identity.age")).and_then(|tree| tree.added), None);
    }

    #[test]
    fn no_pattern_takes_forever() {
        let stars = "*a".repeat(12);
        assert!(!glob(stars.as_bytes(), "a".repeat(11).as_bytes()));
    }
}
