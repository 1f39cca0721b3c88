//! Ways out for a copy and for a page: clipboard, histories that keep what is copied, browser.

use super::{Examination, Level, Said, Topic};
use crate::domain::text::visible_within;
use crate::host::probe::processes::Process;
use crate::host::probe::seat::{Desktop, Seat};

/// The rows.
pub(super) static TOPIC: Topic<Seat> = Topic {
    word: "desktop",
    label: "Clipboard and browser",
    facts: |facts| &facts.seat,
    rows: &[
        Examination { name: "clipboard", doc: "which way a copy takes", look: clipboard },
        Examination {
            name: "histories",
            doc: "clipboard histories that keep what is copied",
            look: histories,
        },
        Examination { name: "browser", doc: "what opens the pages of a login", look: browser },
    ],
};

fn clipboard(seat: &Seat) -> Vec<Said> {
    let through_terminal = |because: &str| {
        Said::note("copies go through the terminal (OSC 52)")
            .because(format!("{because}; nobody can tell whether such a copy is cleared"))
            .try_this("birdkeep get NAME FIELD into a pipe needs no clipboard")
    };
    vec![match seat.desktop {
        _ if !seat.clipboard_built_in => through_terminal("this build has no desktop clipboard"),
        None => through_terminal("there is no desktop here"),
        Some(Desktop::Wayland) => {
            Said::ok("copies go to the desktop’s clipboard (Wayland), marked as secret")
        }
        Some(Desktop::X11) => Said::ok("copies go to the desktop’s clipboard (X11), marked as secret"),
        Some(Desktop::Mac) => Said::ok("copies go to the Mac’s clipboard, marked as secret"),
    }]
}

/// A program that remembers what was copied.
struct History {
    /// What a person calls it.
    name: &'static str,
    /// The name of its process.
    process: &'static str,
    /// It runs inside another program, which is told its name.
    hosted: bool,
    /// Whether it leaves out what is marked as secret (`x-kde-passwordManagerHint`), as far as known.
    heeds: bool,
}

const HISTORIES: &[History] = &[
    History { name: "Klipper", process: "klipper", hosted: false, heeds: true },
    History { name: "CopyQ", process: "copyq", hosted: false, heeds: false },
    History { name: "GPaste", process: "gpaste-daemon", hosted: false, heeds: false },
    History { name: "cliphist", process: "cliphist", hosted: true, heeds: false },
    History { name: "clipman", process: "clipman", hosted: true, heeds: false },
    History { name: "Xfce’s Clipman", process: "xfce4-clipman", hosted: false, heeds: false },
    History { name: "Parcellite", process: "parcellite", hosted: false, heeds: false },
    History { name: "ClipIt", process: "clipit", hosted: false, heeds: false },
    History { name: "Diodon", process: "diodon", hosted: false, heeds: false },
    History { name: "Clipse", process: "clipse", hosted: false, heeds: false },
    History { name: "clipmenu", process: "clipmenud", hosted: false, heeds: false },
    History { name: "Greenclip", process: "greenclip", hosted: false, heeds: false },
    History { name: "wl-clip-persist", process: "wl-clip-persist", hosted: false, heeds: false },
];

impl History {
    /// The kernel cuts names after fifteen characters.
    fn is(&self, process: &Process) -> bool {
        let cut = |name: &str| name.chars().take(15).collect::<String>();
        let started = |word: &str| word.rsplit('/').next() == Some(self.process);
        cut(&process.name) == cut(self.process)
            || (self.hosted && process.name == "wl-paste" && process.line.split('\0').any(started))
    }
}

fn histories(seat: &Seat) -> Vec<Said> {
    let Some(processes) = &seat.processes else {
        return vec![Said::note("whether a clipboard history runs cannot be told here")];
    };
    let runs = |history: &&History| processes.iter().any(|process| history.is(process));
    let said = |history: &History| {
        let because = if history.heeds {
            "it leaves out what is marked as secret, unless it was told otherwise"
        } else {
            "it may keep a copied secret after birdkeep has cleared it"
        };
        let level = if history.heeds { Level::Note } else { Level::Warning };
        Said::new(level, format!("{} remembers what is copied", history.name))
            .because(because)
            .try_this("pause it while you copy secrets, or use birdkeep get and a pipe")
    };
    let found: Vec<Said> = HISTORIES.iter().filter(runs).map(said).collect();
    if found.is_empty() { vec![Said::ok("no clipboard history that is known runs")] } else { found }
}

