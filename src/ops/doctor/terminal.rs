//! The terminal: size, colours, characters, and what stands between it and the program.

use super::{Examination, Said, Topic};
use crate::domain::text::visible_within;
use crate::host::probe::seat::{Multiplexer, Seat};

/// The rows.
pub(super) static TOPIC: Topic<Seat> = Topic {
    word: "terminal",
    label: "Terminal",
    facts: |facts| &facts.seat,
    rows: &[
        Examination {
            name: "screen",
            doc: "whether the screen can be shown here, and its size",
            look: screen,
        },
        Examination { name: "colours", doc: "how many colours the terminal says it has", look: colours },
        Examination { name: "characters", doc: "whether the locale is UTF-8", look: characters },
        Examination {
            name: "multiplexer",
            doc: "whether tmux, Screen or Zellij lets a copy through",
            look: multiplexer,
        },
        Examination { name: "ssh", doc: "whether the person sits at another machine", look: ssh },
    ],
};

/// Smaller than this, there is one polite line alone.
const LEAST: (u16, u16) = (20, 6);
/// Smaller than this, the screen shows one pane at a time.
const TWO_PANES: (u16, u16) = (60, 14);

fn screen(seat: &Seat) -> Vec<Said> {
    if !seat.terminal {
        return vec![Said::ok("this does not go to a terminal, so its size is not looked at")];
    }
    let term = seat.term.as_ref().map(|term| visible_within(term, 40));
    let (columns, rows) = match (&term, seat.size) {
        (None, _) => return vec![no_screen("TERM is not set")],
        (Some(term), _) if term == "dumb" => return vec![no_screen("TERM is dumb")],
        (Some(term), None) => return vec![Said::note(format!("{term}, which does not say how large it is"))],
        (_, Some(size)) => size,
    };
    let what = format!("{}, {columns} × {rows}", term.unwrap_or_default());
    let below = |least: (u16, u16)| columns < least.0 || rows < least.1;
    vec![if below(LEAST) {
        Said::warning(format!("{what}: too small for the screen"))
            .because(format!("it needs {} × {}", LEAST.0, LEAST.1))
            .try_this("make the window larger; the commands work at any size")
    } else if below(TWO_PANES) {
        Said::note(format!("{what}: room for one pane"))
            .because(format!("list and detail side by side need {} × {}", TWO_PANES.0, TWO_PANES.1))
    } else {
        Said::ok(what)
    }]
}

fn no_screen(because: &str) -> Said {
    let said = Said::warning("the screen cannot be trusted to look right here").because(because);
    said.try_this("export TERM=xterm-256color, or what your terminal calls itself; the commands work anyway")
}

fn colours(seat: &Seat) -> Vec<Said> {
    let term = seat.term.as_deref().unwrap_or_default();
    let full = seat.colorterm.as_deref().is_some_and(|word| word == "truecolor" || word == "24bit");
    vec![Said::ok(match () {
        () if seat.no_colour => "no colours: NO_COLOR is set",
        () if full => "16 million colours (COLORTERM)",
        () if term.ends_with("-direct") => "16 million colours (TERM)",
        () if term.contains("256color") => "256 colours (TERM)",
        () if term.is_empty() || term == "dumb" => "no colours",
        () => "8 or 16 colours, which is all the default theme uses",
    })]
}

fn characters(seat: &Seat) -> Vec<Said> {
    let shown =
        seat.locale.as_ref().map_or_else(|| "none is set".to_owned(), |locale| visible_within(locale, 40));
    vec![if is_utf8(seat) {
        Said::ok(format!("UTF-8 ({shown})"))
    } else {
        Said::note(format!("the locale is not UTF-8 ({shown})"))
            .because("borders and signs may come out as question marks")
            .try_this("export LANG=C.UTF-8, or ascii = true in config.toml")
    }]
}

