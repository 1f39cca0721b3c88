//! Where the person sits: terminal, desktop, the way in between. The terminal itself is never asked anything.

use std::ffi::OsString;
use std::io::{self, IsTerminal as _};

use super::{Variable, programs};

/// What is known of the seat.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seat {
    /// Whether the answers go to a terminal.
    pub terminal: bool,
    /// Columns and rows.
    pub size: Option<(u16, u16)>,
    /// `TERM`.
    pub term: Option<String>,
    /// `COLORTERM`.
    pub colorterm: Option<String>,
    /// Whether `NO_COLOR` is set.
    pub no_colour: bool,
    /// The locale in force for characters: the first of `LC_ALL`, `LC_CTYPE`, `LANG` that is set.
    pub locale: Option<String>,
    /// What stands between the program and the terminal.
    pub multiplexer: Option<Multiplexer>,
    /// Whether it came over SSH.
    pub ssh: bool,
    /// Which desktop's clipboard can be reached.
    pub desktop: Option<Desktop>,
    /// `XDG_CURRENT_DESKTOP`.
    pub session: Option<String>,
    /// Whether this build has a desktop clipboard.
    pub clipboard_built_in: bool,
    /// Which known clipboard histories run; `None`: it cannot be told here.
    pub processes: Option<Vec<super::processes::Process>>,
    /// `BROWSER`: the programs it names, and whether they are there.
    pub browsers: Vec<(String, bool)>,
    /// The desktop's own opener of pages, and whether it is there.
    pub opener: Option<(String, bool)>,
}

/// A program that shows several terminals in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Multiplexer {
    /// tmux, with its `set-clipboard`; `None`: it did not say.
    Tmux(Option<String>),
    /// GNU Screen.
    Screen,
    /// Zellij.
    Zellij,
}

/// A desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Desktop {
    /// Wayland.
    Wayland,
    /// X11, perhaps forwarded.
    X11,
    /// A Mac.
    Mac,
}

/// The desktop's own way to open a page.
const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// Looks at the variables, the size of the terminal and the programs that run.
pub fn look(variable: Variable<'_>) -> Seat {
    let size = rustix::termios::tcgetwinsize(rustix::stdio::stdout()).ok();
    Seat {
        terminal: io::stdout().is_terminal(),
        size: size.map(|size| (size.ws_col, size.ws_row)).filter(|size| *size != (0, 0)),
        processes: super::processes::all(),
        clipboard_built_in: cfg!(feature = "desktop-clipboard"),
        ..said(variable)
    }
}

/// What the variables tell.
fn said(variable: Variable<'_>) -> Seat {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let text = |name: &str| set(name).map(|value| value.to_string_lossy().into_owned());
    let path: Option<OsString> = set("PATH");
    let found = |program: &str| programs::find(program, path.as_deref()).is_some();
    let browser = text("BROWSER");
    let commands =
        browser.iter().flat_map(|text| text.split(':')).filter_map(|line| line.split_whitespace().next());
    Seat {
        term: text("TERM"),
        colorterm: text("COLORTERM"),
        no_colour: set("NO_COLOR").is_some(),
        locale: ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(text),
        multiplexer: multiplexer(&text, path.as_ref()),
        ssh: ["SSH_CONNECTION", "SSH_TTY"].into_iter().any(|name| set(name).is_some()),
        desktop: desktop(&|name| set(name).is_some()),
        session: text("XDG_CURRENT_DESKTOP").or_else(|| text("XDG_SESSION_TYPE")),
        browsers: commands.map(|program| (program.to_owned(), found(program))).collect(),
        opener: browser.is_none().then(|| (OPENER.to_owned(), found(OPENER))),
        ..Seat::default()
    }
}

fn multiplexer(text: &dyn Fn(&str) -> Option<String>, path: Option<&OsString>) -> Option<Multiplexer> {
    if text("TMUX").is_some() {
        let tmux = programs::find("tmux", path.map(OsString::as_os_str));
        let said = tmux.and_then(|tmux| programs::ask(&tmux, &["show", "-gv", "set-clipboard"]));
        return Some(Multiplexer::Tmux(said.filter(|word| !word.is_empty())));
    }
    let screen = text("STY").map(|_| Multiplexer::Screen);
    screen.or_else(|| text("ZELLIJ").map(|_| Multiplexer::Zellij))
}

fn desktop(set: &dyn Fn(&str) -> bool) -> Option<Desktop> {
    match () {
        () if set("WAYLAND_DISPLAY") => Some(Desktop::Wayland),
        () if set("DISPLAY") => Some(Desktop::X11),
        () if cfg!(target_os = "macos") && !set("SSH_CONNECTION") => Some(Desktop::Mac),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(variables: &[(&str, &str)]) -> Seat {
        let variables: Vec<(String, OsString)> =
            variables.iter().map(|(name, value)| ((*name).to_owned(), OsString::from(value))).collect();
        said(&|name| variables.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone()))
    }

    #[test]
    fn the_variables_tell_where_the_person_sits() {
        let seat = with(&[
            ("TERM", "xterm-256color"),
            ("LANG", "de_AT.UTF-8"),
            ("LC_ALL", "C"),
            ("SSH_TTY", "/dev/pts/1"),
            ("STY", "1.pts"),
            ("DISPLAY", "localhost:10.0"),
            ("BROWSER", "/nowhere/firefox -P bots:w3m"),
        ]);
        assert_eq!(seat.locale.as_deref(), Some("C"));
        assert!(seat.ssh && !seat.no_colour);
        assert_eq!((seat.multiplexer, seat.desktop), (Some(Multiplexer::Screen), Some(Desktop::X11)));
        assert_eq!(seat.browsers, [("/nowhere/firefox".to_owned(), false), ("w3m".to_owned(), false)]);
        assert_eq!(seat.opener, None);
        let both = with(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0"), ("ZELLIJ", "0")]);
        assert_eq!((both.desktop, both.multiplexer), (Some(Desktop::Wayland), Some(Multiplexer::Zellij)));
        assert_eq!(both.opener, Some((OPENER.to_owned(), false)));
        let unasked = with(&[("TMUX", "/tmp/made-up,1,0")]);
        assert_eq!(unasked.multiplexer, Some(Multiplexer::Tmux(None)));
        assert_eq!(with(&[("TERM", "")]).term, None);
    }
}
