//! The first page: what there is to know about the bot before anybody goes to the console.

use std::collections::BTreeSet;

use crate::domain::document::Document;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::{Handle, Name};
use crate::domain::needs::{NEEDS, Need, PRESETS};
use crate::domain::permission::Level;
use crate::domain::text::visible_within;
use crate::ops::console::{ForAccount, ForApp};
use crate::tui::notice::Tone;
use crate::tui::widgets::form::{Aside, Choice, Control, Form, Note, Row, Toggles};
use crate::tui::widgets::input::{Input, Look};

/// What a row asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ask {
    Name,
    Handle,
    Needs,
    Account,
    Called,
    Go,
}

/// What most bots do.
const USUAL: Need = Need::Post;

/// One row.
struct AskRow {
    ask: Ask,
    /// Its word in drafts.
    word: &'static str,
    label: &'static str,
    control: fn() -> Control,
    /// What there is to know about it, while it has the focus.
    doc: &'static str,
}

/// The words of the two kinds of account.
const OWNER: &str = "owner";
const OTHER: &str = "other";

/// The most characters of a bot's name that the suggested name of its app takes over.
const CALLED: usize = 40;

const ROWS: &[AskRow] = &[
    AskRow {
        ask: Ask::Name,
        word: "name",
        label: "Name",
        control: line,
        doc: "How you and your commands call the bot",
    },
    AskRow {
        ask: Ask::Handle,
        word: "handle",
        label: "Handle",
        control: line,
        doc: "The X account it posts as: @name",
    },
    AskRow {
        ask: Ask::Needs,
        word: "needs",
        label: "It is to",
        control: needs,
        doc: "This decides which permission the app needs. A digit takes a set, Space one of them",
    },
    AskRow {
        ask: Ask::Account,
        word: "account",
        label: "Its account",
        control: account,
        doc: "The console issues tokens for the app's owner; every other account logs in. Space takes the other one",
    },
    AskRow {
        ask: Ask::Called,
        word: "called",
        label: "Its app",
        control: line,
        doc: "What the new app is called at X and here",
    },
    AskRow {
        ask: Ask::Go,
        word: "go",
        label: "",
        control: || Control::Button("To the console"),
        doc: "Enter begins; nothing is saved before the last page",
    },
];

fn line() -> Control {
    Control::Line(Input::new(Look::Plain))
}

fn needs() -> Control {
    let mut toggles = Toggles::needs();
    if let Some(preset) = PRESETS.iter().find(|preset| preset.needs.contains(&USUAL)) {
        toggles.set(&preset.needs.iter().map(|need| need.row().word).collect::<Vec<_>>());
    }
    Control::Toggles(toggles)
}

fn account() -> Control {
    Control::Choice(Choice::new(vec![(OWNER, "it owns the app"), (OTHER, "another one owns it")]))
}

/// The page's form.
#[derive(Debug)]
pub(super) struct Bot {
    pub(super) form: Form,
    asks: Vec<Ask>,
    /// What makes the name of a new app unlike others.
    pub(super) digits: String,
}

impl Bot {
    /// An empty one. `random` is any number.
    pub(super) fn new(app: ForApp, random: u16) -> Self {
        let asked = ROWS.iter().filter(|row| row.ask != Ask::Called || app == ForApp::New);
        let row = |row: &AskRow| Row { label: row.label, heading: "", control: (row.control)() };
        let (rows, asks) = asked.map(|of| (row(of), of.ask)).unzip();
        let mut bot = Self { form: Form::new(rows), asks, digits: format!("{}", 1000 + random % 9000) };
        // A bot of an app that has bots already is seldom its owner's.
        if app == ForApp::Known {
            bot.set("account", OTHER);
        }
        bot
    }

    fn row(&self, ask: Ask) -> Option<usize> {
        self.asks.iter().position(|own| *own == ask)
    }

    fn text(&self, ask: Ask) -> String {
        let control = self.row(ask).and_then(|row| self.form.control(row));
        control.map(Control::text).unwrap_or_default()
    }

    /// What was typed, by the words of the rows.
    pub(super) fn texts(&self) -> Vec<(&'static str, String)> {
        let typed = ROWS.iter().filter(|row| self.asks.contains(&row.ask) && row.ask != Ask::Go);
        typed.map(|row| (row.word, self.text(row.ask))).collect()
    }

    /// Takes a text back.
    pub(super) fn set(&mut self, word: &str, text: &str) {
        let ask = ROWS.iter().find(|row| row.word == word).map(|row| row.ask);
        let row = ask.and_then(|ask| self.row(ask));
        if let Some(control) = row.and_then(|row| self.form.control_mut(row)) {
            control.set_text(text);
        }
    }

