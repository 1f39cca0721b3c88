//! The terminal: the only place that speaks to it. Raw mode, alternate screen, bracketed paste, mouse, focus, OSC 52.
//!
//! Nothing is ever asked of it: crossterm has no parser for answers, which would arrive as key presses. For the same
//! reason the screen is never `clear`ed, which asks for the cursor; [`Terminal::redraw`] goes through `resize`.

use std::io::{self, BufWriter, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossterm::clipboard::CopyToClipboard;
use crossterm::cursor::{Hide, Show};
use crossterm::event::{
    self, DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste,
    EnableFocusChange, EnableMouseCapture, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton,
    MouseEventKind,
};
use crossterm::terminal::{
    BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
    disable_raw_mode, enable_raw_mode,
};
use crossterm::{execute, queue};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Position, Rect, Size};
use zeroize::Zeroizing;

use super::keys::Key;
use super::message::{Focus, Mouse, MouseAct, Msg};
use super::model::Model;
use super::view::view;
use crate::domain::secret::Secret;

/// The most bytes of one paste that are looked at.
const PASTE_CAP: usize = 1024 * 1024;

/// True while the terminal is ours: read by the panic hook.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Whether the mouse is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MouseUse {
    /// Clicks and the wheel come to us; Shift still selects text.
    On,
    /// The terminal keeps them.
    Off,
}

/// The terminal while it is ours. Dropping gives it back as it was.
pub(super) struct Terminal {
    inner: ratatui::Terminal<CrosstermBackend<BufWriter<Stdout>>>,
    mouse: MouseUse,
}

impl std::fmt::Debug for Terminal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Terminal({:?})", self.mouse)
    }
}

impl Terminal {
    /// Takes the terminal.
    ///
    /// # Errors
    /// Standard input or output is no terminal, or it cannot be written to.
    pub(super) fn enter(mouse: MouseUse) -> io::Result<Self> {
        take(mouse)?;
        let inner =
            ratatui::Terminal::new(CrosstermBackend::new(BufWriter::with_capacity(64 * 1024, io::stdout())))
                .inspect_err(|_| give_back())?;
        Ok(Self { inner, mouse })
    }

    /// Its size in cells.
    pub(super) fn size(&self) -> Size {
        self.inner.size().unwrap_or_default()
    }

    /// Draws one frame; only cells that changed are written, all at once where the terminal can.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn draw(&mut self, model: &Model) -> io::Result<()> {
        queue!(self.inner.backend_mut(), BeginSynchronizedUpdate)?;
        self.inner.draw(|frame| view(model, frame))?;
        execute!(self.inner.backend_mut(), EndSynchronizedUpdate)
    }

    /// Makes the next frame write every cell.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn redraw(&mut self) -> io::Result<()> {
        let size = self.inner.size()?;
        self.inner.resize(Rect::new(0, 0, size.width, size.height))
    }

    /// Gives the terminal back, stops the process, and takes the terminal again when it goes on.
    ///
    /// # Errors
    /// The terminal cannot be taken again.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        give_back();
        #[cfg(unix)]
        {
            use rustix::process::{Signal, getpid, kill_process};
            // SIGSTOP rather than SIGTSTP: the latter is handled by us and would only come round again.
            kill_process(getpid(), Signal::STOP)?;
        }
        self.again()
    }

    /// Takes the terminal again after a stop that was not ours: whoever had it meanwhile left it as they liked.
    ///
    /// # Errors
    /// The terminal cannot be taken again.
    pub(super) fn again(&mut self) -> io::Result<()> {
        take(self.mouse)?;
        self.redraw()
    }

    /// Hands `secret` to the terminal's clipboard (OSC 52). An empty one clears it.
    ///
    /// # Errors
    /// The terminal cannot be written to.
    pub(super) fn copy(&mut self, secret: &Secret) -> io::Result<()> {
        execute!(self.inner.backend_mut(), CopyToClipboard::to_clipboard_from(secret.expose()))
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // What was on screen is wiped from our own buffers with them; the alternate screen takes it off the glass.
        let _ = Write::flush(self.inner.backend_mut());
        give_back();
    }
}

