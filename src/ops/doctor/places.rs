//! Where the files lie: who could replace them, whether git or a sync program takes them along, what the disk is like.

use std::path::PathBuf;

use super::words::{argument, bytes, path, some};
use super::{Examination, Said, Topic};
use crate::host::probe::disk::{Disk, Lacks};
use crate::host::probe::git::Tracked;

/// What is known of the folders and disks.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// Folders above any of the files in which others could put something else in their place.
    pub(super) open: Vec<PathBuf>,
    pub(super) identity: InGit,
    /// Whether the identity stands in the clear.
    pub(super) clear: bool,
    pub(super) vault: InGit,
    /// What lies beside the vault and belongs to this machine alone, and whether git ignores it.
    pub(super) beside: Vec<(PathBuf, bool)>,
    pub(super) disks: Vec<Below>,
    /// The size of the vault, in bytes.
    pub(super) size: u64,
}

/// A file and the work tree it is in.
#[derive(Clone, Debug)]
pub(super) struct InGit {
    pub(super) path: PathBuf,
    /// Whether the file is there.
    pub(super) there: bool,
    pub(super) tracked: Option<Tracked>,
}

/// What is below one of the folders.
#[derive(Clone, Debug)]
pub(super) struct Below {
    /// `vault`, `state folder`.
    pub(super) label: &'static str,
    pub(super) disk: Option<Disk>,
    /// The program that keeps the folder in step with other machines.
    pub(super) synced: Option<&'static str>,
}

/// The rows.
pub(super) static TOPIC: Topic<Places> = Topic {
    word: "places",
    label: "Folders and disks",
    facts: |facts| &facts.places,
    rows: &[
        Examination {
            name: "folders",
            doc: "folders in which others could replace the files",
            look: folders,
        },
        Examination {
            name: "identity-in-git",
            doc: "whether git takes the identity along",
            look: identity_in_git,
        },
        Examination {
            name: "vault-in-git",
            doc: "whether what belongs beside the vault is ignored",
            look: vault_in_git,
        },
        Examination {
            name: "file-system",
            doc: "file systems without locks, modes or memory",
            look: file_system,
        },
        Examination {
            name: "sync-folder",
            doc: "programs that copy the folder to other machines",
            look: sync_folder,
        },
        Examination { name: "room", doc: "room on the disks of vault and state", look: room },
    ],
};

fn folders(places: &Places) -> Vec<Said> {
    let names: Vec<String> = places.open.iter().map(|folder| path(folder)).collect();
    if names.is_empty() {
        return vec![Said::ok("nobody else can replace the files")];
    }
    let arguments: Vec<String> = places.open.iter().map(|folder| argument(folder)).collect();
    vec![
        Said::warning(format!("others can replace what lies in {}", some(&names)))
            .because("they own it or may write to it, and could put another vault or identity there")
            .try_this(format!("chmod go-w {}, where they are yours", arguments.join(" "))),
    ]
}

fn identity_in_git(places: &Places) -> Vec<Said> {
    let Some(tracked) = &places.identity.tracked else {
        let ok = Said::ok("the identity lies in no git work tree");
        return if places.identity.there { vec![ok] } else { Vec::new() };
    };
    let (root, file) = (path(&tracked.root), argument(&places.identity.path));
    let name =
        places.identity.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let together = places.vault.tracked.as_ref().is_some_and(|vault| vault.root == tracked.root);
    let exposed = if places.clear {
        "whoever gets a copy of the repository opens the vault"
    } else {
        "whoever gets a copy of the repository can guess at its passphrase for ever"
    };
    let ignore = format!("add a line {} to {root}/.gitignore", argument(name.as_ref()));
    vec![match tracked {
        Tracked { added: Some(true), .. } => {
            Said::trouble(format!("the identity is in the git repository {root}"))
                .because(format!("{exposed}, and its history keeps it"))
                .try_this(format!("git rm --cached {file}, then {ignore}"))
        }
        Tracked { ignored: true, .. } => Said::ok(format!("git ignores the identity in {root}")),
        _ if places.clear || together => {
            let both = if together { "the vault’s own git work tree" } else { "a git work tree" };
            Said::trouble(format!("the identity lies in {both}, and git does not ignore it: {root}"))
                .because(format!("one “git add .” is enough, and {exposed}"))
                .try_this(ignore)
        }
        _ => Said::warning(format!("the identity lies in a git work tree that does not ignore it: {root}"))
            .because(format!("one “git add .” is enough, and {exposed}"))
            .try_this(ignore),
    }]
}

