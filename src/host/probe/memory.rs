//! Where what is in memory could end up: core dumps, other processes, swap, the image of a hibernation.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::text;
use crate::host::hardening;

/// How deep disks are stacked on disks at most.
const STACKED: usize = 8;

/// What is known of this process's memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Whether this build wipes what it frees.
    pub wipes: bool,
    /// Whether the system would write this process's memory down, or show it to others of the same user.
    pub dumpable: Option<bool>,
    /// The most a core dump may hold, in bytes.
    pub core_limit: Option<u64>,
    /// What the system does with core dumps: `|/usr/lib/…`, or a file's name.
    pub core_pattern: Option<String>,
    /// Yama's rule on who may look into a process, 0 to 3.
    pub ptrace_scope: Option<u8>,
    /// Where memory is swapped to. `None`: it cannot be told here.
    pub swaps: Option<Vec<Swap>>,
    /// Whether the machine can write all of its memory to a disk and switch itself off.
    pub hibernates: Option<bool>,
}

/// A place memory is swapped to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Swap {
    /// Its path.
    pub path: String,
    /// What becomes of it there.
    pub kind: SwapKind,
}

/// What becomes of memory in a swap space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwapKind {
    /// It stays in memory, compressed.
    InMemory,
    /// It is encrypted on its way to the disk.
    Encrypted,
    /// It stands on the disk as it is, as far as can be told.
    Plain,
    /// Nobody can tell from here.
    Unknown,
}

