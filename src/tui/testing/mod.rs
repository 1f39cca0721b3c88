//! A robot that types at the screen and looks at it: no terminal, no network, no clock but its own.
//!
//! Used by the tests of every screen and by the benches.

pub mod flock;

use std::sync::Arc;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Size};

use super::Start;
use super::ctx::{Browsing, Presence};
use super::dialogs::menu::{Entry, Menu};
use super::effect::{Effect, Job};
use super::fresh::Fresh;
use super::keys::Key;
use super::message::{Moment, Mouse, MouseAct, Msg, Opened, Reply, Ticket};
use super::model::{Facts, Model};
use super::screen::{Door, Screen, Step};
use super::update::update;
use super::view::view;
use crate::config::Settings;
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::ops::snapshot::Snapshot;

/// The wall clock of a fresh robot: 2026-11-23T12:00:00Z.
pub const NOON: Time = Time::from_const(1_795_435_200);

/// The boot clock of a fresh robot.
pub const BOOT: Duration = Duration::from_secs(1_000);

/// Types, pastes, waits, and remembers what was wanted of the outside.
#[derive(Debug)]
pub struct Robot {
    /// What the screen is.
    pub model: Model,
    moment: Moment,
    effects: Vec<Effect>,
}

impl Robot {
    /// Before an unencrypted-looking world: `presence` decides between welcome and lock screen.
    pub fn new(presence: Presence) -> Self {
        Self::with(presence, Settings::default(), None)
    }

    /// The same, with settings and, for the demo, its passphrase.
    pub fn with(presence: Presence, settings: Settings, demo: Option<&str>) -> Self {
        let moment = Moment { now: NOON, boot: BOOT };
        let model = Model::new(Facts {
            moment,
            size: Size::new(120, 36),
            settings: Arc::new(settings),
            presence,
            browsing: Browsing::Here,
            fresh: Fresh::new([7; 32]),
            banner: demo.map(|_| "demo: nothing here is real".into()),
            demo_passphrase: demo.map(Into::into),
            start: Start::Main,
        });
        Self { model, moment, effects: Vec::new() }
    }

    /// An open vault that shows `snapshot`.
    pub fn open(snapshot: Snapshot) -> Self {
        let mut robot = Self::new(Presence::Passphrase);
        robot.unlock(snapshot);
        robot
    }

    /// Types a passphrase, and answers the job with `snapshot`.
    pub fn unlock(&mut self, snapshot: Snapshot) -> &mut Self {
        let ticket = self.model.ctx.jobs.enter(&Job::Unlock { passphrase: None }, self.moment.boot);
        let opened = Opened { snapshot, drafts: Vec::new(), notices: Vec::new() };
        self.msg(Msg::Job(ticket, Reply::Unlocked(Ok(opened))));
        self.effects.clear();
        self
    }

    /// Gives the terminal another size.
    pub fn size(&mut self, width: u16, height: u16) -> &mut Self {
        self.msg(Msg::Resize(Size::new(width, height)))
    }

    /// Puts a screen on top.
    pub fn push(&mut self, screen: Box<dyn Screen>) -> &mut Self {
        self.model.stack.push(screen);
        self.model.ctx.depth = self.model.stack.len();
        self
    }

    /// Opens a door, as a line of a menu does.
    pub fn open_door(&mut self, door: Door) -> &mut Self {
        let entry = Entry {
            key: Key::Char('o'),
            label: String::new(),
            hint: String::new(),
            ready: Ok(()),
            steps: vec![Step::Open(door)],
        };
        self.push(Box::new(Menu::new("", vec![entry]))).keys("o")
    }

    /// Presses keys, written as the footer writes them and separated by blanks: `j j y k`, `^P Enter`.
    /// What is no key is skipped.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        for key in keys.split(' ').filter_map(Key::parse) {
            self.msg(Msg::Key(key));
        }
        self
    }

    /// Types text, character by character.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.msg(Msg::Key(Key::Char(c)));
        }
        self
    }

    /// Pastes text.
    pub fn paste(&mut self, text: &str) -> &mut Self {
        self.msg(Msg::Paste(Secret::new(text)))
    }

    /// Clicks.
    pub fn click(&mut self, x: u16, y: u16) -> &mut Self {
        self.msg(Msg::Mouse(Mouse { at: Position::new(x, y), act: MouseAct::Click }))
    }

    /// Clicks the first place where `text` is seen.
    pub fn click_on(&mut self, text: &str) -> &mut Self {
        let place = self.frame().lines().enumerate().find_map(|(y, line)| {
            let at = line.find(text)?;
            let x = line.get(..at)?.chars().count();
            Some((u16::try_from(x).ok()?, u16::try_from(y).ok()?))
        });
        if let Some((x, y)) = place {
            self.click(x, y);
        }
        self
    }

    /// Lets time pass, and its deadlines with it.
    pub fn wait(&mut self, span: Duration) -> &mut Self {
        self.moment.boot += span;
        self.moment.now = self.moment.now.plus(span);
        self.msg(Msg::Clock(self.moment))
    }

    /// Takes in a message; what it makes the screen want is remembered.
    pub fn msg(&mut self, msg: Msg) -> &mut Self {
        self.effects.extend(update(&mut self.model, msg));
        self
    }

    /// A job's reply to the newest effect that began one.
    pub fn answer(&mut self, reply: Reply) -> &mut Self {
        if let Some(ticket) = self.ticket() {
            self.msg(Msg::Job(ticket, reply));
        }
        self
    }

    /// The ticket of the newest job begun.
    pub fn ticket(&self) -> Option<Ticket> {
        self.effects.iter().rev().find_map(|effect| match effect {
            Effect::Start(ticket, _) => Some(*ticket),
            _ => None,
        })
    }

    /// What was wanted of the outside since the last look.
    pub fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The same without taking it away.
    pub fn wanted(&self) -> &[Effect] {
        &self.effects
    }

    /// The jobs begun since the last look.
    pub fn jobs(&mut self) -> Vec<Job> {
        self.effects()
            .into_iter()
            .filter_map(|effect| match effect {
                Effect::Start(_, job) => Some(job),
                _ => None,
            })
            .collect()
    }

    /// What is on screen, line by line, blanks at the ends of lines cut off.
    pub fn frame(&self) -> String {
        let buffer = self.buffer();
        let mut text = String::new();
        for y in 0..buffer.area.height {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..buffer.area.width {
                let symbol = buffer.cell((x, y)).map_or(" ", |cell| cell.symbol());
                if skip == 0 {
                    line.push_str(symbol);
                }
                skip = unicode_width::UnicodeWidthStr::width(symbol).max(skip).saturating_sub(1);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// The cells on screen, with their styles.
    pub fn buffer(&self) -> Buffer {
        let Size { width, height } = self.model.ctx.size;
        let Ok(mut terminal) = Terminal::new(TestBackend::new(width, height));
        let Ok(frame) = terminal.draw(|frame| view(&self.model, frame));
        frame.buffer.clone()
    }

    /// True if `text` is on screen.
    pub fn sees(&self, text: &str) -> bool {
        self.frame().contains(text)
    }
}
