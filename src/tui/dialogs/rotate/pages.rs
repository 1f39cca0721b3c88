//! The texts of the wizard's pages.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::choose::{Offer, called, impact};
use super::stages::Doing;
use super::work::{Mode, Over, Run, Work};
use super::{Rotate, document, person};
use crate::domain::document::Document;
use crate::domain::fields::Credential;
use crate::domain::id::Owner;
use crate::domain::phrase::{ago, counted};
use crate::domain::rotation::{Rotation, Stage, Way};
use crate::failure::Failure;
use crate::ops::{console, rotate};
use crate::tui::ctx::Ctx;
use crate::tui::widgets::prose::Prose;
use crate::tui::widgets::text::padded;

/// Lines that names may take before the rest of them is counted.
const NAME_LINES: usize = 3;
/// Places that the first page lists before the rest is counted; the last page lists all.
const PLACES: usize = 4;
/// Cells of a label in lists of credentials and fields.
const LABEL: usize = 35;

/// The offers, and the first line of each. Where there are fewer rows than it takes, only the offer under the cursor
/// says why it cannot be chosen.
pub(super) fn choose(
    wizard: &Rotate,
    ctx: &Ctx,
    offers: &[Offer],
    (width, rows): (u16, u16),
) -> (Prose, Vec<usize>) {
    let whole = listed(wizard, ctx, offers, width, |_| true);
    if whole.0.len() <= rows.into() {
        whole
    } else {
        listed(wizard, ctx, offers, width, |at| at == wizard.at)
    }
}

fn listed(
    wizard: &Rotate,
    ctx: &Ctx,
    offers: &[Offer],
    width: u16,
    tells: impl Fn(usize) -> bool,
) -> (Prose, Vec<usize>) {
    let theme = &ctx.theme;
    let mut page = Prose::new(width);
    page.text("Which credential? X issues and kills each of these as one.", theme.dim);
    page.air();
    let mut tops = Vec::new();
    for (number, offer) in offers.iter().enumerate() {
        tops.push(page.len());
        let here = number == wizard.at;
        let style = if offer.instead.is_none() { theme.base } else { theme.dim };
        let label = padded(offer.credential.row().label.to_owned(), LABEL.min(page.width() / 2));
        let mut spans = vec![
            Span::styled(if here { theme.glyphs.cursor } else { " " }, theme.accent),
            Span::styled(format!("{label}  "), style),
            Span::styled(offer.stands.clone(), theme.dim),
        ];
        if !offer.more.is_empty() {
            let dot = theme.glyphs.dot;
            spans.push(Span::styled(format!(" {dot} {}", offer.more), theme.dim));
        }
        let line = Line::from(spans);
        page.line(if here { line.style(theme.cursor) } else { line });
        if let Some((why, todo)) = offer.instead.as_ref().filter(|_| tells(number)) {
            page.item("   not here: ", why, theme.dim);
            page.item("   instead:  ", todo, if here { theme.base } else { theme.dim });
        }
    }
    (page, tops)
}

/// The text of every page but the first.
pub(super) fn text(work: &Work, ctx: &Ctx, width: u16) -> Prose {
    let mut page = Prose::new(width);
    let Some(document) = document(ctx) else { return page };
    match work.mode(ctx) {
        Mode::Choose => {}
        Mode::Review => review(work, ctx, document, &mut page),
        Mode::Stage(stage) => stage_text(work, ctx, document, stage, &mut page),
        Mode::Abandon => abandon(work, ctx, &mut page),
        Mode::Over(over) => done(work, ctx, document, over, &mut page),
        Mode::Gone => {
            page.text("This was deleted meanwhile, so there is nothing to rotate any more.", ctx.theme.warn);
            page.air();
            page.text("Enter closes this.", ctx.theme.dim);
        }
    }
    page
}

