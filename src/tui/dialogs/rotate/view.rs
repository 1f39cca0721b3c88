//! The pictures of the wizard: the checklist beside the page where there is room, above it where there is less, and
//! in one line where there is hardly any.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};

use super::choose::called;
use super::pages;
use super::stages;
use super::work::{Mode, Over, Work};
use super::{Rotate, document};
use crate::domain::rotation::Way;
use crate::domain::text::visible_within;
use crate::tui::ctx::Ctx;
use crate::tui::view::areas;
use crate::tui::widgets::boxed;
use crate::tui::widgets::buttons::{Button, Buttons};
use crate::tui::widgets::page;
use crate::tui::widgets::stepper;
use crate::tui::widgets::stepper::Step;

/// The largest the wizard gets.
const WIDTH: u16 = 118;
/// The height it has as long as its page fits; it grows with the page as far as there is room.
const HEIGHT: u16 = 20;
/// Cells of the checklist where it stands beside the page, and between them.
const LIST: u16 = 48;
const GAP: u16 = 3;
/// From this width on the checklist stands beside the page; from this height on it is whole.
const WIDE: u16 = 96;
const TALL: u16 = 18;
/// Rows that the lines to paste into get at most, notes included.
const FORM: u16 = 8;

/// What a click hit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hit {
    /// The offer with this number.
    Offer(usize),
    /// A button.
    Button(Button),
    /// The lines to paste into.
    Form,
}

/// Where things are.
#[derive(Clone, Copy, Debug)]
struct Layout {
    whole: Rect,
    list: Rect,
    page: Rect,
    buttons: Rect,
}

fn layout(wizard: &Rotate, ctx: &Ctx, area: Rect) -> Layout {
    let usual = inner(wizard, ctx, boxed::middle(area, WIDTH, HEIGHT));
    let needed = match &wizard.work {
        None => pages::choose(wizard, ctx, &wizard.offers(ctx), (usual.page.width, u16::MAX)).0.len(),
        Some(work) => {
            let (form, text) = split(work, usual.page);
            pages::text(work, ctx, text.width).len() + form.map_or(0, |form| form.height.into())
        }
    };
    let more = u16::try_from(needed).unwrap_or(u16::MAX).saturating_sub(usual.page.height);
    inner(wizard, ctx, boxed::middle(area, WIDTH, usual.whole.height.saturating_add(more)))
}

fn inner(wizard: &Rotate, ctx: &Ctx, whole: Rect) -> Layout {
    let inside = page::inside(whole);
    let asks = matches!(wizard.mode(ctx), Mode::Review | Mode::Abandon);
    let steps = wizard.work.as_ref().map_or(0, |work| steps(work, ctx).len());
    let steps = u16::try_from(steps).unwrap_or(u16::MAX);
    let (list, rest) = if wizard.work.is_none() {
        (Rect { height: 0, ..inside }, inside)
    } else if inside.width >= WIDE {
        let left = LIST + GAP;
        (Rect { width: LIST, ..inside }, Rect { x: inside.x + left, width: inside.width - left, ..inside })
    } else if inside.height >= TALL {
        (Rect { height: steps, ..inside }, boxed::below(inside, steps + 1))
    } else {
        (boxed::row(inside, 0), boxed::below(inside, 1))
    };
    // Where room is scarce, no empty line stands above the buttons.
    let foot = match (asks, rest.height < TALL / 2) {
        (false, _) => 0,
        (true, true) => 1,
        (true, false) => 2,
    };
    let foot = rest.height.min(foot);
    let page = Rect { height: rest.height - foot, ..rest };
    let buttons = Rect { y: rest.bottom() - foot.min(1), height: foot.min(1), ..rest };
    Layout { whole, list, page, buttons }
}

fn steps(work: &Work, ctx: &Ctx) -> Vec<Step> {
    match work.mode(ctx) {
        Mode::Over(Over::InPlace) => stages::done(&work.shown(ctx)),
        _ => stages::steps(&work.shown(ctx), work.doing(ctx)),
    }
}

