//! How wide an answer may be.

/// Where nobody says: what help pages are wrapped to as well.
const OTHERWISE: usize = 100;

/// The terminal's columns; through a pipe those of the terminal beside it, which a pager will show it on.
pub(super) fn columns(seen: bool) -> usize {
    let told = || std::env::var("COLUMNS").ok().and_then(|text| text.trim().parse().ok());
    let terminal = terminal(seen).map(usize::from);
    terminal.or_else(told).filter(|columns| *columns > 0).unwrap_or(OTHERWISE)
}

#[cfg(unix)]
fn terminal(seen: bool) -> Option<u16> {
    let size = if seen {
        rustix::termios::tcgetwinsize(std::io::stdout())
    } else {
        rustix::termios::tcgetwinsize(std::io::stderr())
    };
    size.ok().map(|size| size.ws_col).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
const fn terminal(_seen: bool) -> Option<u16> {
    None
}
