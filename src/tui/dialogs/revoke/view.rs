//! The pictures of revoking.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::{Page, Results, Revoke, document};
use crate::domain::document::Document;
use crate::domain::id::Owner;
use crate::domain::phrase::counted;
use crate::domain::text::visible_within;
use crate::ops::console;
use crate::ops::revoke::{self, Plan, Target};
use crate::tui::ctx::Ctx;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::prose::Prose;
use crate::tui::widgets::sheet::{self, Sheet};
use crate::tui::widgets::typed_name::TypedName;

/// The highest it gets.
const HEIGHT: u16 = 24;
/// The longest a name is shown, in cells.
const NAME: usize = 32;

/// Draws it.
pub(super) fn view(state: &Revoke, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let theme = &ctx.theme;
    let sheet = Sheet::new(area, HEIGHT, rows(state));
    sheet.view(theme, frame, &format!("Revoke: {}", visible_within(&state.name(ctx), NAME)));
    body(state, ctx, sheet.text.width).view(theme, frame, sheet.text, state.top);
    if let Page::Ask(_, typed) = &state.page {
        typed.view(ctx, frame, sheet.foot, ("to ask X now", &state.name(ctx)));
    }
}

/// The rows below the text.
const fn rows(state: &Revoke) -> u16 {
    if matches!(state.page, Page::Ask(..)) { TypedName::ROWS } else { 0 }
}

fn body(state: &Revoke, ctx: &Ctx, width: u16) -> Prose {
    let mut page = Prose::new(width);
    let Some(document) = document(ctx) else { return page };
    match &state.page {
        Page::Choose(at) => choose(state, ctx, document, *at, &mut page),
        Page::Ask(target, _) => ask(state, ctx, document, *target, &mut page),
        Page::Results(results) => told(results, ctx, &mut page),
    }
    page
}

fn choose(state: &Revoke, ctx: &Ctx, document: &Document, at: usize, page: &mut Prose) {
    let theme = &ctx.theme;
    let targets = state.targets(ctx);
    if targets.is_empty() {
        page.text("Nothing that is stored here can be revoked by API.", theme.title);
        by_hand(&revoke::plan(document, all(state.owner)), ctx, page);
        return;
    }
    page.text("Revoke what? X kills it for good, and nothing takes its place.", theme.dim);
    for (number, target) in targets.iter().enumerate() {
        let focus = if number == at { Focus::Here } else { Focus::Elsewhere };
        sheet::choice(page, theme, focus, [Span::styled(called(document, *target), theme.base)]);
    }
}

const fn all(owner: Owner) -> Target {
    match owner {
        Owner::App(id) => Target::App(id),
        Owner::Profile(id) => Target::Profile(id),
    }
}

/// A target, for a line.
fn called(document: &Document, target: Target) -> String {
    match target {
        Target::Credential(_, credential) => credential.row().label.to_owned(),
        Target::Profile(_) => "Every token of this profile".to_owned(),
        Target::App(id) => {
            let bots = document.profiles_of(id).count();
            let bots = counted(bots, "bot");
            format!("Every token of this app, {bots} included")
        }
    }
}

fn ask(state: &Revoke, ctx: &Ctx, document: &Document, target: Target, page: &mut Prose) {
    let theme = &ctx.theme;
    let plan = state.plan(ctx);
    page.text(&format!("{}: X is asked to kill it.", called(document, target)), theme.warn);
    page.text(
        "There is no way back. What runs with it stops, and works again after a new login only; the dead values are \
         kept in the history.",
        theme.base,
    );
    page.air();
    for item in &plan.items {
        page.item(
            Span::styled(format!("{} ", theme.glyphs.failed), theme.bad),
            &visible_within(&item.label(), 80),
            theme.base,
        );
        if let Some(row) = item.row().filter(|_| plan.items.len() <= 3) {
            page.text(&format!("  {}, {}", row.request, row.signed), theme.dim);
        }
    }
    by_hand(&plan, ctx, page);
}

/// What X kills by no API, with the page of its console.
fn by_hand(plan: &Plan, ctx: &Ctx, page: &mut Prose) {
    if plan.by_hand.is_empty() {
        return;
    }
    page.air();
    page.text(
        "X kills these by no API; regenerate them in its console (R leads through it):",
        ctx.theme.warn,
    );
    for one in &plan.by_hand {
        let url = console::page(one.credential).map(|page| page.url).unwrap_or_default();
        let name = visible_within(&one.name, NAME);
        page.item("  ", &format!("{name}: {}, {url}", one.credential.row().label), ctx.theme.base);
    }
}

fn told(results: &Results, ctx: &Ctx, page: &mut Prose) {
    let theme = &ctx.theme;
    let dead = results.lines.iter().filter(|line| line.is_dead()).count();
    let (asked, total) = (results.lines.len(), results.total);
    match &results.over {
        None => page.line(Line::from(vec![
            Span::styled(format!("{} ", ctx.spinner()), theme.accent),
            Span::styled(
                format!("asked {asked} of {total}, {dead} dead; it finishes by itself"),
                theme.title,
            ),
        ])),
        Some(said) => {
            let style = if dead == total { theme.good } else { theme.warn };
            page.text(&format!("{dead} of {total} dead."), style);
            for sentence in said {
                page.text(sentence, theme.base);
            }
            page.text("Enter closes this.", theme.dim);
        }
    }
    page.air();
    // What needs somebody comes first.
    let (good, bad): (Vec<_>, Vec<_>) = results.lines.iter().partition(|line| line.is_dead());
    for line in bad.into_iter().chain(good) {
        let (glyph, style): (&str, Style) = theme.state(line.state);
        let text = format!("{}: {}", visible_within(&line.label, 80), line.word);
        page.item(Span::styled(format!("{glyph} "), style), &text, theme.base);
        if let Some(failure) = &line.failure {
            for (lead, text) in
                [("", &failure.what), ("because: ", &failure.because), ("try: ", &failure.try_this)]
            {
                page.item(Span::styled("    ", theme.dim), &format!("{lead}{text}"), theme.dim);
            }
        }
    }
}

/// The last line it is worth scrolling to.
pub(super) fn last_top(state: &Revoke, ctx: &Ctx) -> usize {
    let sheet = Sheet::on_screen(ctx, HEIGHT, rows(state));
    sheet.map_or(0, |sheet| body(state, ctx, sheet.text.width).last_top(sheet.text.height))
}

/// The number of the target at a place.
pub(super) fn hit(state: &Revoke, ctx: &Ctx, area: Rect, at: Position) -> Option<usize> {
    let sheet = Sheet::new(area, HEIGHT, rows(state));
    let targets = state.targets(ctx).len();
    let mut lead = Prose::new(sheet.text.width);
    lead.text("Revoke what? X kills it for good, and nothing takes its place.", ctx.theme.dim);
    let number = sheet.row_at(at)?.checked_sub(lead.len())?;
    (matches!(state.page, Page::Choose(_)) && number < targets).then_some(number)
}
