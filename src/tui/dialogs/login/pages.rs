//! The pages.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;
use ratatui::widgets::{Clear, Paragraph};

use super::work::PLAYED;
use super::{Login, Over, Page, Started, document, ways};
use crate::domain::fields::{Credential, Field};
use crate::domain::text::visible_within;
use crate::failure::Failure;
use crate::ops::authorize::Wants;
use crate::tui::ctx::{Browsing, Ctx};
use crate::tui::view::areas;
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::leaf::{Leaf, Weight};
use crate::tui::widgets::text::chopped;

/// Lines of the address on the page that waits, and where room is scarce; `Tab` shows all of it.
const LINES: (usize, usize) = (8, 1);

pub(super) fn view(login: &Login, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    match (login.page, login.over, &login.scopes) {
        (Page::Scopes, _, Some(list)) => list.view(ctx, frame, area, &login.whose(ctx)),
        (Page::Waiting, Over::Address, _) => alone(login, ctx, frame, area),
        _ => {
            let (leaf, title) = leaf(login, ctx, area);
            leaf.view(frame, area, &title, login.scroll);
        }
    }
}

/// How many lines of the page can be scrolled away.
pub(super) fn last_scroll(login: &Login, ctx: &Ctx) -> usize {
    areas(ctx).map_or(0, |areas| leaf(login, ctx, areas.body).0.last_scroll(areas.body))
}

/// The number of the choice that stands at `at`.
pub(super) fn hit(login: &Login, ctx: &Ctx, area: Rect, at: Position) -> Option<usize> {
    let labels: Vec<String> = match (login.page, login.over) {
        (Page::Ways, _) => {
            login.offers(ctx).iter().map(|offer| ways::capital(offer.way.row().label)).collect()
        }
        (Page::Waiting, Over::Played(_)) => choices(login, ctx),
        _ => return None,
    };
    let (leaf, _) = leaf(login, ctx, area);
    let line = leaf.line_at(area, at, login.scroll)?;
    labels.iter().position(|label| line.contains(label.as_str()))
}

fn leaf<'a>(login: &'a Login, ctx: &'a Ctx, area: Rect) -> (Leaf<'a>, String) {
    let mut leaf = Leaf::new(&ctx.theme, area);
    let name =
        login.subject(ctx).map(|profile| visible_within(profile.name.as_str(), 32)).unwrap_or_default();
    let title = match (login.page, login.over) {
        (Page::Ways | Page::Scopes, _) => {
            let offers = login.offers(ctx);
            ways::page(&offers, login.at(&offers), &login.whose(ctx), ctx, &mut leaf);
            format!("Log in: {name}")
        }
        (Page::Beginning, _) => {
            let text = format!("{} X is being asked for a login", ctx.spinner());
            leaf.text(Weight::Matters, &text, ctx.theme.base);
            format!("Log in: {name}")
        }
        (Page::Waiting, Over::Played(at)) => {
            played(login, at, ctx, &mut leaf);
            "X's login page, played by the demo".to_owned()
        }
        (Page::Waiting, _) => {
            let lines = if area.height < boxed::ROWS_FOR_BORDERS { LINES.1 } else { LINES.0 };
            waiting(login, ctx, lines, &mut leaf);
            format!("Log in as {}", login.whose(ctx))
        }
        (Page::Finishing, _) => {
            let text = format!("{} X is being asked for the tokens", ctx.spinner());
            leaf.text(Weight::Matters, &text, ctx.theme.base);
            leaf.explain(
                "This finishes whatever happens to the screen: what X issues is stored, or not taken.",
            );
            format!("Log in: {name}")
        }
        (Page::Done, _) => {
            done(login, ctx, &mut leaf);
            format!("Logged in: {name}")
        }
        (Page::Failed, _) => {
            failed(login, ctx, &mut leaf);
            leaf.air();
            leaf.explain("Enter goes back to the choice of ways. Esc leaves it.");
            format!("Not logged in: {name}")
        }
        (Page::Unsaved, _) => {
            failed(login, ctx, &mut leaf);
            leaf.air();
            leaf.text(
                Weight::Matters,
                "X has issued the tokens, and birdkeep still holds them: Enter saves them once more.",
                ctx.theme.warn,
            );
            format!("Not saved: {name}")
        }
    };
    (leaf, title)
}