fn vault_in_git(places: &Places) -> Vec<Said> {
    let Some(tracked) = &places.vault.tracked else { return Vec::new() };
    let root = path(&tracked.root);
    let open: Vec<String> =
        places.beside.iter().filter(|(_, ignored)| !ignored).map(|(beside, _)| path(beside)).collect();
    if open.is_empty() {
        return vec![Said::ok(format!("the vault lies in the git work tree {root}"))];
    }
    vec![
        Said::note(format!("git does not ignore {}", open.join(" and ")))
            .because("the lock and the backups belong to one machine alone")
            .try_this(format!("add the lines vault.lock and backups/ to {root}/.gitignore")),
    ]
}

fn file_system(places: &Places) -> Vec<Said> {
    let odd = |below: &Below| {
        let (kind, label) = (below.disk?.kind?, below.label);
        let said = Said::warning(format!("the {label} lies on {}", kind.name));
        Some(match kind.lacks {
            Lacks::Locks => said
                .because(
                    "locks and finished writes are not always real there; a save checks itself all the same",
                )
                .try_this("do not save from two machines at the same time"),
            Lacks::Modes => said
                .because("modes mean nothing there, so others may read what is meant to be private")
                .try_this("keep the identity on another disk: --identity FILE"),
            Lacks::Keeping => said
                .because("it lies in memory and is gone when the machine starts anew")
                .try_this("set XDG_DATA_HOME and XDG_STATE_HOME to folders that stay"),
        })
    };
    let found: Vec<Said> = places.disks.iter().filter_map(odd).collect();
    if found.is_empty() {
        vec![Said::ok("vault and state lie on file systems that are good for them")]
    } else {
        found
    }
}

fn sync_folder(places: &Places) -> Vec<Said> {
    let synced = |below: &Below| {
        let said = Said::warning(format!("the {} lies in a folder of {}", below.label, below.synced?));
        let said = said
            .because("it may copy half a save, or bring an older one back; birdkeep notices both and stops");
        Some(said.try_this("share a vault through git, or save on one machine at a time"))
    };
    places.disks.iter().filter_map(synced).collect()
}

/// Below this much a person wants to know, whatever the vault weighs.
const LOW: u64 = 64 << 20;