fn take(mouse: MouseUse) -> io::Result<()> {
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    let mut out = io::stdout();
    queue!(out, EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange, Hide)?;
    if mouse == MouseUse::On {
        queue!(out, EnableMouseCapture)?;
    }
    out.flush()
}

/// Undoes everything, as far as that is possible; does nothing when it is undone already.
fn give_back() {
    if !ENTERED.swap(false, Ordering::SeqCst) {
        return;
    }
    let mut out = io::stdout();
    // Each on its own: one that fails must not keep the others from working.
    let _ = execute!(out, EndSynchronizedUpdate);
    let _ = execute!(out, DisableMouseCapture);
    let _ = execute!(out, DisableFocusChange);
    let _ = execute!(out, DisableBracketedPaste);
    let _ = execute!(out, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// Makes a panic of this thread give the terminal back before it is reported, by its place only: what a panic says
/// may hold a value. Panics of other threads become messages and print nothing.
pub(super) fn report_panics_of_this_thread() {
    let screen = thread::current().id();
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !ENTERED.load(Ordering::SeqCst) {
            return before(info);
        }
        if thread::current().id() != screen {
            return;
        }
        give_back();
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(io::stderr(), "birdkeep: internal error at {place}; the terminal is restored");
    }));
}

/// Waits for the next thing a person does. `None`: nothing birdkeep cares for.
///
/// # Errors
/// Standard input is gone.
pub(super) fn read() -> io::Result<Option<Msg>> {
    Ok(match event::read()? {
        Event::Key(key) if key.kind != KeyEventKind::Release => translate(key).map(Msg::Key),
        Event::Paste(text) => {
            let mut text = zeroize::Zeroizing::new(text);
            if text.len() > PASTE_CAP {
                let cut = (0..=PASTE_CAP).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
                text.truncate(cut);
            }
            Some(Msg::Paste(Secret::new(with_line_ends(&text).as_str())))
        }
        Event::Mouse(mouse) => {
            let act = match mouse.kind {
                MouseEventKind::Down(MouseButton::Left) => Some(MouseAct::Click),
                MouseEventKind::ScrollDown => Some(MouseAct::WheelDown),
                MouseEventKind::ScrollUp => Some(MouseAct::WheelUp),
                _ => None,
            };
            act.map(|act| Msg::Mouse(Mouse { at: Position::new(mouse.column, mouse.row), act }))
        }
        Event::Resize(width, height) => Some(Msg::Resize(Size::new(width, height))),
        Event::FocusGained => Some(Msg::Focus(Focus::Gained)),
        Event::FocusLost => Some(Msg::Focus(Focus::Lost)),
        Event::Key(_) => None,
    })
}

/// `pasted` with every line end as `\n`: terminals send what the Enter key would send, which is `\r`.
fn with_line_ends(pasted: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(pasted.len()));
    let mut chars = pasted.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '\r' {
            let _ = chars.next_if_eq(&'\n');
            text.push('\n');
        } else {
            text.push(c);
        }
    }
    text
}

fn translate(key: KeyEvent) -> Option<Key> {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let alt = key.modifiers.contains(KeyModifiers::ALT);
    Some(match key.code {
        KeyCode::Char(c) if ctrl => Key::Ctrl(c.to_ascii_lowercase()),
        KeyCode::Char(c) if alt => Key::Alt(c),
        KeyCode::Char(c) => Key::Char(c),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_paste_end_the_same_way_whatever_the_terminal_sends() {
        for pasted in ["a\rb\r", "a\nb\n", "a\r\nb\r\n"] {
            assert_eq!(with_line_ends(pasted).as_str(), "a\nb\n");
        }
    }
}