/// Looks at this process and this system.
pub fn look() -> Memory {
    Memory {
        wipes: hardening::wipes(),
        dumpable: dumpable(),
        core_limit: Some(
            rustix::process::getrlimit(rustix::process::Resource::Core).current.unwrap_or(u64::MAX),
        ),
        ..system(Path::new("/"))
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn dumpable() -> Option<bool> {
    use rustix::process::{DumpableBehavior, dumpable_behavior};
    dumpable_behavior().ok().map(|behaviour| behaviour != DumpableBehavior::NotDumpable)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
const fn dumpable() -> Option<bool> {
    None
}

/// What the files below `root` tell of the system.
fn system(root: &Path) -> Memory {
    let swaps = text(&root.join("proc/swaps"));
    Memory {
        core_pattern: text(&root.join("proc/sys/kernel/core_pattern")),
        ptrace_scope: text(&root.join("proc/sys/kernel/yama/ptrace_scope"))
            .and_then(|text| text.parse().ok()),
        swaps: swaps.map(|text| swap_spaces(&text, root)),
        hibernates: hibernates(root),
        ..Memory::default()
    }
}

/// The lines of `/proc/swaps` below the heading.
fn swap_spaces(text: &str, root: &Path) -> Vec<Swap> {
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        // The kernel writes a space as \040.
        let path = words.next()?.replace("\\040", " ");
        let kind = kind_of(&path, words.next()? == "partition", root);
        Some(Swap { path, kind })
    };
    text.lines().skip(1).filter_map(line).collect()
}

fn kind_of(path: &str, is_disk: bool, root: &Path) -> SwapKind {
    let name = path.rsplit('/').next().unwrap_or_default();
    if name.starts_with("zram") {
        return SwapKind::InMemory;
    }
    let here = root.join(path.trim_start_matches('/'));
    let disk = if is_disk {
        // /dev/mapper/… is a link to the name the kernel uses.
        let real = fs::canonicalize(&here).ok();
        let name = real.as_deref().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or(name);
        Some(root.join("sys/class/block").join(name))
    } else {
        fs::metadata(&here).ok().map(|meta| {
            let (major, minor) = (rustix::fs::major(meta.dev()), rustix::fs::minor(meta.dev()));
            root.join(format!("sys/dev/block/{major}:{minor}"))
        })
    };
    match disk.filter(|disk| disk.exists()) {
        Some(disk) if is_encrypted(&disk, STACKED) => SwapKind::Encrypted,
        Some(_) => SwapKind::Plain,
        // Some file systems have a number of their own that is no disk's.
        None => SwapKind::Unknown,
    }
}

/// Whether a disk, or every disk it is made of, is the inner side of dm-crypt.
fn is_encrypted(disk: &Path, depth: usize) -> bool {
    if text(&disk.join("dm/uuid")).is_some_and(|uuid| uuid.starts_with("CRYPT-")) {
        return true;
    }
    // A partition is a folder in that of its disk, and has nothing below it.
    let below: Vec<PathBuf> =
        fs::read_dir(disk.join("slaves")).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    depth > 0 && !below.is_empty() && below.iter().all(|disk| is_encrypted(disk, depth - 1))
}

fn hibernates(root: &Path) -> Option<bool> {
    let states = text(&root.join("sys/power/state"))?;
    let switched_off = text(&root.join("sys/power/disk")).is_some_and(|how| how == "[disabled]");
    // Without a place to resume from the image would never be read again.
    let resumes = text(&root.join("sys/power/resume")).is_some_and(|device| device != "0:0");
    Some(states.split_whitespace().any(|state| state == "disk") && !switched_off && resumes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &[(&str, &str)]) -> (tempfile::TempDir, Memory) {
        let root = tempfile::tempdir().expect("a temporary folder");
        for (name, contents) in files {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
            fs::write(path, contents).expect("written");
        }
        let memory = system(root.path());
        (root, memory)
    }

    const SWAPS: &str = "Filename\t\t\t\tType\t\tSize\tUsed\tPriority\n";

    #[test]
    fn swap_is_encrypted_when_every_disk_below_it_is() {
        let swap = |line: &str| format!("{SWAPS}{line}\n");
        let crypt = "CRYPT-LUKS2-0123-made-up\n";
        for (line, files, wanted) in [
            ("/dev/zram0 partition 1 0 100", vec![], SwapKind::InMemory),
            ("/dev/sda2 partition 1 0 -2", vec![("sys/class/block/sda2/size", "1")], SwapKind::Plain),
            (
                "/dev/dm-1 partition 1 0 -2",
                vec![("sys/class/block/dm-1/dm/uuid", crypt)],
                SwapKind::Encrypted,
            ),
            (
                "/dev/dm-2 partition 1 0 -2",
                vec![
                    ("sys/class/block/dm-2/dm/uuid", "LVM-made-up"),
                    ("sys/class/block/dm-2/slaves/dm-0/dm/uuid", crypt),
                ],
                SwapKind::Encrypted,
            ),
            (
                "/dev/dm-3 partition 1 0 -2",
                vec![
                    ("sys/class/block/dm-3/slaves/dm-0/dm/uuid", crypt),
                    ("sys/class/block/dm-3/slaves/sdb1/size", "1"),
                ],
                SwapKind::Plain,
            ),
            ("/dev/sdz9 partition 1 0 -2", vec![], SwapKind::Unknown),
            ("/swap\\040file file 1 0 -2", vec![], SwapKind::Unknown),
        ] {
            let text = swap(line);
            let mut all = vec![("proc/swaps", text.as_str())];
            all.extend(files);
            let (_root, memory) = machine(&all);
            let kinds: Vec<_> = memory.swaps.expect("it can be told").iter().map(|swap| swap.kind).collect();
            assert_eq!(kinds, [wanted], "{line}");
        }
        let (_root, none) = machine(&[("proc/swaps", SWAPS)]);
        assert_eq!(none.swaps, Some(vec![]));
    }

    #[test]
    fn a_machine_that_tells_nothing_is_taken_at_its_word() {
        let (_root, memory) = machine(&[]);
        assert_eq!(memory, Memory::default());
        let (_root, odd) = machine(&[("proc/sys/kernel/yama/ptrace_scope", "many")]);
        assert_eq!(odd.ptrace_scope, None);
    }

    #[test]
    fn a_machine_hibernates_when_it_can_write_and_find_the_image() {
        for (state, disk, resume, wanted) in [
            ("freeze mem disk", "[platform] shutdown", "259:3", true),
            ("freeze mem disk", "[disabled]", "259:3", false),
            ("freeze mem disk", "[platform]", "0:0", false),
            ("freeze mem", "", "259:3", false),
        ] {
            let files = [("sys/power/state", state), ("sys/power/disk", disk), ("sys/power/resume", resume)];
            let (_root, memory) = machine(&files);
            assert_eq!(memory.hibernates, Some(wanted), "{state} {disk} {resume}");
        }
    }

    #[test]
    fn this_machine_can_be_looked_at() {
        let memory = look();
        assert!(memory.core_limit.is_some());
    }
}
