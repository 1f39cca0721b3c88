//! The names of the programs that run. What they were started with is only searched, never shown.

use std::fs;
use std::path::Path;

/// The most processes that are looked at.
const MOST: usize = 20_000;

/// One process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Process {
    /// The first fifteen characters of its name: the kernel keeps no more.
    pub name: String,
    /// What it was started with, words ended by zero bytes; empty where that is not ours to read.
    pub line: String,
}

/// Every process there is; `None`: it cannot be told here.
pub fn all() -> Option<Vec<Process>> {
    below(Path::new("/proc"))
}

fn below(proc: &Path) -> Option<Vec<Process>> {
    let entries = fs::read_dir(proc).ok()?;
    let process = |entry: fs::DirEntry| {
        entry.file_name().to_str()?.parse::<u32>().ok()?;
        let name = super::text(&entry.path().join("comm"))?;
        Some(Process { name, line: super::text(&entry.path().join("cmdline")).unwrap_or_default() })
    };
    let found: Vec<Process> = entries.flatten().take(MOST).filter_map(process).collect();
    // An empty list is that of a /proc that is not mounted, not that of a machine.
    (!found.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_other_files_passed_over() {
        let proc = tempfile::tempdir().expect("a temporary folder");
        assert_eq!(below(proc.path()), None);
        for (folder, name) in [("17", "copyq\n"), ("18", "wl-paste\n"), ("sys", "no process\n")] {
            fs::create_dir(proc.path().join(folder)).expect("a folder");
            fs::write(proc.path().join(folder).join("comm"), name).expect("written");
        }
        fs::write(proc.path().join("18/cmdline"), "wl-paste\0--watch\0cliphist\0store\0").expect("written");
        let mut found = below(proc.path()).expect("two processes");
        found.sort_by(|a, b| a.name.cmp(&b.name));
        let names: Vec<&str> = found.iter().map(|process| process.name.as_str()).collect();
        assert_eq!(names, ["copyq", "wl-paste"]);
        assert!(found[1].line.contains("\0cliphist\0"));
    }
}
