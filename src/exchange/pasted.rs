//! Anything at all: values with names, under headings as X's console writes them, or by their shapes alone, in any
//! order.

use super::gather::{Gather, Given};
use super::names::{Bare, known};
use super::rows::{Called, Place, Rows, Unreadable};
use crate::domain::fields::Field;
use crate::domain::labels::Label;
use crate::domain::names::{Handle, UserId};
use crate::domain::pasted::{self, Found};

/// Reads whatever there is.
///
/// # Errors
/// When nothing in it looks like a credential of X.
pub(super) fn read(text: &str) -> Result<Rows, Unreadable> {
    let mut gather = Gather::default();
    let whole = gather.unnamed();
    let mut account = whole;
    for found in pasted::read(text, &[]) {
        let (place, name) = (Place::Line(found.line), found.label.unwrap_or_default());
        let Some(label) = found.what.filter(|label| fits(*label, found.value)) else {
            gather.pass_over(place, name, found.value);
            continue;
        };
        let given = Given { place, name, label, sure: true, value: found.value };
        let suffix = known(name, found.value, Bare::Anybodys).map(|known| known.account);
        match suffix.filter(|suffix| !suffix.is_empty()) {
            Some(suffix) => {
                let account = gather.account(Some(whole), Called::Suffix(suffix));
                gather.take(account, &given);
            }
            None => account = gather.take_or_begin(account, &given),
        }
        doubt(&mut gather, place, &found);
    }
    if gather.is_empty() {
        return Err(Unreadable::Shape("nothing in it looks like a credential of X"));
    }
    gather.finish()
}

/// In prose, “user: ” says nothing unless what follows can be one.
fn fits(label: Label, value: &str) -> bool {
    match label {
        Label::Field(_) | Label::UserToken => true,
        Label::CallbackUrl => value.contains("://"),
        Label::Scopes => value.contains('.'),
        Label::Handle => Handle::parse(value).is_ok(),
        Label::UserId => UserId::parse(value).is_some(),
    }
}

/// Says what a value may be as well, where neither name nor neighbours decide.
fn doubt(gather: &mut Gather, place: Place, found: &Found<'_>) {
    let (Some(Label::Field(taken)), Some(other)) = (found.what, found.also) else { return };
    let phrase = |field: Field| field.row().phrase;
    let text = format!("looks like {} or {}; taken as {}", phrase(taken), phrase(other), phrase(taken));
    gather.note(place, text);
}
