//! The picture of the history: a list, and below it the value under the cursor.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Span};

use super::History;
use crate::domain::credential::{Origin, Retired};
use crate::domain::phrase::ago;
use crate::domain::text::visible;
use crate::domain::time::age;
use crate::ops::history;
use crate::tui::ctx::Ctx;
use crate::tui::widgets::boxed;
use crate::tui::widgets::input::MASK;
use crate::tui::widgets::page;
use crate::tui::widgets::text::{chopped, padded, wrapped};
use crate::tui::widgets::typed_name::TypedName;

/// What every history says: an old value is no way back.
const RECORD: &str = "this is a record, not a way back";

/// How a value was replaced, as the end of a sentence.
const WHY: &[(Origin, &str)] = &[
    (Origin::Edit, "by hand"),
    (Origin::Import, "by an import"),
    (Origin::Rotation, "by a rotation"),
    (Origin::Login, "by a new login"),
    (Origin::Refresh, "by a refresh"),
    (Origin::Check, "after a check brought another"),
    (Origin::Restore, "by a restored save"),
    (Origin::Revoke, "since it was revoked"),
];

/// Cells of an age, of a field's name where there is room, of the word for why, of `#7f3a`.
const AGE: usize = 6;
const LABEL: usize = 24;
const ORIGIN: usize = 9;
const PRINT: usize = 5;

/// From this width on a line of the list has all its columns.
const ROOMY: usize = 76;

fn why(origin: Origin) -> &'static str {
    WHY.iter().find(|(of, _)| *of == origin).map_or("somehow", |(_, why)| why)
}

/// Draws it.
pub(super) fn view(state: &History, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let theme = &ctx.theme;
    let name = state.document(ctx).and_then(|(document, _)| document.name_of(state.owner));
    let name = name.map_or("", |name| name.as_str());
    let inside = page::page(frame, theme, area, &format!("History of “{name}”"));
    let width = usize::from(inside.width);
    let rows = state.rows(ctx);
    let Some(chosen) = rows.get(state.at) else {
        let lines = ["nothing was replaced here yet", RECORD, "rotating or editing a value adds a line"];
        let lines = lines.iter().flat_map(|text| wrapped(text, width));
        let lines = lines.map(|text| Line::styled(text, theme.dim)).collect();
        return page::scrolled(frame, theme, inside, lines, 0);
    };
    let inside = match &state.purging {
        Some(typed) => {
            let foot = TypedName::ROWS.min(inside.height);
            let at = Rect { y: inside.bottom() - foot, height: foot, ..inside };
            typed.view(ctx, frame, at, ("to forget all of it, backups included", name));
            Rect { height: inside.height - foot, ..inside }
        }
        None => inside,
    };
    let detail = detail(state, ctx, chosen, width);
    let (list, below) = split(inside, rows.len(), detail.len());
    let top = top(state.at, rows.len(), list.height);
    for (y, (number, retired)) in (0..list.height).zip(rows.iter().enumerate().skip(top)) {
        let at = boxed::row(list, y);
        frame.render_widget(line(state, ctx, retired, width), at);
        if number == state.at {
            frame.buffer_mut().set_style(at, theme.cursor);
            if at.x > 0 {
                frame.buffer_mut().set_string(at.x - 1, at.y, theme.glyphs.cursor, theme.accent);
            }
        }
    }
    page::scrolled(frame, theme, below, detail, 0);
}

/// The list above, the value under the cursor below; with a blank line between where there is room.
fn split(inside: Rect, rows: usize, detail: usize) -> (Rect, Rect) {
    let detail = u16::try_from(detail).unwrap_or(u16::MAX);
    let least = u16::try_from(rows).unwrap_or(u16::MAX).min(2).min(inside.height);
    let all = u16::try_from(rows).unwrap_or(u16::MAX);
    let list = inside.height.saturating_sub(detail).min(all).max(least);
    let blank = u16::from(list.saturating_add(detail) < inside.height);
    (Rect { height: list, ..inside }, boxed::below(inside, list + blank))
}

/// The first place in view: the cursor stays near the middle.
fn top(at: usize, rows: usize, height: u16) -> usize {
    at.saturating_sub(usize::from(height) / 2).min(page::last_top(rows, height))
}

