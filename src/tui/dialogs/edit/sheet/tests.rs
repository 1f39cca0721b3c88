use super::*;
use crate::domain::edit::{apply_all, set_fields};
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::{AppId, ProfileId};
use crate::domain::names::Handle;
use crate::domain::needs::Need;
use crate::tui::dialogs::edit::samples::*;

const NOW: Time = Time::from_const(1_795_435_200);

fn name(text: &str) -> Name {
    Name::parse(text).expect("a valid name")
}

fn owner() -> Owner {
    ProfileId::from_random([1; 16]).into()
}

/// A vault with one profile, which has a handle, needs, tags and an access pair.
fn vault() -> Document {
    let mut document = Document::new(FingerprintKey::new([7; 32]));
    let mut profile = Profile::new(ProfileId::from_random([1; 16]), name("wiki"), NOW);
    profile.handle = Handle::parse("wikidaily").ok();
    profile.needs.extend([Need::Read, Need::Post]);
    profile.tags.extend([name("daily"), name("old")]);
    document.insert_profile(profile);
    let values = [
        (Field::AccessToken, Some(Secret::new("made-up-token"))),
        (Field::AccessSecret, Some(Secret::new("made-up-secret"))),
    ];
    let edits = set_fields(&document, owner(), values, Origin::Edit, NOW);
    apply_all(&document, &edits).expect("they fit")
}

fn open(document: &Document) -> (Sheet, Form) {
    let sheet = Sheet::stored(document, owner()).expect("it is stored");
    let form = sheet.form();
    (sheet, form)
}

fn type_in(sheet: &Sheet, form: &mut Form, word: &str, text: &str) -> usize {
    let row = sheet.rows.iter().position(|spec| spec.word == word).expect("such a row");
    form.control_mut(row).expect("such a row").set_text(text);
    row
}

fn text(sheet: &Sheet, form: &Form, word: &str) -> String {
    let row = sheet.rows.iter().position(|spec| spec.word == word).expect("such a row");
    form.control(row).expect("such a row").text()
}

fn remove(sheet: &Sheet, form: &mut Form, field: Field) {
    let row = sheet.field_row(field).expect("such a row");
    let Some(Control::Secret(line)) = form.control_mut(row) else { panic!("a row of a field") };
    line.fate = Fate::Remove;
}

/// The vault after another process changed something.
fn changed(document: &Document, edits: &[Edit]) -> Document {
    apply_all(document, edits).expect("they fit")
}

fn others(document: &Document, word: &str, value: &str) -> Document {
    let (sheet, mut form) = open(document);
    type_in(&sheet, &mut form, word, value);
    changed(document, &sheet.edits(&form, NOW))
}

#[test]
fn a_form_that_says_nothing_saves_nothing() {
    let (sheet, form) = open(&vault());
    assert!(!sheet.changed(&form));
    assert_eq!(sheet.edits(&form, NOW), []);
}

#[test]
fn each_row_makes_the_fewest_edits_that_save_it() {
    let document = vault();
    let app = AppId::from_random([9; 16]);
    for (word, typed, wanted) in [
        ("name", "poet", vec![(Property::Name(name("wiki")), Property::Name(name("poet")))]),
        ("name", " wiki ", vec![]),
        ("name", "", vec![]),
        ("handle", "", vec![(Property::Handle(Handle::parse("wikidaily").ok()), Property::Handle(None))]),
        ("handle", "@WikiDaily", vec![]),
        ("app", &app.to_string(), vec![(Property::App(None), Property::App(Some(app)))]),
        (
            "needs",
            "read,media",
            vec![
                (Property::Need(Need::Post, true), Property::Need(Need::Post, false)),
                (Property::Need(Need::Media, false), Property::Need(Need::Media, true)),
            ],
        ),
        (
            "tags",
            "old, new",
            vec![
                (Property::Tag(name("new"), false), Property::Tag(name("new"), true)),
                (Property::Tag(name("daily"), true), Property::Tag(name("daily"), false)),
            ],
        ),
        (
            "deployed",
            "perch\n\n",
            vec![(Property::Deployed(vec![]), Property::Deployed(vec!["perch".to_owned()]))],
        ),
        ("notes", "a\nb\n", vec![(Property::Notes(String::new()), Property::Notes("a\nb".to_owned()))]),
    ] {
        let (sheet, mut form) = open(&document);
        type_in(&sheet, &mut form, word, typed);
        let wanted: Vec<_> =
            wanted.into_iter().map(|(was, to)| Edit::SetProperty { owner: owner(), was, to }).collect();
        assert_eq!(sheet.edits(&form, NOW), wanted, "{word}: {typed}");
        apply_all(&document, &wanted).expect("they fit");
    }
}

