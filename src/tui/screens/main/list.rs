//! The lists: columns that adapt to the width, only the rows in view.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::panes::{inside, rows};
use super::{Main, Pane, Place, apps, fields};
use crate::domain::id::{AppId, ProfileId};
use crate::domain::permission::Grant;
use crate::domain::profile::Profile;
use crate::domain::search::Search;
use crate::domain::staleness::{self, STALE};
use crate::domain::text::visible_within;
use crate::domain::time::age;
use crate::domain::verdict::{Finding, State};
use crate::tui::ctx::Ctx;
use crate::tui::roster::is_stale;
use crate::tui::widgets::boxed::row;
use crate::tui::widgets::roll::Roll;
use crate::tui::widgets::text::{highlighted, padded};

/// Cells before the first column: cursor, mark, air.
const LEAD: usize = 3;
/// The least cells of a name.
const NAME: usize = 15;
/// Cells in which most names are whole.
const NAME_WHOLE: usize = 18;

/// One column of the list of profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Name,
    Account,
    App,
    May,
    State,
}

impl Column {
    const fn title(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Account => "account",
            Self::App => "app",
            Self::May => "may",
            Self::State => "state",
        }
    }
}

/// The columns and their cells in a list of `width` cells, in order. The state is always among them.
fn columns(width: usize) -> Vec<(Column, usize)> {
    // One cell of air before the border.
    let room = width.saturating_sub(LEAD + 1);
    let mut state = 15.min(room / 2);
    let mut left = room.saturating_sub(state + 1);
    let mut columns = Vec::new();
    // The first of these are missed most when room is scarce.
    for (column, cells) in [(Column::May, 13), (Column::Account, 12), (Column::App, 14)] {
        if left > NAME + cells {
            left -= cells + 1;
            columns.push((column, cells));
        }
    }
    // Then the age beside every word, if most names are still whole.
    if left >= NAME_WHOLE + 6 {
        left -= 6;
        state += 6;
    }
    columns.push((Column::State, state));
    columns.push((Column::Name, left));
    columns.sort_by_key(|(column, _)| *column as usize);
    columns
}

/// Draws the list of profiles.
pub(super) fn profiles(main: &Main, ctx: &Ctx, frame: &mut Frame, pane: Rect, borders: bool) {
    let theme = &ctx.theme;
    let area = inside(pane, borders);
    let columns = columns(area.width.into());
    let mut titles = " ".repeat(LEAD);
    for (column, cells) in &columns {
        titles.push_str(&padded(column.title().to_owned(), *cells));
        titles.push(' ');
    }
    frame.render_widget(Line::from(Span::styled(titles, theme.dim)), row(area, 0));
    let query = main.filter.input.text();
    let mut search = (!query.trim().is_empty()).then(|| Search::new(query));
    let roll = &main.profiles.roll;
    let area = rows(pane, borders);
    for (y, index) in (0..area.height).zip(roll.window(area.height.into())) {
        let Some(id) = roll.ids().get(index) else { continue };
        let at = row(area, y);
        frame.render_widget(profile_line(main, ctx, *id, &columns, &mut search), at);
        light(main, ctx, frame, at, index == roll.index(), name_cells(&columns));
    }
    if roll.is_empty() {
        empty(main, ctx, frame, area);
    }
}

fn name_cells(columns: &[(Column, usize)]) -> usize {
    columns.iter().find(|(column, _)| *column == Column::Name).map_or(0, |(_, cells)| *cells)
}

fn profile_line(
    main: &Main,
    ctx: &Ctx,
    id: ProfileId,
    columns: &[(Column, usize)],
    search: &mut Option<Search>,
) -> Line<'static> {
    let theme = &ctx.theme;
    let mark = if main.profiles.marks.contains(&id) { theme.glyphs.mark } else { " " };
    let mut spans = vec![Span::styled(format!(" {mark} "), theme.accent)];
    let profile = ctx.snapshot.as_ref().and_then(|snapshot| Some((snapshot, snapshot.document.profile(id)?)));
    let Some((snapshot, profile)) = profile else { return Line::from(spans) };
    let finding = ctx.roster.finding(snapshot, id);
    for (column, cells) in columns {
        let cells = *cells;
        match column {
            Column::Name => {
                let name = visible_within(profile.name.as_str(), cells);
                let hits = search.as_mut().map(|search| search.hits(&name)).unwrap_or_default();
                spans.extend(highlighted(&padded(name, cells), &hits, theme.base, theme.hit));
            }
            Column::Account => {
                // Where none is stored, the one that answered.
                let answered = || Some(&finding?.verdict.account.as_ref()?.handle);
                let handle = profile.handle.as_ref().or_else(answered).map(ToString::to_string);
                spans.push(text(handle, cells, theme.dim, theme.dim, theme.glyphs.none));
            }
            Column::App => {
                let app = snapshot.document.app_of(profile).map(|app| app.name.as_str().to_owned());
                spans.push(text(app, cells, theme.dim, theme.dim, theme.glyphs.none));
            }
            Column::May => spans.push(text(may(finding), cells, theme.base, theme.dim, theme.glyphs.none)),
            Column::State => spans.extend(state(ctx, profile, finding, cells)),
        }
        spans.push(Span::raw(" "));
    }
    Line::from(spans)
}