/// Whether the locale is one of UTF-8. A Mac's terminals are, even where no locale is set.
pub(super) fn is_utf8(seat: &Seat) -> bool {
    let named =
        seat.locale.as_deref().map(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"));
    named.unwrap_or(cfg!(target_os = "macos"))
}

fn multiplexer(seat: &Seat) -> Vec<Said> {
    let needed = seat.desktop.is_none();
    let Some(multiplexer) = &seat.multiplexer else { return Vec::new() };
    let name = match multiplexer {
        Multiplexer::Tmux(_) => "tmux",
        Multiplexer::Screen => "GNU Screen",
        Multiplexer::Zellij => "Zellij",
    };
    let (what, try_this) = match multiplexer {
        Multiplexer::Zellij => {
            return vec![Said::ok("Zellij lets copies through the terminal (OSC 52) pass")];
        }
        Multiplexer::Tmux(Some(word)) if word == "on" => {
            return vec![
                Said::note("tmux lets copies through the terminal (OSC 52) pass, and keeps them")
                    .because("set-clipboard is on: a copied secret also becomes a paste buffer of tmux")
                    .try_this("after such a copy: tmux delete-buffer"),
            ];
        }
        Multiplexer::Tmux(Some(_)) => {
            ("tmux keeps copies through the terminal (OSC 52) from passing", "tmux set -g set-clipboard on")
        }
        Multiplexer::Tmux(None) => (
            "tmux does not say whether it lets copies through the terminal (OSC 52) pass",
            "tmux show -gv set-clipboard",
        ),
        Multiplexer::Screen => (
            "GNU Screen keeps copies through the terminal (OSC 52) from passing",
            "birdkeep get NAME FIELD into a pipe",
        ),
    };
    // Where there is a desktop's clipboard, nothing goes through the terminal.
    vec![if needed {
        Said::note(what).try_this(try_this)
    } else {
        Said::ok(format!("{name}, beside a desktop clipboard"))
    }]
}

fn ssh(seat: &Seat) -> Vec<Said> {
    if !seat.ssh {
        return Vec::new();
    }
    vec![
        Said::note("over SSH")
            .because("a browser started here would not be seen where you sit")
            .try_this("log bots in with birdkeep authorize NAME --no-browser, or by PIN"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::super::tests::{one, said};
    use super::*;
    use crate::host::probe::seat::Desktop;

    fn seat() -> Seat {
        Seat {
            terminal: true,
            size: Some((120, 36)),
            term: Some("xterm-256color".into()),
            locale: Some("C.UTF-8".into()),
            ..Seat::default()
        }
    }

    #[test]
    fn a_terminal_is_judged_by_what_it_says_of_itself() {
        let tmux = |word: &str| Some(Multiplexer::Tmux(Some(word.into())));
        let rows: &[(&str, Seat, Level, &str)] = &[
            ("screen", seat(), Level::Ok, "xterm-256color, 120 × 36"),
            ("screen", Seat { size: Some((59, 36)), ..seat() }, Level::Note, "one pane"),
            ("screen", Seat { size: Some((120, 5)), ..seat() }, Level::Warning, "too small"),
            ("screen", Seat { size: None, ..seat() }, Level::Note, "how large"),
            ("screen", Seat { term: None, ..seat() }, Level::Warning, "TERM is not set"),
            ("screen", Seat { term: Some("dumb".into()), ..seat() }, Level::Warning, "dumb"),
            (
                "screen",
                Seat { terminal: false, term: None, ..seat() },
                Level::Ok,
                "does not go to a terminal",
            ),
            ("screen", Seat { term: Some("\u{1b}[2J".into()), ..seat() }, Level::Ok, "\\x1b"),
            ("colours", seat(), Level::Ok, "256"),
            ("colours", Seat { colorterm: Some("truecolor".into()), ..seat() }, Level::Ok, "16 million"),
            ("colours", Seat { no_colour: true, ..seat() }, Level::Ok, "NO_COLOR"),
            ("colours", Seat { term: Some("linux".into()), ..seat() }, Level::Ok, "8 or 16"),
            ("characters", seat(), Level::Ok, "UTF-8"),
            ("characters", Seat { locale: Some("de_AT.utf8".into()), ..seat() }, Level::Ok, "de_AT"),
            ("characters", Seat { locale: Some("C".into()), ..seat() }, Level::Note, "ascii = true"),
            ("multiplexer", Seat { multiplexer: tmux("on"), ..seat() }, Level::Note, "delete-buffer"),
            (
                "multiplexer",
                Seat { multiplexer: tmux("external"), ..seat() },
                Level::Note,
                "set-clipboard on",
            ),
            (
                "multiplexer",
                Seat { multiplexer: tmux("off"), desktop: Some(Desktop::X11), ..seat() },
                Level::Ok,
                "desktop clipboard",
            ),
            (
                "multiplexer",
                Seat { multiplexer: Some(Multiplexer::Screen), ..seat() },
                Level::Note,
                "birdkeep get",
            ),
            ("ssh", Seat { ssh: true, ..seat() }, Level::Note, "--no-browser"),
        ];
        for (name, seat, level, words) in rows {
            let (found, text) = one(&TOPIC, name, seat);
            assert!(found == *level && text.contains(words), "{name} {found:?}: {text}");
        }
        assert_eq!(said(&TOPIC, "ssh", &seat()), []);
    }
}
