//! A form as a draft and back: everything that was typed, and what it was based on.

use super::rows::About;
use super::sheet::{Born, Said, Sheet, said};
use crate::domain::document::Document;
use crate::domain::fields::{Field, OwnerKind};
use crate::domain::id::{AppId, Owner, ProfileId};
use crate::domain::secret::Secret;
use crate::domain::time::Time;
use crate::tui::effect::Draft;
use crate::tui::widgets::form::{Control, Fate, Form};

/// What a row was based on: a change by someone else in between must not be lost.
const WAS: &str = "was ";
/// A stored value that is to be removed.
const REMOVE: &str = "remove ";
/// A value of the other kind that was pasted and waits for its form.
const CARRIED: &str = "carried ";

/// The word of a kind in the key of a draft.
const fn word(kind: OwnerKind) -> &'static str {
    match kind {
        OwnerKind::App => "form app",
        OwnerKind::Profile => "form profile",
    }
}

/// The key of the draft of `owner`'s form.
pub(super) fn key(owner: Owner) -> String {
    match owner {
        Owner::App(id) => format!("{} {id}", word(OwnerKind::App)),
        Owner::Profile(id) => format!("{} {id}", word(OwnerKind::Profile)),
    }
}

/// Whose form a draft is of. `None`: it is none of ours.
pub(super) fn owner(draft: &Draft) -> Option<Owner> {
    let id = |kind| draft.key.strip_prefix(word(kind)).map(str::trim_start);
    if let Some(id) = id(OwnerKind::Profile) {
        return ProfileId::parse(id).map(Owner::from);
    }
    AppId::parse(id(OwnerKind::App)?).map(Owner::from)
}

/// A draft for the form of an app, stored or new, with these values typed in.
pub(super) fn app_with(id: AppId, values: &[(Field, Secret)]) -> Draft {
    let fields = values.iter().map(|(field, secret)| (field.row().word.to_owned(), secret.clone())).collect();
    Draft { key: key(id.into()), fields }
}

/// Writes down what `form` says.
pub(super) fn write(sheet: &Sheet, form: &Form, carried: &[(Field, Secret)]) -> Draft {
    let mut fields = Vec::new();
    let mut put = |prefix: &str, word: &str, text: &str| {
        fields.push((format!("{prefix}{word}"), Secret::new(text)));
    };
    for (number, spec) in sheet.rows.iter().enumerate() {
        let Some(control) = form.control(number) else { continue };
        match (spec.about, said(control)) {
            (About::Field(_), Said::Value(_)) => put("", spec.word, &control.text()),
            (About::Field(_), Said::Remove) => put(REMOVE, spec.word, ""),
            (About::Plain(_), _) if sheet.born == Born::New => put("", spec.word, &control.text()),
            (About::Plain(_), _) if sheet.touched(form, number) => {
                put("", spec.word, &control.text());
                put(WAS, spec.word, &sheet.base_text(number));
            }
            _ => {}
        }
        // The whole credential, since its fields stand or fall together.
        if let (About::Field(field), true) = (spec.about, sheet.born == Born::Stored) {
            let siblings = field.credential().fields();
            let typed = |field: &Field| sheet.field_row(*field).is_some_and(|row| sheet.touched(form, row));
            if siblings.iter().any(typed) {
                put(WAS, spec.word, sheet.base_value(field).map_or("", Secret::expose));
            }
        }
    }
    for (field, secret) in carried {
        put(CARRIED, field.row().word, secret.expose());
    }
    Draft { key: key(sheet.owner), fields }
}

/// A form as it was.
pub(super) struct Read {
    pub(super) sheet: Sheet,
    pub(super) form: Form,
    pub(super) carried: Vec<(Field, Secret)>,
}