fn text(text: Option<String>, cells: usize, style: Style, without: Style, none: &str) -> Span<'static> {
    match text {
        Some(text) => Span::styled(padded(visible_within(&text, cells), cells), style),
        None => Span::styled(padded(none.to_owned(), cells), without),
    }
}

/// What the token may do, in a word.
fn may(finding: Option<&Finding>) -> Option<String> {
    match &finding?.verdict.grant {
        Grant::Oauth1(level) => level.map(|level| level.short().to_owned()),
        Grant::Oauth2(scopes) => Some(format!("{} scopes", scopes.len())),
        Grant::AppOnly => Some("public reads".to_owned()),
        Grant::Nothing => None,
    }
}

/// Glyph, word and colour of how a profile stands, how long ago that was seen, and whether a value is due.
fn state(ctx: &Ctx, profile: &Profile, finding: Option<&Finding>, cells: usize) -> Vec<Span<'static>> {
    let theme = &ctx.theme;
    if ctx.jobs.is_checking(profile.id) {
        return vec![
            Span::styled(format!("{} ", ctx.spinner()), theme.accent),
            Span::styled(padded("asking X".to_owned(), cells.saturating_sub(2)), theme.dim),
        ];
    }
    let due = fields::anything_due(ctx, profile.id.into());
    let room = cells.saturating_sub(if due { 4 } else { 2 });
    let mut spans = stands(ctx, profile, finding, room);
    if due {
        spans.push(Span::styled(format!(" {}", theme.glyphs.due), theme.warn));
    }
    spans
}

/// What the vault itself knows comes before what a check has found.
fn stands(ctx: &Ctx, profile: &Profile, finding: Option<&Finding>, room: usize) -> Vec<Span<'static>> {
    let theme = &ctx.theme;
    let said = |state, word: &str, quiet: bool| {
        let (glyph, style) = theme.state(state);
        let word = padded(word.to_owned(), room);
        let words = if quiet { theme.dim } else { style };
        vec![Span::styled(format!("{glyph} "), style), Span::styled(word, words)]
    };
    if let Some(mark) = ctx.roster.mark(profile.id) {
        return said(mark.state(), mark.short(), false);
    }
    let Some(finding) = finding else {
        let hint = ctx.snapshot.as_ref().and_then(|snapshot| ctx.roster.hint(snapshot, profile.id));
        return match hint {
            Some(hint) => said(hint.state(), hint.cause.row().short, hint.state() == State::Unknown),
            None => said(State::Unknown, "not checked", true),
        };
    };
    let (glyph, style) = theme.state(finding.verdict.state());
    let word = finding.verdict.cause.row().short;
    let ago = staleness::shown(finding, ctx.moment.now, ctx.settings.stale_after);
    let old = is_stale(finding, ctx.moment, &ctx.settings);
    let fits = room >= 19 || finding.verdict.state() == State::Ok && room >= 11;
    // Where the age has no room, its mark still has.
    let ago = match (fits, old) {
        (true, _) => format!("{ago:>6}"),
        (false, true) => STALE.to_owned(),
        (false, false) => String::new(),
    };
    let word_cells = room.saturating_sub(ago.len());
    vec![
        Span::styled(format!("{glyph} "), style),
        Span::styled(padded(word.to_owned(), word_cells), style),
        Span::styled(ago, if old { theme.warn } else { theme.dim }),
    ]
}