fn room(places: &Places) -> Vec<Said> {
    // The new file, the one that is verified, and journals.
    let needed = places.size.saturating_mul(2).saturating_add(1 << 20);
    let short = |below: &Below| {
        let (disk, label) = (below.disk?, below.label);
        let left = bytes(disk.free);
        if disk.read_only {
            let said = Said::warning(format!("the disk of the {label} is mounted read-only"));
            return Some(said.because("nothing can be saved there").try_this("mount it for writing"));
        }
        if disk.free < needed || disk.has_names == Some(false) {
            let left = if disk.has_names == Some(false) { "no names for new files".to_owned() } else { left };
            let said = Said::trouble(format!("the disk of the {label} is full: {left} left"));
            return Some(
                said.because("the next save would fail; the vault stays whole").try_this("make room there"),
            );
        }
        let low = || Said::warning(format!("{left} left on the disk of the {label}"));
        (disk.free < LOW)
            .then(|| low().because("saves will fail when it is full").try_this("make room there"))
    };
    let found: Vec<Said> = places.disks.iter().filter_map(short).collect();
    let free = places.disks.iter().filter_map(|below| below.disk).map(|disk| disk.free).min();
    match free {
        Some(free) if found.is_empty() => {
            vec![Said::ok(format!("{} left where vault and state lie", bytes(free)))]
        }
        _ => found,
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::super::tests::{one, said};
    use super::*;
    use crate::host::probe::disk::KINDS;

    fn disk() -> Disk {
        Disk { free: 1 << 34, has_names: Some(true), read_only: false, kind: None }
    }

    fn fine() -> Places {
        let at = |path: &str| InGit { path: path.into(), there: true, tracked: None };
        Places {
            open: Vec::new(),
            identity: at("/c/identity.age"),
            clear: false,
            vault: at("/d/vault.age"),
            beside: vec![("/d/vault.lock".into(), true), ("/d/backups".into(), true)],
            disks: vec![Below { label: "vault", disk: Some(disk()), synced: None }],
            size: 10 << 20,
        }
    }

    #[test]
    fn nothing_is_made_of_what_is_fine() {
        for row in TOPIC.rows {
            for (level, text) in said(&TOPIC, row.name, &fine()) {
                assert_eq!(level, Level::Ok, "{}: {text}", row.name);
            }
        }
    }

    #[test]
    fn git_and_the_identity_are_judged_by_what_would_get_out() {
        for (root, added, ignored, clear, level, words) in [
            ("/c", Some(false), false, false, Level::Warning, "git add ."),
            ("/c", Some(false), true, false, Level::Ok, "ignores"),
            ("/c", Some(false), false, true, Level::Trouble, "opens the vault"),
            ("/d", Some(false), false, false, Level::Trouble, "the vault’s own git work tree"),
            ("/d", None, true, false, Level::Ok, "ignores"),
            ("/d", Some(true), true, false, Level::Trouble, "git rm --cached /c/identity.age"),
        ] {
            let mut places = Places { clear, ..fine() };
            places.vault.tracked = Some(Tracked { root: "/d".into(), added: Some(true), ignored: false });
            places.identity.tracked = Some(Tracked { root: root.into(), added, ignored });
            let (found, text) = one(&TOPIC, "identity-in-git", &places);
            assert_eq!(found, level, "{text}");
            assert!(text.contains(words), "{text}");
        }
    }

    #[test]
    fn what_is_this_machines_own_should_stay_out_of_git() {
        let mut places = fine();
        places.vault.tracked = Some(Tracked { root: "/d".into(), added: Some(true), ignored: false });
        assert_eq!(one(&TOPIC, "vault-in-git", &places).0, Level::Ok);
        places.beside[1].1 = false;
        let (level, text) = one(&TOPIC, "vault-in-git", &places);
        assert!(
            level == Level::Note && text.contains("/d/backups") && !text.contains("/d/vault.lock and"),
            "{text}"
        );
    }

    #[test]
    fn disks_are_judged_by_what_they_lack() {
        for (change, name, level, words) in [
            (Disk { read_only: true, ..disk() }, "room", Level::Warning, "read-only"),
            (Disk { free: 20 << 20, ..disk() }, "room", Level::Trouble, "full: 20 MiB"),
            (Disk { free: 22 << 20, ..disk() }, "room", Level::Warning, "22 MiB left"),
            (Disk { has_names: Some(false), ..disk() }, "room", Level::Trouble, "no names"),
        ] {
            let mut places = fine();
            places.disks[0].disk = Some(change);
            let (found, text) = one(&TOPIC, name, &places);
            assert!(found == level && text.contains(words), "{found:?} {text}");
        }
        for kind in KINDS {
            let mut places = fine();
            places.disks[0].disk = Some(Disk { kind: Some(kind), ..disk() });
            let (level, text) = one(&TOPIC, "file-system", &places);
            assert!(level == Level::Warning && text.contains(kind.name), "{text}");
        }
        let mut places = fine();
        places.disks[0].synced = Some("Dropbox");
        assert!(one(&TOPIC, "sync-folder", &places).1.contains("Dropbox"));
    }

    #[test]
    fn open_folders_are_named_together() {
        let places = Places { open: vec!["/home/my team".into(), "/home".into()], ..fine() };
        let (level, text) = one(&TOPIC, "folders", &places);
        assert!(level == Level::Warning && text.contains("chmod go-w '/home/my team' /home,"), "{text}");
    }
}