fn review(work: &Work, ctx: &Ctx, document: &Document, page: &mut Prose) {
    let theme = &ctx.theme;
    let way = work.shown(ctx).way;
    let blast = impact(document, work.holder, work.credential);
    let nothing_yet = (work.credential, way) == (Credential::Access, Way::Login);
    if nothing_yet {
        page.text(&sentence_case(rotate::consequence(work.credential, way)), theme.base);
    } else {
        page.text(&blast.sentence(document, work.holder, work.credential), theme.warn);
    }
    if matches!(work.holder, Owner::App(_)) && !blast.names.is_empty() {
        let room = page.width().saturating_sub(2) * NAME_LINES;
        page.item("  ", &blast.listed(room), theme.title);
    }
    places(ctx, &blast.places, blast.silent, PLACES, "It runs here, as far as the vault knows:", page);
    page.air();
    match way {
        Way::Renew => page.text(
            "X hands back the present pair as long as it is valid. To get another one, X is asked to kill it first, \
             and the bot is down until it has logged in again.",
            theme.base,
        ),
        _ if nothing_yet => {}
        _ => page.text(
            "X kills the old value at once. It goes into the history as a record: it will not work again, and \
             nothing brings it back.",
            theme.base,
        ),
    }
    for line in console::text(work.credential, Stage::Review) {
        page.text(line, theme.base);
    }
    if let Some(other) = work.other_way(ctx) {
        page.item(Span::styled("^T ", theme.key), in_words(other), theme.dim);
    }
    page.air();
    let changed = if way == Way::Renew { "" } else { " Nothing has changed yet." };
    page.text(&format!("Every stage is saved, so it can be left and taken up again.{changed}"), theme.base);
}

/// What taking a way means, behind the key that does it.
pub(super) const fn in_words(way: Way) -> &'static str {
    match way {
        Way::Request => "lets X do it by API instead",
        Way::Console => "goes by X's console instead",
        Way::Login | Way::Renew => "goes by a login instead",
        Way::Revoke => "revokes it instead",
    }
}

/// Where the old value runs, one line per place.
fn places(
    ctx: &Ctx,
    places: &[(String, String)],
    silent: usize,
    most: usize,
    heading: &str,
    page: &mut Prose,
) {
    let theme = &ctx.theme;
    if !places.is_empty() {
        page.air();
        page.text(heading, theme.base);
    }
    for (place, bot) in places.iter().take(most) {
        page.line(vec![
            Span::raw("  "),
            Span::styled(place.clone(), theme.title),
            Span::styled(format!("  {bot}"), theme.dim),
        ]);
    }
    let more = places.len().saturating_sub(most);
    if more > 0 {
        page.text(&format!("  … and {}, listed at the end", counted(more, "more place")), theme.dim);
    }
    if silent > 0 {
        let (bots, says) = (counted(silent, "bot"), if silent == 1 { "does not say" } else { "do not say" });
        page.text(&format!("  {bots} {says} where: e on the bot keeps such lines"), theme.dim);
    }
}

fn stage_text(work: &Work, ctx: &Ctx, document: &Document, stage: Stage, page: &mut Prose) {
    let theme = &ctx.theme;
    if work.doing(ctx) == Doing::Running {
        page.text(
            &format!("{}. This stage finishes by itself, also if you leave or lock.", under_way(stage)),
            theme.base,
        );
        heard(work, ctx, page);
        return;
    }
    if let Run::Failed(failure) | Run::Refused(failure) = &work.run {
        failed(ctx, failure, page);
        if work.rotation(ctx).is_none() {
            page.text("Nothing has changed. Enter tries again, Esc leaves.", theme.dim);
            return;
        }
    }
    match stage {
        Stage::Login => person::login_page(work, ctx, document, page),
        Stage::Logins => person::logins_page(work, ctx, document, page),
        Stage::Console | Stage::Paste if work.typing => person::paste_help(work, ctx, page),
        Stage::Console => person::console_page(work, ctx, document, page),
        stage => waiting(work, ctx, stage, page),
    }
}

/// What is being done at a stage.
const fn under_way(stage: Stage) -> &'static str {
    match stage {
        Stage::Review => "birdkeep looks whether all is ready",
        Stage::Invalidate => "X is asked to kill the old value",
        Stage::Fetch => "X is asked for a new value",
        Stage::Verify => "The new value is tried on a read-only call",
        Stage::Promote => "The new value is put in place",
        Stage::Login | Stage::Console | Stage::Paste | Stage::Logins => "The stage is saved",
        Stage::Bearer => "X is asked for the bearer token of the new key",
    }
}

/// A stage of birdkeep's own that was left, or did not work out.
fn waiting(work: &Work, ctx: &Ctx, stage: Stage, page: &mut Prose) {
    let theme = &ctx.theme;
    heard(work, ctx, page);
    if let Some(rotation) = work.rotation(ctx) {
        let ago = ago(ctx.moment.now.since(rotation.started_at));
        page.text(&format!("This rotation was begun {ago} and waits here."), theme.base);
        if rotation.may_be_dead() {
            page.text(
                "X may have killed the stored value already: what runs with it may be down until the new one is \
                 in place.",
                theme.warn,
            );
        }
    }
    page.air();
    let verb = if matches!(work.run, Run::Failed(_)) { "tries again" } else { "goes on" };
    page.text(&format!("Enter {verb} with “{}”. Esc leaves it for later.", stage.row().title), theme.base);
}