/// Draws the wizard.
pub(super) fn view(wizard: &Rotate, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let places = layout(wizard, ctx, area);
    page::page(frame, &ctx.theme, places.whole, &title(wizard, ctx));
    let Some(work) = &wizard.work else { return choose(wizard, ctx, frame, places.page) };
    let steps = steps(work, ctx);
    if usize::from(places.list.height) < steps.len() {
        frame.render_widget(stepper::short(ctx, &steps, places.list.width), boxed::row(places.list, 0));
    } else {
        for (number, line) in (0..).zip(stepper::lines(ctx, &steps, places.list.width)) {
            frame.render_widget(line, boxed::row(places.list, number));
        }
    }
    let (form, text) = split(work, places.page);
    if let (Some(form), Some(document)) = (form, document(ctx)) {
        let asides = work.slots.asides(document, work.holder, ctx.moment.now);
        work.slots.form.view(&ctx.theme, frame, form, &asides);
    }
    pages::text(work, ctx, text.width).view(&ctx.theme, frame, text, wizard.top);
    if let Some(buttons) = buttons(wizard, ctx) {
        buttons.view(&ctx.theme, frame, places.buttons, wizard.lit);
    }
}

fn choose(wizard: &Rotate, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let offers = wizard.offers(ctx);
    let (page, tops) = pages::choose(wizard, ctx, &offers, (area.width, area.height));
    let top = top_of(&tops, wizard.at, page.len(), area.height);
    page.view(&ctx.theme, frame, area, top);
}

/// The first line to show, so that all of the offer under the cursor is in view.
fn top_of(tops: &[usize], at: usize, lines: usize, rows: u16) -> usize {
    let end = tops.get(at + 1).copied().unwrap_or(lines);
    let begin = tops.get(at).copied().unwrap_or(0);
    end.saturating_sub(rows.into()).min(begin)
}

/// The part of the page that holds the lines to paste into, and the rest.
fn split(work: &Work, page: Rect) -> (Option<Rect>, Rect) {
    if !work.typing {
        return (None, page);
    }
    let rows = u16::try_from(work.slots.form.len() * 2).unwrap_or(FORM).min(FORM);
    // The lines come first where room is scarce.
    let height = rows.min(page.height);
    (Some(Rect { height, ..page }), boxed::below(page, height))
}

fn buttons(wizard: &Rotate, ctx: &Ctx) -> Option<Buttons> {
    match wizard.mode(ctx) {
        Mode::Review => {
            let renews = wizard.work.as_ref().is_some_and(|work| work.shown(ctx).way == Way::Renew);
            let consent = if renews { "y Let X kill it" } else { "y Begin the rotation" };
            Some(Buttons { cancel: "n Cancel", consent })
        }
        Mode::Abandon => Some(Buttons { cancel: "n Go on rotating", consent: "y Abandon it" }),
        _ => None,
    }
}

fn title(wizard: &Rotate, ctx: &Ctx) -> String {
    let name = |owner| {
        let name = document(ctx).and_then(|document| document.name_of(owner));
        name.map(|name| visible_within(name.as_str(), 32)).unwrap_or_default()
    };
    match &wizard.work {
        None => format!("Rotate a credential of {}", name(wizard.owner)),
        Some(work) => format!("Rotate {} of {}", called(work.credential), name(work.holder)),
    }
}

/// The last line it is worth scrolling to.
pub(super) fn last_top(wizard: &Rotate, ctx: &Ctx) -> usize {
    let (Some(areas), Some(work)) = (areas(ctx), &wizard.work) else { return 0 };
    let (_, text) = split(work, layout(wizard, ctx, areas.body).page);
    pages::text(work, ctx, text.width).last_top(text.height)
}

/// Where the lines to paste into are.
pub(super) fn form_area(wizard: &Rotate, ctx: &Ctx) -> Option<Rect> {
    let (areas, work) = (areas(ctx)?, wizard.work.as_ref()?);
    split(work, layout(wizard, ctx, areas.body).page).0
}

/// What stands at `at`.
pub(super) fn hit(wizard: &Rotate, ctx: &Ctx, area: Rect, at: Position) -> Option<Hit> {
    let places = layout(wizard, ctx, area);
    let Some(work) = &wizard.work else {
        let offers = wizard.offers(ctx);
        let (page, tops) = pages::choose(wizard, ctx, &offers, (places.page.width, places.page.height));
        let top = top_of(&tops, wizard.at, page.len(), places.page.height);
        let line = top + usize::from(at.y.checked_sub(places.page.y)?);
        let number = tops.iter().rposition(|first| *first <= line)?;
        return (places.page.contains(at) && line < page.len()).then_some(Hit::Offer(number));
    };
    if let Some(button) = buttons(wizard, ctx).and_then(|buttons| buttons.hit(places.buttons, at)) {
        return Some(Hit::Button(button));
    }
    split(work, places.page).0.filter(|form| form.contains(at)).map(|_| Hit::Form)
}
