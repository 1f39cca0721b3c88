//! Logs a bot in, so that X issues tokens: which way, what for, the page to open, and what came of it.
//!
//! What is secret of a login stays with the performer, under the ticket of the job that began it; here is what a person
//! may see. Once the browser or a person has come back the login is in custody: it finishes whatever happens to the
//! screen. Until then Esc ends it and leaves nothing behind.
//!
//! | file | what |
//! |---|---|
//! | `ways` | the ways, what each takes, and what a person does in it |
//! | `scopes` | what OAuth 2.0 asks for |
//! | `work` | what the keys do, and what is heard |
//! | `pages` | the pictures |

mod pages;
mod scopes;
mod ways;
mod work;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;

use self::scopes::List;
use crate::domain::document::Document;
use crate::domain::fields::Credential;
use crate::domain::id::ProfileId;
use crate::domain::secret::Secret;
use crate::failure::Failure;
use crate::ops::authorize::{self, Wants, Way};
use crate::tui::ctx::{Browsing, Ctx};
use crate::tui::effect::Purpose;
use crate::tui::keys::{self, Binding, Key, Ready, Shown};
use crate::tui::message::{LoginNext, Mouse, MouseAct, Ticket};
use crate::tui::screen::{Heard, State, Step};
use crate::tui::widgets::input::{Input, Look};

/// The dialog.
#[derive(Debug)]
pub struct Login {
    profile: ProfileId,
    purpose: Purpose,
    page: Page,
    /// The way under the cursor.
    way: Way,
    scopes: Option<List>,
    /// The job that began the login under way.
    pending: Option<Ticket>,
    /// The job that waits for the redirect.
    hearing: Option<Ticket>,
    /// The job whose end the page waits for.
    job: Option<Ticket>,
    /// What was asked for and has no ticket yet.
    asked: VecDeque<Asked>,
    /// The page to open, and where it comes back to.
    address: Secret,
    callback: String,
    /// Until when the redirect is waited for, since boot.
    until: Option<Duration>,
    input: Input,
    over: Over,
    browser: Started,
    trouble: Option<Failure>,
    done: Option<Done>,
    scroll: usize,
}

/// What is on screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Page {
    Ways,
    Scopes,
    Beginning,
    Waiting,
    Finishing,
    Done,
    /// It came to nothing.
    Failed,
    /// There are tokens, and they are not saved.
    Unsaved,
}

/// What lies over the page that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Over {
    Nothing,
    /// The address alone, for the mouse.
    Address,
    /// The login page as the demo plays it, with the number of the line under the cursor.
    Played(usize),
}

/// Whether a browser has been asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Started {
    NotYet,
    Yes,
    /// There is none.
    Failed,
}

/// What a job was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Begin,
    Hear,
    Finish,
    /// Whatever is over in a moment.
    Small,
}

/// What came of it.
#[derive(Debug)]
struct Done {
    account: Option<String>,
    said: Vec<String>,
}

impl Login {
    /// For a bot; the ways of `credential` first, if one is meant.
    pub fn open(ctx: &Ctx, profile: ProfileId, credential: Option<Credential>) -> Self {
        let near = ctx.browsing == Browsing::Here;
        let way =
            document(ctx).map_or(Way::Pin, |document| authorize::usual(document, profile, credential, near));
        Self {
            profile,
            purpose: Purpose::Store,
            page: Page::Ways,
            way,
            scopes: None,
            pending: None,
            hearing: None,
            job: None,
            asked: VecDeque::new(),
            address: Secret::new(""),
            callback: String::new(),
            until: None,
            input: Input::new(Look::Plain),
            over: Over::Nothing,
            browser: Started::NotYet,
            trouble: None,
            done: None,
            scroll: 0,
        }
    }

    /// For the rotation of `credential` that waits for it.
    pub fn anew(ctx: &Ctx, profile: ProfileId, credential: Credential) -> Self {
        Self { purpose: Purpose::Rotate, ..Self::open(ctx, profile, Some(credential)) }
    }

    /// True while what is typed is an answer.
    fn takes_text(&self) -> bool {
        let field = self.page == Page::Waiting && self.over == Over::Nothing;
        field && self.way.row().wants != Wants::Redirect
    }

    fn waits(&self, _: &Ctx) -> Ready {
        match (self.page, self.over) {
            (Page::Waiting, Over::Nothing | Over::Address) => Ok(()),
            _ => Err("there is no address on this page"),
        }
    }
}

fn document(ctx: &Ctx) -> Option<&Document> {
    ctx.snapshot.as_ref().map(|snapshot| snapshot.document.as_ref())
}

fn typing(login: &Login, ctx: &Ctx) -> Ready {
    login.waits(ctx)?;
    if login.takes_text() { Ok(()) } else { Err("that is for while something is typed") }
}

fn not_typing(login: &Login, ctx: &Ctx) -> Ready {
    login.waits(ctx)?;
    if login.takes_text() { Err("this page takes what is typed as text") } else { Ok(()) }
}