/// What the stages said, but what this page says itself.
pub(super) fn heard(work: &Work, ctx: &Ctx, page: &mut Prose) {
    let own = console::page(work.credential);
    let is_own = |said: &String| {
        own.as_ref().is_some_and(|page| page.steps.contains(said) || said.contains(&page.url))
    };
    let said: Vec<&String> = work.said.iter().filter(|said| !is_own(said)).collect();
    if !said.is_empty() {
        page.air();
        told(&said, ctx, page);
        page.air();
    }
}

fn told(said: &[&String], ctx: &Ctx, page: &mut Prose) {
    for sentence in said {
        let lead = Span::styled(format!("{} ", ctx.theme.glyphs.dot), ctx.theme.dim);
        page.item(lead, &sentence_case(sentence), ctx.theme.dim);
    }
}

/// With a capital and a full stop.
fn sentence_case(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let stop = if text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{first}{}{stop}", chars.as_str())
}

fn failed(ctx: &Ctx, failure: &Failure, page: &mut Prose) {
    let theme = &ctx.theme;
    let line = |page: &mut Prose, lead: Span<'static>, text: &str, style: Style| page.item(lead, text, style);
    line(page, Span::styled(format!("{} ", theme.glyphs.failed), theme.bad), &failure.what, theme.bad);
    line(page, Span::styled("  because  ", theme.dim), &failure.because, theme.base);
    line(page, Span::styled("  try this ", theme.dim), &failure.try_this, theme.base);
    page.air();
}

fn abandon(work: &Work, ctx: &Ctx, page: &mut Prose) {
    let theme = &ctx.theme;
    if matches!(work.stage(ctx), Some(Stage::Bearer | Stage::Logins)) {
        page.text("End this rotation here?", theme.title);
        page.air();
        page.text(
            "The new API key and secret stay in place. Bots that have not logged in since stay down, and nothing says \
             so any more but their checks.",
            theme.warn,
        );
        return;
    }
    page.text("End this rotation without a new value?", theme.title);
    page.air();
    if work.rotation(ctx).is_some_and(Rotation::may_be_dead) {
        page.text(
            "What X has done stays done: if the old value is dead, it stays dead, and what runs with it stays \
             down until a new value is put in.",
            theme.warn,
        );
    } else {
        page.text("X has not been asked to kill anything yet: the stored value goes on working.", theme.base);
    }
    page.text(
        "A value that was fetched or pasted already is kept as a candidate; it is not put in place.",
        theme.base,
    );
    page.air();
    page.text("To go on later instead, press n and leave with Esc: the rotation waits.", theme.base);
}

fn done(work: &Work, ctx: &Ctx, document: &Document, over: Over, page: &mut Prose) {
    let theme = &ctx.theme;
    match over {
        Over::InPlace => changed(work, ctx, page),
        Over::Abandoned => page.text("The rotation is over, without a new value.", theme.title),
    }
    if over == Over::InPlace {
        let blast = impact(document, work.holder, work.credential);
        let heading = "These places still run with the old value, until you give them the new one:";
        places(ctx, &blast.places, blast.silent, usize::MAX, heading, page);
        page.air();
        page.item(
            Span::styled("y ", theme.key),
            "copies the new value, once this is closed; H shows the old one, a record.",
            theme.base,
        );
    }
    page.text("Enter closes this.", theme.base);
    if !work.said.is_empty() {
        page.air();
        page.text("What happened:", theme.dim);
        told(&work.said.iter().collect::<Vec<_>>(), ctx, page);
    }
}

fn changed(work: &Work, ctx: &Ctx, page: &mut Prose) {
    let theme = &ctx.theme;
    page.text(&sentence_case(&format!("{} is new", called(work.credential))), theme.good);
    let print = |print: &Option<String>| {
        print.as_ref().map_or_else(|| "not set".to_owned(), |print| format!("#{print}"))
    };
    for ((field, old), (_, new)) in work.old.iter().zip(work.prints(ctx)) {
        let mut spans =
            vec![Span::styled(format!("  {}  ", padded(field.row().label.to_owned(), 20)), theme.base)];
        // Taken up after the new one was put in place, there is no old one to show.
        if *old != new {
            spans.push(Span::styled(print(old), theme.dim));
            spans.push(Span::styled(format!(" {} ", theme.glyphs.arrow), theme.dim));
        }
        spans.push(Span::styled(print(&new), theme.title));
        page.line(Line::from(spans));
    }
}