/// What happened, why, and what to try.
fn failed(login: &Login, ctx: &Ctx, leaf: &mut Leaf) {
    if let Some(failure) = &login.trouble {
        three_lines(failure, ctx, leaf);
    }
}

fn three_lines(failure: &Failure, ctx: &Ctx, leaf: &mut Leaf) {
    let theme = &ctx.theme;
    leaf.item(Weight::Matters, &format!("{} ", theme.glyphs.failed), &failure.what, theme.bad);
    leaf.item(Weight::Matters, "  because  ", &failure.because, theme.base);
    leaf.item(Weight::Matters, "  try this ", &failure.try_this, theme.base);
}

fn waiting<'a>(login: &'a Login, ctx: &Ctx, lines: usize, leaf: &mut Leaf<'a>) {
    let theme = &ctx.theme;
    let wants = login.way.row().wants;
    for (number, step) in (1..).zip(ways::steps(login.way, &login.whose(ctx), &login.callback)) {
        leaf.step(number, &step);
    }
    leaf.air();
    leaf.beginning(login.address.expose(), lines, "Tab shows it", theme.accent);
    let keys = match wants {
        Wants::Redirect => "o opens it, y copies it",
        Wants::Pin | Wants::Paste => "^O opens it, ^Y copies it",
    };
    // Where the address is cut, its own line says how to see it.
    let alone = if lines == LINES.1 { "" } else { ", Tab shows it alone" };
    leaf.text(Weight::Explains, &format!("{keys}{alone}"), theme.dim);
    if login.browser == Started::Failed || (wants == Wants::Redirect && ctx.browsing == Browsing::Elsewhere) {
        let text = match wants {
            Wants::Redirect => {
                "No browser could be started here. One on another machine cannot come back by itself: paste the \
                 address that it ends at."
            }
            _ => "No browser could be started here: open the address on another machine.",
        };
        leaf.text(Weight::Explains, text, theme.warn);
    }
    leaf.air();
    if let Some(failure) = &login.trouble {
        three_lines(failure, ctx, leaf);
    }
    match wants {
        Wants::Pin => leaf.input("PIN", &login.input, Focus::Here),
        Wants::Paste => leaf.input("Address", &login.input, Focus::Here),
        Wants::Redirect => {
            let left = login.until.map(|until| until.saturating_sub(ctx.moment.boot).as_secs());
            let left = left.map(|left| format!("{}:{:02}", left / 60, left % 60)).unwrap_or_default();
            leaf.item(Weight::Matters, "Waiting for the browser  ", &left, theme.title);
        }
    }
}

/// The address without a frame, so that the mouse selects nothing else.
fn alone(login: &Login, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    frame.render_widget(Clear, area);
    let says = "The address, for selecting with the mouse; Tab goes back";
    frame.render_widget(Line::styled(says, ctx.theme.dim), boxed::row(area, 0));
    let lines: Vec<Line> = chopped(login.address.expose(), area.width.into())
        .into_iter()
        .map(|line| Line::styled(line, ctx.theme.base))
        .collect();
    frame.render_widget(Paragraph::new(lines), boxed::below(area, 2));
}

fn choices(login: &Login, ctx: &Ctx) -> Vec<String> {
    let stranger = login.stranger(ctx).map_or_else(|| "somebody else".to_owned(), ToString::to_string);
    let choices: [String; PLAYED] = [
        format!("Authorize app, as {}", login.whose(ctx)),
        format!("Authorize app, as {stranger}"),
        "Cancel".to_owned(),
    ];
    choices.to_vec()
}