/// Draws the list of apps.
pub(super) fn apps(main: &Main, ctx: &Ctx, frame: &mut Frame, pane: Rect, borders: bool) {
    let theme = &ctx.theme;
    let area = inside(pane, borders);
    let width = usize::from(area.width);
    let (bots, state, due) = (7, 18, 10);
    let name = width.saturating_sub(LEAD + bots + state + due + 3);
    let (name, due) = if name < 12 { (name + due + 1, 0) } else { (name, due) };
    let title = format!(
        "{}{} {} {} {}",
        " ".repeat(LEAD),
        padded("name".to_owned(), name),
        padded("bots".to_owned(), bots),
        padded("state".to_owned(), state),
        padded("oldest".to_owned(), due)
    );
    frame.render_widget(Line::from(Span::styled(title, theme.dim)), row(area, 0));
    let area = rows(pane, borders);
    let document = ctx.snapshot.as_ref().map(|snapshot| &snapshot.document);
    for (y, index) in (0..area.height).zip(main.apps.window(area.height.into())) {
        let app = main.apps.ids().get(index).and_then(|id: &AppId| document?.app(*id));
        let Some(app) = app else { continue };
        let standing = apps::standing(ctx, app);
        let (glyph, style) = theme.state(standing.worst);
        let word = match (standing.needing, standing.worst) {
            (0, State::Ok) => "all fine".to_owned(),
            (0, _) => "not all checked".to_owned(),
            (1, _) => "1 needs you".to_owned(),
            (count, _) => format!("{count} need you"),
        };
        let old = standing.oldest.map(|days| format!("{days} d")).unwrap_or_default();
        let overdue = fields::anything_due(ctx, app.id.into());
        let due_glyph = if overdue { theme.glyphs.due } else { " " };
        let line = Line::from(vec![
            Span::raw(" ".repeat(LEAD)),
            Span::styled(padded(visible_within(app.name.as_str(), name), name + 1), theme.base),
            Span::styled(padded(standing.bots.to_string(), bots + 1), theme.dim),
            Span::styled(format!("{glyph} "), style),
            Span::styled(padded(word, state - 1), style),
            Span::styled(if due > 0 { format!("{old:>6} {due_glyph}") } else { String::new() }, {
                if overdue { theme.warn } else { theme.dim }
            }),
        ]);
        let at = row(area, y);
        frame.render_widget(line, at);
        light(main, ctx, frame, at, index == main.apps.index(), name);
    }
    if main.apps.is_empty() {
        empty(main, ctx, frame, area);
    }
}

/// Draws the log.
pub(super) fn log(main: &Main, ctx: &Ctx, frame: &mut Frame, pane: Rect, borders: bool) {
    let theme = &ctx.theme;
    let area = inside(pane, borders);
    let width = usize::from(area.width);
    let name = if width >= 70 { 24 } else { 12.min(width / 3) };
    let head = format!("{}when   {} what", " ".repeat(LEAD), padded("who".to_owned(), name));
    frame.render_widget(Line::from(Span::styled(head, theme.dim)), row(area, 0));
    let area = rows(pane, borders);
    let roll: &Roll<usize> = &main.log.roll;
    for (y, index) in (0..area.height).zip(roll.window(area.height.into())) {
        let Some(entry) = roll.ids().get(index).and_then(|number| main.log.row(*number)) else { continue };
        let ago = age(ctx.moment.now.since(entry.at));
        let what = width.saturating_sub(LEAD + 8 + name);
        let line = Line::from(vec![
            Span::raw(" ".repeat(LEAD)),
            Span::styled(padded(ago, 7), theme.dim),
            Span::styled(padded(visible_within(&entry.name, name), name + 1), theme.base),
            Span::styled(visible_within(&entry.what.sentence(), what), theme.base),
        ]);
        let at = row(area, y);
        frame.render_widget(line, at);
        light(main, ctx, frame, at, index == roll.index(), 0);
    }
    if roll.is_empty() {
        empty(main, ctx, frame, area);
    }
}

/// Lights the line under the cursor, and in it the name, which takes `name` cells.
pub(super) fn light(main: &Main, ctx: &Ctx, frame: &mut Frame, at: Rect, here: bool, name: usize) {
    if !here || at.is_empty() {
        return;
    }
    let theme = &ctx.theme;
    let focus = main.pane == Pane::List;
    let style = if focus { theme.cursor } else { theme.cursor_away };
    frame.buffer_mut().set_style(at, style);
    let lead = u16::try_from(LEAD).unwrap_or(0).min(at.width);
    let width = u16::try_from(name).unwrap_or(u16::MAX).min(at.width - lead);
    if focus {
        frame.buffer_mut().set_style(Rect { x: at.x + lead, width, ..at }, theme.pick);
    }
    let bar = if focus { theme.accent } else { theme.dim };
    frame.buffer_mut().set_string(at.x, at.y, theme.glyphs.cursor, bar);
}

/// What an empty list says: what to do about it.
pub(super) fn empty(main: &Main, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let theme = &ctx.theme;
    let lines: &[&str] = if main.place == Place::Log && main.filter.input.is_empty() {
        &["nothing has happened yet"]
    } else if main.filter.input.is_empty() {
        &["nothing here yet", "n makes one by hand, i imports what you have"]
    } else {
        &["nothing matches the filter", "Esc clears it"]
    };
    let top = area.height / 3;
    for (y, text) in (top..).zip(lines) {
        let style = if y == top { theme.base } else { theme.dim };
        frame.render_widget(Line::from(Span::styled(*text, style)).centered(), row(area, y));
    }
}