/// Reads what [`write()`] wrote, in front of the vault as it is now. `None`: it is none of ours.
pub(super) fn read(draft: &Draft, document: &Document, now: Time) -> Option<Read> {
    let mut sheet = Sheet::of_draft(document, owner(draft)?, now)?;
    let row = |sheet: &Sheet, word: &str| sheet.rows.iter().position(|spec| spec.word == word);
    if sheet.born == Born::Stored {
        for (word, text) in &draft.fields {
            if let Some(row) = word.strip_prefix(WAS).and_then(|word| row(&sheet, word)) {
                sheet.base_on(row, text.expose());
            }
        }
    }
    let mut form = sheet.form();
    let mut carried = Vec::new();
    for (word, text) in &draft.fields {
        if let Some(field) = word.strip_prefix(CARRIED).and_then(Field::parse) {
            carried.push((field, text.clone()));
        } else if let Some(row) = word.strip_prefix(REMOVE).and_then(|word| row(&sheet, word)) {
            if let Some(Control::Secret(line)) = form.control_mut(row).filter(|_| sheet.born != Born::New) {
                line.fate = Fate::Remove;
            }
        } else if let Some(control) = row(&sheet, word).and_then(|row| form.control_mut(row)) {
            control.set_text(text.expose());
        }
    }
    sheet.refresh(&mut form, document);
    Some(Read { sheet, form, carried })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::app::App;
    use crate::domain::credential::Origin;
    use crate::domain::edit::{Edit, apply_all, set_fields};
    use crate::domain::fingerprint::FingerprintKey;
    use crate::domain::names::Name;
    use crate::tui::dialogs::edit::samples::*;

    const NOW: Time = Time::from_const(1_795_435_200);

    fn id() -> AppId {
        AppId::from_random([1; 16])
    }

    fn vault() -> Document {
        let mut document = Document::new(FingerprintKey::new([7; 32]));
        let name = Name::parse("bots").expect("a valid name");
        document.insert_app(App::new(id(), name, NOW));
        let values = [
            (Field::ApiKey, Some(Secret::new("made-up-key"))),
            (Field::ApiSecret, Some(Secret::new("made-up-secret"))),
            (Field::BearerToken, Some(Secret::new("made-up-bearer"))),
        ];
        let edits = set_fields(&document, id().into(), values, Origin::Edit, NOW);
        apply_all(&document, &edits).expect("they fit")
    }

    /// A form in which a name, a key and a removal were typed.
    fn typed(document: &Document) -> (Sheet, Form) {
        let sheet = Sheet::stored(document, id().into()).expect("it is stored");
        let mut form = sheet.form();
        let row = |word: &str| sheet.rows.iter().position(|spec| spec.word == word).expect("such a row");
        form.control_mut(row("name")).expect("such a row").set_text("birds: and more");
        form.control_mut(row("api_key")).expect("such a row").set_text(&api_key());
        if let Some(Control::Secret(line)) = form.control_mut(row("bearer_token")) {
            line.fate = Fate::Remove;
        }
        (sheet, form)
    }

    fn says(read: &Read) -> Vec<(&'static str, String)> {
        let rows = read.sheet.rows.iter().enumerate();
        let touched = rows.filter(|(number, _)| read.sheet.touched(&read.form, *number));
        touched
            .map(|(number, spec)| {
                (spec.word, read.form.control(number).map(Control::text).unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn nothing_typed_is_lost_not_even_what_cannot_be_saved() {
        let document = vault();
        let (sheet, form) = typed(&document);
        let carried = vec![(Field::AccessToken, Secret::new(access_token()))];
        let draft = write(&sheet, &form, &carried);
        let read = read(&draft, &document, NOW).expect("a draft of ours");
        let wanted =
            [("name", "birds: and more".to_owned()), ("api_key", api_key()), ("bearer_token", String::new())];
        assert_eq!(says(&read), wanted);
        assert_eq!(read.carried, carried);
        assert!(read.sheet.clashes.is_empty());
        assert_eq!(write(&read.sheet, &read.form, &read.carried), draft);
    }

    #[test]
    fn what_others_saved_in_between_is_a_clash_not_a_loss() {
        let document = vault();
        let (sheet, form) = typed(&document);
        let draft = write(&sheet, &form, &[]);
        let theirs = [(Field::ApiSecret, Some(Secret::new("made-up-theirs")))];
        let edits = set_fields(&document, id().into(), theirs, Origin::Edit, NOW);
        let now = apply_all(&document, &edits).expect("they fit");
        let read = read(&draft, &now, NOW).expect("a draft of ours");
        assert_eq!(
            read.sheet.clashes.into_iter().collect::<Vec<_>>(),
            [sheet.field_row(Field::ApiKey).expect("a row")]
        );
    }

    #[test]
    fn a_draft_that_was_saved_after_all_says_nothing_any_more() {
        let document = vault();
        let (sheet, mut form) = typed(&document);
        form.control_mut(0).expect("a row").set_text("birds");
        let draft = write(&sheet, &form, &[]);
        let saved = apply_all(&document, &sheet.edits(&form, NOW)).expect("they fit");
        let read = read(&draft, &saved, NOW).expect("a draft of ours");
        assert_eq!(says(&read), []);
    }

    #[test]
    fn a_new_one_stays_new_until_it_is_saved() {
        let document = vault();
        let other = AppId::from_random([2; 16]);
        let draft = app_with(other, &[(Field::ApiKey, Secret::new(api_key()))]);
        let read = read(&draft, &document, NOW).expect("a draft of ours");
        assert_eq!(read.sheet.born, Born::New);
        assert_eq!(says(&read), [("api_key", api_key())]);
    }

    #[test]
    fn what_was_deleted_meanwhile_is_still_there_to_be_brought_back() {
        let document = vault();
        let (sheet, form) = typed(&document);
        let draft = write(&sheet, &form, &[]);
        let gone = [Edit::Tombstone { owner: id().into(), at: NOW }];
        let gone = apply_all(&document, &gone).expect("it fits");
        let read = read(&draft, &gone, NOW).expect("a draft of ours");
        assert_eq!(read.sheet.born, Born::Gone);
        assert_eq!(says(&read).len(), 3);
    }

    #[test]
    fn other_screens_drafts_are_none_of_ours() {
        for key in ["rotate x", "form profile nonsense", "form app", ""] {
            assert!(owner(&Draft { key: key.to_owned(), fields: Vec::new() }).is_none(), "{key}");
        }
    }
}