#[test]
fn fields_are_set_trimmed_and_removed_in_one_chain() {
    let document = vault();
    let (sheet, mut form) = open(&document);
    type_in(&sheet, &mut form, "access_token", &format!(" \"{}\" ", access_token()));
    remove(&sheet, &mut form, Field::AccessSecret);
    let after = changed(&document, &sheet.edits(&form, NOW));
    let held = after.held(owner()).expect("it is stored");
    assert_eq!(held.secret(Field::AccessToken), Some(&Secret::new(access_token())));
    assert_eq!(held.secret(Field::AccessSecret), None);
    assert_eq!(held.history.len(), 2);
}

#[test]
fn the_same_value_again_is_no_edit() {
    let (sheet, mut form) = open(&vault());
    type_in(&sheet, &mut form, "access_token", "made-up-token");
    assert_eq!(sheet.edits(&form, NOW), []);
}

#[test]
fn a_new_profile_comes_whole() {
    let document = vault();
    let id = ProfileId::from_random([2; 16]);
    let sheet = Sheet::new_profile(&document, Profile::new(id, name("new"), NOW));
    let mut form = sheet.form();
    assert_eq!(text(&sheet, &form, "name"), "");
    for (word, typed) in [
        ("name", "poet"),
        ("handle", "@poet"),
        ("needs", "post"),
        ("tags", "daily"),
        ("access_token", "made-up"),
    ] {
        type_in(&sheet, &mut form, word, typed);
    }
    let edits = sheet.edits(&form, NOW);
    let [Edit::AddProfile(profile)] = edits.as_slice() else { panic!("one edit: {edits:?}") };
    assert_eq!((profile.id, profile.name.as_str()), (id, "poet"));
    assert_eq!(profile.held.secret(Field::AccessToken), Some(&Secret::new("made-up")));
    assert_eq!((profile.held.history.len(), profile.needs.len(), profile.tags.len()), (0, 1, 1));
    assert!(changed(&document, &edits).profile_named(&name("poet")).is_some());
}

#[test]
fn a_new_app_comes_whole() {
    let document = vault();
    let id = AppId::from_random([3; 16]);
    let sheet = Sheet::new_app(&document, App::new(id, name("new"), NOW));
    let mut form = sheet.form();
    for (word, typed) in [("name", "bots"), ("permission", "read-write"), ("rotation_days", "30")] {
        type_in(&sheet, &mut form, word, typed);
    }
    type_in(&sheet, &mut form, "api_key", &api_key());
    let edits = sheet.edits(&form, NOW);
    let [Edit::AddApp(app)] = edits.as_slice() else { panic!("one edit: {edits:?}") };
    assert_eq!((app.id, app.rotation_days), (id, 30));
    assert_eq!(app.held.secret(Field::ApiKey), Some(&Secret::new(api_key())));
}

#[test]
fn what_others_changed_is_taken_where_nothing_was_typed() {
    let document = vault();
    let (mut sheet, mut form) = open(&document);
    type_in(&sheet, &mut form, "notes", "mine");
    let now = others(&others(&document, "handle", "poetbot"), "access_token", "made-up-other");
    sheet.refresh(&mut form, &now);
    assert!(sheet.clashes.is_empty());
    assert_eq!(text(&sheet, &form, "handle"), "@poetbot");
    assert_eq!(text(&sheet, &form, "notes"), "mine");
    assert_eq!(sheet.base_value(Field::AccessToken), Some(&Secret::new("made-up-other")));
    changed(&now, &sheet.edits(&form, NOW));
}