/// What a browser would show.
fn played(login: &Login, at: usize, ctx: &Ctx, leaf: &mut Leaf) {
    let theme = &ctx.theme;
    let app = login.subject(ctx).and_then(|profile| document(ctx)?.app_of(profile));
    let app = app.map(|app| visible_within(app.name.as_str(), 32)).unwrap_or_default();
    leaf.text(Weight::Matters, &format!("Let {app} into your account?"), theme.title);
    if let Some(list) = login.scopes.as_ref().filter(|_| login.way.row().credential == Credential::Oauth2) {
        leaf.explain(&format!("It asks for: {}", list.scopes().iter().collect::<Vec<_>>().join(", ")));
    }
    leaf.air();
    for (number, label) in choices(login, ctx).iter().enumerate() {
        leaf.option("", label, if number == at { Focus::Here } else { Focus::Elsewhere });
    }
    leaf.air();
    leaf.explain(
        "The real page opens in a browser. Here you choose who presses what, to see what comes of it; Esc shows \
         what birdkeep shows meanwhile.",
    );
}

fn done(login: &Login, ctx: &Ctx, leaf: &mut Leaf) {
    let theme = &ctx.theme;
    let Some(done) = &login.done else { return };
    let (glyph, style, text) = match &done.account {
        Some(account) => (theme.glyphs.ok, theme.good, format!("{account} has logged in")),
        None => (theme.glyphs.attention, theme.warn, "Somebody has logged in: X does not say who".to_owned()),
    };
    leaf.item(Weight::Matters, &format!("{glyph} "), &text, style);
    for said in &done.said {
        leaf.item(Weight::Matters, &format!("{} ", theme.glyphs.dot), &ways::sentence(said), theme.base);
    }
    leaf.air();
    let credential = login.way.row().credential;
    if done.account.is_some() {
        let widest = credential.fields().iter().map(|field| field.row().label.len()).max().unwrap_or(0);
        for field in credential.fields() {
            let label = format!("  {:<widest$}   ", field.row().label);
            leaf.item(Weight::Explains, &label, &print(login, ctx, *field), theme.base);
        }
    }
    if let Some(ends) = ends(login, ctx).filter(|_| done.account.is_some()) {
        leaf.text(Weight::Matters, &ends, theme.base);
    }
    leaf.text(Weight::Matters, "c asks X what they may do. Enter closes this.", theme.base);
}

/// The short fingerprint of a value.
fn print(login: &Login, ctx: &Ctx, field: Field) -> String {
    let print = document(ctx).and_then(|document| {
        let slot = document.slot(login.profile.into(), field)?;
        Some(document.fingerprints.of(&slot.secret).short())
    });
    print.map_or_else(|| "none".to_owned(), |print| format!("#{print}"))
}

/// What the tokens may do, as far as it is known, and when they end.
fn ends(login: &Login, ctx: &Ctx) -> Option<String> {
    let (profile, document) = (login.subject(ctx)?, document(ctx)?);
    if login.way.row().credential == Credential::Access {
        let level = document.app_of(profile).and_then(|app| app.permission);
        let level = level.map_or_else(
            || "the permission that the app has now".to_owned(),
            |level| format!("“{}”, if the app still has that permission", level.label()),
        );
        return Some(format!("They have {level}. They do not end by themselves."));
    }
    let grant = profile.oauth2.as_ref()?;
    let left = grant.expires_at.map(|at| at.since(ctx.moment.now) / 60);
    let ends = left.map_or_else(String::new, |left| format!("The access token ends in {left} minutes. "));
    let offline = grant.scopes.hold(&["offline.access"]);
    let goes_on =
        if offline { "The refresh token brings the next one." } else { "There is no refresh token." };
    Some(format!("{ends}{goes_on}"))
}