impl State for Login {
    const NAME: &'static str = "login";
    const KEYS: &'static [Binding<Self>] = &[
        Binding {
            keys: &[Key::Enter],
            action: "go",
            label: "Go on",
            doc: "Take the way under the cursor, begin the login, or hand in what was typed",
            shown: Shown::Footer(0),
            ready: Self::can_go,
            act: Self::go,
        },
        Binding {
            keys: &[Key::Esc],
            action: "back",
            label: "Back",
            doc: "Go back one page; a login that waits for somebody ends, and nothing of it stays",
            shown: Shown::Footer(1),
            ready: Self::can_go_back,
            act: Self::back,
        },
        Binding {
            keys: &[Key::Char(' ')],
            action: "toggle",
            label: "On/off",
            doc: "Ask for this scope, or do not",
            shown: Shown::Footer(2),
            ready: Self::chooses_scopes,
            act: |state, _| {
                state.scopes.iter_mut().for_each(List::flip);
                Vec::new()
            },
        },
        Binding {
            keys: &[Key::Char('n')],
            action: "as-needed",
            label: "As needed",
            doc: "Ask for the scopes that the bot's needs take",
            shown: Shown::Footer(3),
            ready: Self::chooses_scopes,
            act: |state, _| {
                state.scopes.iter_mut().for_each(List::reset);
                Vec::new()
            },
        },
        Binding {
            keys: &[Key::Char('e')],
            action: "edit",
            label: "Edit",
            doc: "Open the form that puts right what is missing for this way",
            shown: Shown::Footer(2),
            ready: |state, ctx| state.owner_to_edit(ctx).map(drop),
            act: Self::edit,
        },
        Binding {
            keys: &[Key::Char('o')],
            action: "open-page",
            label: "Open",
            doc: "Open X's login page in the browser, once more if need be",
            shown: Shown::Footer(2),
            ready: not_typing,
            act: Self::open_page,
        },
        Binding {
            keys: &[Key::Ctrl('o')],
            action: "open-page-typing",
            label: "Open",
            doc: "The same while something is typed",
            shown: Shown::Footer(2),
            ready: typing,
            act: Self::open_page,
        },
        Binding {
            keys: &[Key::Char('y')],
            action: "copy-address",
            label: "Copy",
            doc: "Copy the address of X's login page; it is good for this login alone",
            shown: Shown::Footer(3),
            ready: not_typing,
            act: Self::copy_address,
        },
        Binding {
            keys: &[Key::Ctrl('y')],
            action: "copy-address-typing",
            label: "Copy",
            doc: "The same while something is typed",
            shown: Shown::Footer(3),
            ready: typing,
            act: Self::copy_address,
        },
        Binding {
            keys: &[Key::Tab],
            action: "address-alone",
            label: "Address",
            doc: "Show the address alone, for selecting with the mouse",
            shown: Shown::Footer(4),
            ready: Self::waits,
            act: Self::turn_over,
        },
        Binding {
            keys: &[Key::Char('c')],
            action: "check",
            label: "Check",
            doc: "Close this, and ask X what the new tokens may do",
            shown: Shown::Footer(2),
            ready: |state, _| match state.page {
                Page::Done => Ok(()),
                _ => Err("that is for when the login is done"),
            },
            act: Self::check,
        },
        keys::down(&[Key::Down, Key::Char('j')], |state, ctx| state.step(1, ctx)),
        keys::up(&[Key::Up, Key::Char('k')], |state, ctx| state.step(-1, ctx)),
    ];

    fn types(&self) -> bool {
        self.takes_text()
    }

    fn typed(&mut self, key: Key, _: &Ctx) -> Option<Vec<Step>> {
        (self.takes_text() && self.input.key(key)).then(|| {
            self.trouble = None;
            Vec::new()
        })
    }

    fn pasted(&mut self, text: &Secret, ctx: &Ctx) -> Vec<Step> {
        self.paste(text, ctx)
    }

    fn heard(&mut self, heard: &Heard, ctx: &Ctx) -> Vec<Step> {
        self.hear(heard, ctx)
    }

    fn pointed(&mut self, mouse: Mouse, area: Rect, ctx: &Ctx) -> Vec<Step> {
        match mouse.act {
            MouseAct::WheelDown => self.step(1, ctx),
            MouseAct::WheelUp => self.step(-1, ctx),
            MouseAct::Click => {
                let hit = pages::hit(self, ctx, area, mouse.at);
                hit.map(|line| self.clicked(line, ctx)).unwrap_or_default()
            }
        }
    }

    fn deadline(&self, ctx: &Ctx) -> Option<Duration> {
        let left = self.until?.checked_sub(ctx.moment.boot).filter(|left| !left.is_zero())?;
        (self.page == Page::Waiting).then(|| {
            // The next whole second of what is left.
            ctx.moment.boot + Duration::from_nanos(u64::from(left.subsec_nanos()).max(1)).min(left)
        })
    }

    fn view(&self, ctx: &Ctx, frame: &mut Frame, area: Rect) {
        pages::view(self, ctx, frame, area);
    }
}

/// What Enter does after a login that is not in the vault.
const fn page_after(next: LoginNext) -> Page {
    match next {
        LoginNext::Again => Page::Waiting,
        LoginNext::Anew => Page::Failed,
        LoginNext::Save => Page::Unsaved,
    }
}