    /// What the row with the focus is about.
    pub(super) fn doc(&self) -> &'static str {
        let ask = self.asks.get(self.form.at());
        ROWS.iter().find(|row| Some(&row.ask) == ask).map_or("", |row| row.doc)
    }

    /// True when the button has the focus.
    pub(super) fn on_button(&self) -> bool {
        self.asks.get(self.form.at()) == Some(&Ask::Go)
    }

    /// The bot's name, if it is one.
    pub(super) fn name(&self) -> Option<Name> {
        Name::parse(&self.text(Ask::Name)).ok()
    }

    pub(super) fn handle(&self) -> Option<Handle> {
        Handle::parse(&self.text(Ask::Handle)).ok()
    }

    pub(super) fn needs(&self) -> BTreeSet<Need> {
        self.text(Ask::Needs).split(',').filter_map(Need::parse).collect()
    }

    pub(super) fn account(&self) -> ForAccount {
        if self.text(Ask::Account) == OTHER { ForAccount::Other } else { ForAccount::Owner }
    }

    /// What the new app is called: as somebody wants it, or like the bot with digits behind it.
    pub(super) fn called(&self) -> Option<Name> {
        let own = self.text(Ask::Called);
        if !own.trim().is_empty() {
            return Name::parse(&own).ok();
        }
        let bot = self.name().map_or_else(|| "my-bot".to_owned(), |name| name.to_string());
        let begin: String = bot.chars().take(CALLED).collect();
        Name::parse(&format!("{}-{}", begin.trim_end(), self.digits)).ok()
    }

    /// The least permission that the needs take, and the need that takes it.
    pub(super) fn level(&self) -> (Level, &'static str) {
        let needs = self.needs();
        let rows = NEEDS.iter().filter(|row| needs.contains(&row.need));
        let most = rows
            .filter_map(|row| Some((row.need.level()?, row.label)))
            .reduce(|most, next| if next.0 > most.0 { next } else { most });
        most.unwrap_or((Level::Read, "read"))
    }

    /// What is wrong with a row. `own` is what the document may call the same.
    fn trouble(&self, ask: Ask, document: &Document, own: (AppId, ProfileId)) -> Option<String> {
        match ask {
            Ask::Name => match Name::parse(&self.text(ask)) {
                Err(error) => Some(error.to_string()),
                Ok(name) => {
                    let taken = document.profile_named(&name).is_some_and(|other| other.id != own.1);
                    taken.then(|| "another bot is called that already".to_owned())
                }
            },
            Ask::Handle => {
                let text = self.text(ask);
                Handle::parse(&text).err().filter(|_| !text.trim().is_empty()).map(|error| error.to_string())
            }
            Ask::Called => match self.called() {
                None => Some("this cannot be the name of an app".to_owned()),
                Some(name) => {
                    let taken = document.app_named(&name).is_some_and(|other| other.id != own.0);
                    taken.then(|| "another app is called that already".to_owned())
                }
            },
            Ask::Needs | Ask::Account | Ask::Go => None,
        }
    }

    /// The first row that something is wrong with, and what.
    pub(super) fn first_trouble(
        &self,
        document: &Document,
        own: (AppId, ProfileId),
    ) -> Option<(usize, String)> {
        let mut troubles = self.asks.iter().enumerate();
        troubles.find_map(|(row, ask)| Some((row, self.trouble(*ask, document, own)?)))
    }

    /// What there is to say beneath each row.
    pub(super) fn asides(&self, document: &Document, own: (AppId, ProfileId)) -> Vec<Aside> {
        let notes = |ask: &Ask| {
            // An empty name is no mistake yet.
            if !self.text(*ask).trim().is_empty()
                && let Some(trouble) = self.trouble(*ask, document, own)
            {
                return vec![Note::new(Tone::Bad, trouble)];
            }
            match (ask, self.called()) {
                (Ask::Needs, _) => {
                    let (level, because) = self.level();
                    vec![Note::new(Tone::Plain, format!("takes “{}”: {because}", level.label()))]
                }
                (Ask::Called, Some(name)) if self.text(*ask).trim().is_empty() => {
                    vec![Note::new(Tone::Plain, format!("left empty: {}", visible_within(name.as_str(), 64)))]
                }
                _ => Vec::new(),
            }
        };
        self.asks.iter().map(|ask| Aside { notes: notes(ask), ..Aside::default() }).collect()
    }
}