#[test]
fn sets_are_merged_by_element() {
    let document = vault();
    let (mut sheet, mut form) = open(&document);
    type_in(&sheet, &mut form, "tags", "daily, mine");
    type_in(&sheet, &mut form, "needs", "read,post,media");
    let now = others(&others(&document, "tags", "old, daily, theirs"), "needs", "read");
    sheet.refresh(&mut form, &now);
    assert!(sheet.clashes.is_empty());
    assert_eq!(text(&sheet, &form, "tags"), "daily, theirs, mine");
    assert_eq!(text(&sheet, &form, "needs"), "read,media");
    let after = changed(&now, &sheet.edits(&form, NOW));
    let row = sheet.row(About::Plain(Plain::Needs)).expect("such a row");
    assert_eq!(open(&after).0.base_text(row), "read,media");
}

#[test]
fn the_same_change_on_both_sides_is_no_clash() {
    let document = vault();
    let (mut sheet, mut form) = open(&document);
    type_in(&sheet, &mut form, "handle", "@poetbot");
    type_in(&sheet, &mut form, "access_token", "made-up-other");
    let now = others(&others(&document, "handle", "@poetbot"), "access_token", "made-up-other");
    sheet.refresh(&mut form, &now);
    assert!(sheet.clashes.is_empty());
    assert!(!sheet.changed(&form));
}

#[test]
fn a_property_changed_on_both_sides_clashes_until_it_is_decided() {
    let document = vault();
    let now = others(&document, "handle", "theirs");
    for (mine, wanted) in [(true, "@mine"), (false, "@theirs")] {
        let (mut sheet, mut form) = open(&document);
        let row = type_in(&sheet, &mut form, "handle", "@mine");
        sheet.refresh(&mut form, &now);
        assert_eq!(sheet.clashes, BTreeSet::from([row]));
        assert!(apply_all(&now, &sheet.edits(&form, NOW)).is_err());
        if mine {
            sheet.keep_mine(&mut form, row, &now);
        } else {
            sheet.take_theirs(&mut form, row, &now);
        }
        assert!(sheet.clashes.is_empty());
        let after = changed(&now, &sheet.edits(&form, NOW));
        assert_eq!(open(&after).0.base_text(row), wanted);
    }
}

#[test]
fn halves_of_a_credential_are_never_mixed() {
    let document = vault();
    let now = others(&document, "access_secret", "made-up-theirs");
    let (mut sheet, mut form) = open(&document);
    let row = type_in(&sheet, &mut form, "access_token", "made-up-mine");
    sheet.refresh(&mut form, &now);
    assert_eq!(sheet.clashes, BTreeSet::from([row]));

    // Mine is the pair as the form shows it: the new token with the secret it was typed beside.
    sheet.keep_mine(&mut form, row, &now);
    let held = changed(&now, &sheet.edits(&form, NOW)).held(owner()).cloned().expect("it is stored");
    assert_eq!(held.secret(Field::AccessToken), Some(&Secret::new("made-up-mine")));
    assert_eq!(held.secret(Field::AccessSecret), Some(&Secret::new("made-up-secret")));

    let (mut sheet, mut form) = open(&document);
    type_in(&sheet, &mut form, "access_token", "made-up-mine");
    sheet.refresh(&mut form, &now);
    sheet.take_theirs(&mut form, row, &now);
    assert_eq!(sheet.edits(&form, NOW), []);
}

#[test]
fn what_was_deleted_meanwhile_is_brought_back_by_saving() {
    let document = vault();
    let (mut sheet, mut form) = open(&document);
    type_in(&sheet, &mut form, "notes", "mine");
    let now = changed(&document, &[Edit::Tombstone { owner: owner(), at: NOW }]);
    sheet.refresh(&mut form, &now);
    assert_eq!(sheet.born, Born::Gone);
    let after = changed(&now, &sheet.edits(&form, NOW));
    assert_eq!(after.profile_named(&name("wiki")).map(|profile| profile.notes.as_str()), Some("mine"));
}

#[test]
fn a_row_with_an_error_says_so_and_saves_nothing() {
    let (sheet, mut form) = open(&vault());
    let row = type_in(&sheet, &mut form, "name", "a:b");
    assert_eq!(sheet.error(&form, row).as_deref(), Some("a name cannot hold “:”"));
    assert_eq!(sheet.edits(&form, NOW), []);
}
