//! The pages of the stages that wait for a person: the console, a login, every bot's login, pasting.

use ratatui::text::{Line, Span};

use super::pages::{heard, in_words};
use super::work::Work;
use crate::domain::document::Document;
use crate::domain::fields::{Field, bearer_app_id};
use crate::domain::id::Owner;
use crate::domain::rotation::Stage;
use crate::domain::text::visible_within;
use crate::ops::console;
use crate::tui::ctx::Ctx;
use crate::tui::widgets::prose::Prose;
use crate::tui::widgets::text::padded;

/// Cells of a bot's name in the list.
const LABEL: usize = 35;
/// Bots in view of those that wait for a login.
const LOGINS: usize = 8;

/// The way through the console.
pub(super) fn console_page(work: &Work, ctx: &Ctx, document: &Document, page: &mut Prose) {
    let theme = &ctx.theme;
    // What led here by a way round; the first page has told the rest.
    if work.begun.is_some() {
        heard(work, ctx, page);
    }
    let Some(found) = console::page(work.credential) else { return };
    page.line(vec![
        Span::styled(found.url, theme.accent),
        Span::raw("  "),
        Span::styled("o", theme.key),
        Span::styled(" opens it", theme.dim),
    ]);
    page.text(&whose(work, document), theme.title);
    page.air();
    for (number, step) in (1..).zip(&found.steps) {
        page.item(Span::styled(format!("{number}. "), theme.key), step, theme.base);
    }
    page.air();
    if ctx.is_demo() {
        let text = "This is the demo, and its console is played: o regenerates the value there and pastes here what \
                    it shows, made up like all the rest.";
        page.text(text, theme.warn);
    }
    page.item(Span::styled("Enter ", theme.key), "when you have it; or simply paste it here.", theme.base);
    page.item(Span::styled("Esc ", theme.key), "leaves it for later; nothing is lost.", theme.base);
    page.text(
        &format!("X's console as of {}; its labels change now and then.", console::checked()),
        theme.dim,
    );
}

/// What a login needs; the lines to paste into stand above it.
pub(super) fn login_page(work: &Work, ctx: &Ctx, document: &Document, page: &mut Prose) {
    let theme = &ctx.theme;
    for note in &work.slots.notes {
        page.text(&note.text, theme.tone(note.tone));
    }
    if work.begun.is_some() {
        heard(work, ctx, page);
    }
    page.text(&whose(work, document), theme.title);
    if work.shown(ctx).may_be_dead() {
        page.text(
            "X may have killed the present value already: the bot may be down until this is done.",
            theme.warn,
        );
    }
    for line in console::text(work.credential, Stage::Login) {
        page.text(line, theme.base);
    }
    page.item(
        Span::styled("Enter ", theme.key),
        "opens X's login page, and hears or takes what comes of it.",
        theme.base,
    );
    page.text(
        "What a login elsewhere has brought can be pasted here. All of it is tried with X before anything is replaced.",
        theme.base,
    );
    if let Some(other) = work.other_way(ctx) {
        page.item(Span::styled("^T ", theme.key), in_words(other), theme.dim);
    }
    page.air();
    page.text("Esc leaves it for later · ^X abandons", theme.dim);
}

/// Who is still down after a new API key, the one under the cursor lit.
pub(super) fn logins_page(work: &Work, ctx: &Ctx, document: &Document, page: &mut Prose) {
    let theme = &ctx.theme;
    let down = work.down(ctx);
    if down.is_empty() {
        page.text("Every bot of the app has logged in again.", theme.good);
        page.text("Enter ends the rotation.", theme.base);
        return;
    }
    let bots = if down.len() == 1 { "1 bot is".to_owned() } else { format!("{} bots are", down.len()) };
    page.text(&format!("{bots} down until they have logged in with the new API key:"), theme.warn);
    let first = work.at.saturating_sub(LOGINS / 2).min(down.len().saturating_sub(LOGINS));
    for (number, id) in down.iter().enumerate().skip(first).take(LOGINS) {
        let Some(profile) = document.profile(*id) else { continue };
        let here = number == work.at;
        let name = padded(visible_within(profile.name.as_str(), LABEL), LABEL.min(page.width() / 2));
        let handle = profile.handle.as_ref().map(ToString::to_string).unwrap_or_default();
        let line = Line::from(vec![
            Span::styled(if here { theme.glyphs.cursor } else { " " }, theme.accent),
            Span::styled(format!("{} ", theme.glyphs.failed), theme.bad),
            Span::styled(name, theme.base),
            Span::styled(format!(" {handle}"), theme.dim),
        ]);
        page.line(if here { line.style(theme.cursor) } else { line });
    }
    let more = down.len() - down.len().min(LOGINS);
    if more > 0 {
        page.text(&format!("  … {more} more"), theme.dim);
    }
    page.air();
    for line in console::text(work.credential, Stage::Logins) {
        page.text(line, theme.base);
    }
    page.text(
        "Enter logs the one under the cursor in. Esc leaves the rest for later · ^X ends it here",
        theme.dim,
    );
}

/// The app to look for in the console, and the account.
fn whose(work: &Work, document: &Document) -> String {
    let profile = match work.holder {
        Owner::Profile(id) => document.profile(id),
        Owner::App(_) => None,
    };
    let app = match work.holder {
        Owner::App(id) => document.app(id),
        Owner::Profile(_) => profile.and_then(|profile| document.app_of(profile)),
    };
    let mut parts = Vec::new();
    if let Some(app) = app {
        let bearer = app.held.secret(Field::BearerToken);
        let number = bearer.and_then(|bearer| bearer_app_id(bearer.expose()));
        let number = number.map(|number| format!(" (app id {number})")).unwrap_or_default();
        parts.push(format!("The app: {}{number}", visible_within(app.name.as_str(), 32)));
    }
    if let Some(handle) = profile.and_then(|profile| profile.handle.as_ref()) {
        parts.push(format!("the account: {handle}"));
    }
    parts.join(" · ")
}

/// What to paste, below the lines to paste into.
pub(super) fn paste_help(work: &Work, ctx: &Ctx, page: &mut Prose) {
    let theme = &ctx.theme;
    for note in &work.slots.notes {
        page.text(&note.text, theme.tone(note.tone));
    }
    page.air();
    page.text(
        "Paste what X shows, in one go or one by one: each value is recognised by its name or shape.",
        theme.base,
    );
    for line in console::text(work.credential, Stage::Paste) {
        page.text(line, theme.base);
    }
    page.text("It is tried with X before anything is replaced.", theme.base);
    page.air();
    page.text("^O opens the console · Esc leaves it for later · ^X abandons", theme.dim);
}