/// The place that was clicked.
pub(super) fn hit(state: &History, ctx: &Ctx, area: Rect, at: Position) -> Option<usize> {
    let inside = page::inside(area);
    let rows = state.rows(ctx);
    let detail = detail(state, ctx, rows.get(state.at)?, inside.width.into());
    let (list, _) = split(inside, rows.len(), detail.len());
    let top = top(state.at, rows.len(), list.height);
    let number = top + usize::from(at.y.checked_sub(list.y)?);
    (list.contains(at) && number < rows.len()).then_some(number)
}

/// `11 d  Access token secret  rotation  ••••••••••••  #7f3a  now #91ab`, as much of it as fits.
fn line(state: &History, ctx: &Ctx, retired: &Retired, width: usize) -> Line<'static> {
    let theme = &ctx.theme;
    let since = padded(age(ctx.moment.now.since(retired.until)), AGE);
    let (old, now) = prints(state, ctx, retired);
    let label = retired.field.row().label.to_owned();
    // Where X is not known to have killed it, that is said.
    let mark = if retired.dead_at.is_some() { theme.glyphs.failed } else { "?" };
    let dead =
        Span::styled(format!(" {mark}"), if retired.dead_at.is_some() { theme.dim } else { theme.warn });
    if width < ROOMY {
        let room = width.saturating_sub(AGE + 1 + PRINT + 2).min(LABEL);
        return Line::from(vec![
            Span::styled(since, theme.dim),
            Span::styled(padded(label, room), theme.base),
            Span::styled(format!(" {old}"), theme.base),
            dead,
        ]);
    }
    Line::from(vec![
        Span::styled(since, theme.dim),
        Span::styled(padded(label, LABEL), theme.base),
        Span::styled(format!(" {}", padded(retired.origin.word().to_owned(), ORIGIN)), theme.dim),
        Span::styled(format!(" {}  ", theme.mask(MASK)), theme.dim),
        Span::styled(padded(old, PRINT), theme.base),
        dead,
        Span::styled("  now ", theme.dim),
        Span::styled(now.unwrap_or_else(|| "none".to_owned()), theme.dim),
    ])
}

/// The fingerprints of the old value and of the present one.
fn prints(state: &History, ctx: &Ctx, retired: &Retired) -> (String, Option<String>) {
    let Some((document, held)) = state.document(ctx) else { return Default::default() };
    let print = |secret| format!("#{}", document.fingerprints.of(secret).short());
    (print(&retired.secret), held.secret(retired.field).map(print))
}

/// All there is to say about the value under the cursor.
fn detail(state: &History, ctx: &Ctx, retired: &Retired, width: usize) -> Vec<Line<'static>> {
    let theme = &ctx.theme;
    let (old, now) = prints(state, ctx, retired);
    let ago = ago(ctx.moment.now.since(retired.until));
    let mut lines = vec![Line::styled(retired.field.row().label, theme.title)];
    let sentence = format!("replaced {ago} {}, on {}", why(retired.origin), retired.until.day());
    let mut say = |text: &str, style| {
        lines.extend(wrapped(text, width).into_iter().map(|text| Line::styled(text, style)));
    };
    say(&format!("{sentence}; held since {}", retired.since.day()), theme.base);
    let mask = || Span::styled(theme.mask(MASK.min(width)), theme.dim);
    match state.left(state.at, ctx) {
        Some(left) => {
            let seconds = left.as_millis().div_ceil(1000);
            lines.push(Line::from(vec![
                Span::styled(format!("old  {old}  "), theme.base),
                Span::styled(format!("hidden in {seconds} s"), theme.warn),
            ]));
            let value = chopped(&visible(retired.secret.expose()), width);
            lines.extend(value.into_iter().map(|text| Line::styled(text, theme.reveal)));
        }
        None => lines.push(Line::from(vec![
            Span::styled("old  ", theme.dim),
            mask(),
            Span::styled(format!("  {old}"), theme.base),
        ])),
    }
    lines.push(match now {
        Some(same) if same == old => Line::styled("now  the same value again", theme.base),
        Some(now) => Line::from(vec![
            Span::styled("now  ", theme.dim),
            mask(),
            Span::styled(format!("  {now}"), theme.base),
        ]),
        None => Line::styled("now  none: it was taken away", theme.base),
    });
    let at_x = format!("{}: {RECORD}", history::at_x(retired));
    let style = if retired.dead_at.is_some() { theme.dim } else { theme.warn };
    lines.extend(wrapped(&at_x, width).into_iter().map(|text| Line::styled(text, style)));
    lines
}
