//! One value: masked with a fixed width, or in plain while it is revealed.

use ratatui::text::{Line, Span};

use super::super::fields::{Place, is_due};
use super::{Item, Pieces};
use crate::domain::rotation::Rotation;
use crate::domain::text::visible;
use crate::domain::time::age;
use crate::tui::ctx::{Ctx, Reveal};
use crate::tui::effect::SecretRef;
use crate::tui::widgets::text::{chopped, padded};

/// Cells of a field's name: the longest one.
const NAME: usize = 23;
/// Cells of a mask, whatever it hides.
const MASK: usize = 10;

/// The line of one value, and the value itself below it while it is revealed.
pub(super) fn pieces(ctx: &Ctx, place: Place, list: &mut Pieces) {
    let theme = &ctx.theme;
    let row = place.what.field.row();
    let item = Item::Field(place.what);
    let wide = list.width >= NAME + MASK + 17;
    let (name_cells, mask) = if wide { (NAME, MASK) } else { (short(list.width), MASK / 2) };
    let name = Span::styled(padded(row.label.to_owned(), name_cells), theme.base);
    let held = ctx.snapshot.as_ref().and_then(|snapshot| snapshot.document.held(place.what.owner));
    let Some(slot) = place.slot else {
        let dead = held.and_then(|held| held.dead_since(place.what.field));
        let (text, style) = match dead {
            Some(at) => (format!(" {} dead at X since {}", theme.glyphs.none, at.day()), theme.bad),
            None => (format!(" {} not set", theme.glyphs.none), theme.dim),
        };
        list.item(item, Line::from(vec![name, Span::styled(text, style)]));
        return;
    };
    let shown = ctx.reveal.filter(|reveal| reveal.what == place.what);
    let print = ctx.snapshot.as_ref().map(|s| s.document.fingerprints.of(&slot.secret).short());
    let old = age(ctx.moment.now.since(slot.issued_at.unwrap_or(slot.changed_at)));
    let mut spans = vec![name, Span::raw(" ")];
    match shown {
        Some(reveal) => {
            let cells = list.width.saturating_sub(name_cells + 1);
            spans.extend(bar(ctx, &reveal, cells.min(MASK)));
        }
        None => spans.push(Span::styled(theme.mask(mask), theme.dim)),
    }
    spans.push(Span::styled(format!("  #{}", print.unwrap_or_default()), theme.accent));
    spans.push(Span::styled(format!("  {old:>5}"), theme.dim));
    if is_due(ctx, place.what.owner, slot) {
        let word = if list.width >= NAME + MASK + 21 { " due" } else { "" };
        spans.push(Span::styled(format!(" {}{word}", theme.glyphs.due), theme.warn));
    }
    let rotation = held.and_then(|held| held.rotation(place.what.field.credential()));
    if rotation.is_some_and(Rotation::may_be_dead) {
        spans.push(Span::styled(format!(" {} may be dead", theme.glyphs.due), theme.warn));
    }
    list.item(item, Line::from(spans));
    if shown.is_some() {
        for part in chopped(&visible(slot.secret.expose()), list.width.saturating_sub(2)) {
            list.item(item, Line::from(vec![Span::raw("  "), Span::styled(part, theme.reveal)]));
        }
    }
}

const fn short(width: usize) -> usize {
    let left = width.saturating_sub(MASK / 2 + 16);
    if left < 8 {
        8
    } else if left > NAME {
        NAME
    } else {
        left
    }
}

/// The value that is revealed, in visible text; `None` once it is not.
pub(in super::super) fn revealed(ctx: &Ctx, what: SecretRef) -> Option<String> {
    let document = &ctx.snapshot.as_ref()?.document;
    ctx.reveal.filter(|reveal| reveal.what == what)?;
    Some(visible(document.held(what.owner)?.secret(what.field)?.expose()))
}

/// How long a revealed value stays, as a line of its own.
pub(in super::super) fn countdown(ctx: &Ctx, reveal: &Reveal) -> Line<'static> {
    let mut spans = vec![Span::styled(format!("{}  ", reveal.what.field.row().label), ctx.theme.title)];
    spans.extend(bar(ctx, reveal, 20));
    spans.push(Span::styled("  Esc hides it", ctx.theme.dim));
    Line::from(spans)
}

fn bar(ctx: &Ctx, reveal: &Reveal, cells: usize) -> Vec<Span<'static>> {
    let theme = &ctx.theme;
    let left = reveal.until.saturating_sub(ctx.moment.boot);
    let whole = ctx.settings.reveal.as_millis().max(1);
    let room = cells.saturating_sub(5);
    let full = usize::try_from(left.as_millis() * room as u128 / whole).unwrap_or(0).min(room);
    vec![
        Span::styled(theme.glyphs.full.repeat(full), theme.warn),
        Span::styled(theme.glyphs.empty.repeat(room - full), theme.dim),
        Span::styled(format!(" {:>2} s", left.as_millis().div_ceil(1000)), theme.warn),
    ]
}
