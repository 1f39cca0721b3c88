//! A walk as a draft and back: where it was, what was typed, and every value.

use super::{Guide, PROOF, Page, Seal};
use crate::domain::fields::Field;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::secret::Secret;
use crate::ops::console::{self, ForApp};
use crate::tui::effect::Draft;
use crate::tui::widgets::input::{Input, Look};

/// How the key of a draft begins; the id of the bot follows.
const KEY: &str = "guide ";
/// The app, and whether it was in the vault before.
const APP: &str = "app";
const KNOWN: &str = "known app";
/// The page: `bot`, `finish` or the word of a step.
const PAGE: &str = "page";
const BOT: &str = "bot";
const FINISH: &str = "finish";
const DIGITS: &str = "digits";
/// A step that was skipped.
const SKIPPED: &str = "skipped ";
/// A row of the first page.
const ROW: &str = "row ";
const TYPED: &str = "typed";
/// A value that was pasted.
const VALUE: &str = "value ";

pub(super) fn is_ours(draft: &Draft) -> bool {
    draft.key.strip_prefix(KEY).and_then(ProfileId::parse).is_some()
}

fn field<'a>(draft: &'a Draft, word: &str) -> Option<&'a str> {
    draft.fields.iter().find(|(own, _)| own == word).map(|(_, text)| text.expose())
}

/// Whether it is a walk to a bot of `app`, or of a new one.
pub(super) fn is_of(draft: &Draft, app: Option<AppId>) -> bool {
    is_ours(draft) && field(draft, KNOWN).and_then(AppId::parse) == app
}

/// Writes down how far it is.
pub(super) fn write(guide: &Guide) -> Draft {
    let mut fields = Vec::new();
    let mut put = |word: String, text: &str| fields.push((word, Secret::new(text)));
    let app = if guide.for_app == ForApp::Known { KNOWN } else { APP };
    put(app.to_owned(), &guide.app.to_string());
    let page = match guide.page {
        Page::Bot => BOT,
        Page::Step(_) => guide.step().map_or(BOT, |step| step.word.as_str()),
        Page::Finish | Page::Done => FINISH,
    };
    put(PAGE.to_owned(), page);
    put(DIGITS.to_owned(), &guide.bot.digits);
    for (word, text) in guide.bot.texts() {
        put(format!("{ROW}{word}"), &text);
    }
    for word in &guide.skipped {
        put(format!("{SKIPPED}{word}"), "");
    }
    if !guide.input.is_empty() {
        put(TYPED.to_owned(), guide.input.text());
    }
    for (field, value) in &guide.got.values {
        put(format!("{VALUE}{}", field.row().word), value.expose());
    }
    Draft { key: format!("{KEY}{}", guide.profile), fields }
}

/// Reads what [`write()`] wrote. `None`: it is none of ours.
pub(super) fn read(draft: &Draft) -> Option<Guide> {
    let profile = ProfileId::parse(draft.key.strip_prefix(KEY)?)?;
    let (for_app, app) = match field(draft, KNOWN) {
        Some(id) => (ForApp::Known, id),
        None => (ForApp::New, field(draft, APP)?),
    };
    let mut guide = Guide::new(for_app, AppId::parse(app)?, profile, 0);
    guide.seal = Seal::Kept;
    if let Some(digits) = field(draft, DIGITS) {
        digits.clone_into(&mut guide.bot.digits);
    }
    for (word, text) in &draft.fields {
        if let Some(word) = word.strip_prefix(ROW) {
            guide.bot.set(word, text.expose());
        } else if let Some(word) = word.strip_prefix(SKIPPED) {
            let mut words = console::walk().iter().map(|step| step.word.as_str()).chain([PROOF]);
            guide.skipped.extend(words.find(|known| *known == word));
        } else if let Some(field) = word.strip_prefix(VALUE).and_then(Field::parse) {
            guide.got.put(field, text.clone());
        } else if word == TYPED {
            guide.input = Input::with(Look::Masked, text.expose());
        }
    }
    let word = field(draft, PAGE).unwrap_or(BOT);
    let number = guide.way().iter().position(|step| step.word == word);
    guide.page = match (word, number) {
        (FINISH, _) => Page::Finish,
        (_, Some(number)) => Page::Step(number),
        _ => Page::Bot,
    };
    Some(guide)
}