fn browser(seat: &Seat) -> Vec<Said> {
    let shown = |program: &str| visible_within(program, 80);
    let nothing = |because: String| {
        Said::note("no browser can be opened from here")
            .because(because)
            .try_this("a login always shows its address: open it on any machine, then paste what comes back")
    };
    if let Some((program, _)) = seat.browsers.iter().find(|(_, there)| *there) {
        return vec![Said::ok(format!("pages are opened by {} (BROWSER)", shown(program)))];
    }
    if let Some((program, _)) = seat.browsers.first() {
        return vec![nothing(format!("BROWSER names {}, which is not there", shown(program)))];
    }
    vec![match &seat.opener {
        Some((program, true)) if seat.desktop.is_some() => Said::ok(format!("pages are opened by {program}")),
        Some((_, true)) => nothing("there is no desktop here to show one".to_owned()),
        Some((program, false)) => nothing(format!("there is no {program}, and BROWSER is not set")),
        None => nothing("BROWSER names nothing".to_owned()),
    }]
}

#[cfg(test)]
mod tests {
    use super::super::tests::{one, said};
    use super::*;

    fn seat() -> Seat {
        Seat { clipboard_built_in: true, processes: Some(Vec::new()), ..Seat::default() }
    }

    fn running(name: &str, line: &str) -> Seat {
        let processes = Some(vec![Process { name: name.into(), line: line.into() }]);
        Seat { processes, ..seat() }
    }

    #[test]
    fn the_way_of_a_copy_and_of_a_page_is_told() {
        let browsers = |there| vec![("/nowhere/lynx".to_owned(), false), ("w3m".to_owned(), there)];
        let opener = |there| Some(("xdg-open".to_owned(), there));
        let desk = |desktop| Seat { desktop: Some(desktop), ..seat() };
        let rows: &[(&str, Seat, Level, &str)] = &[
            ("clipboard", desk(Desktop::Wayland), Level::Ok, "Wayland"),
            ("clipboard", desk(Desktop::X11), Level::Ok, "X11"),
            ("clipboard", seat(), Level::Note, "OSC 52"),
            (
                "clipboard",
                Seat { clipboard_built_in: false, ..desk(Desktop::X11) },
                Level::Note,
                "this build",
            ),
            ("browser", Seat { browsers: browsers(true), ..seat() }, Level::Ok, "w3m (BROWSER)"),
            ("browser", Seat { browsers: browsers(false), ..seat() }, Level::Note, "/nowhere/lynx"),
            ("browser", Seat { opener: opener(true), ..desk(Desktop::X11) }, Level::Ok, "xdg-open"),
            ("browser", Seat { opener: opener(true), ..seat() }, Level::Note, "no desktop"),
            ("browser", Seat { opener: opener(false), ..desk(Desktop::X11) }, Level::Note, "no xdg-open"),
            ("histories", Seat { processes: None, ..seat() }, Level::Note, "cannot be told"),
            ("histories", running("bash", "bash\0cliphist\0"), Level::Ok, "no clipboard history"),
            ("histories", running("klipper", ""), Level::Note, "Klipper"),
            ("histories", running("copyq", ""), Level::Warning, "CopyQ"),
            ("histories", running("wl-clip-persist", ""), Level::Warning, "wl-clip-persist"),
            (
                "histories",
                running("wl-paste", "wl-paste\0--watch\0/usr/bin/cliphist\0store\0"),
                Level::Warning,
                "cliphist",
            ),
        ];
        for (name, seat, level, words) in rows {
            let (found, text) = one(&TOPIC, name, seat);
            assert!(found == *level && text.contains(words), "{name} {found:?}: {text}");
        }
    }

    #[test]
    fn every_history_is_known_by_the_name_the_kernel_keeps() {
        for history in HISTORIES {
            let cut: String = history.process.chars().take(15).collect();
            assert_eq!(said(&TOPIC, "histories", &running(&cut, "")).len(), 1, "{}", history.name);
        }
    }
}
