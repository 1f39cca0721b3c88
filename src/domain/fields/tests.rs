use super::*;

fn oauth2(kind: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:1622147743914:1:1:{kind}:1", "m".repeat(45)))
}

fn bearer_of(app: u64) -> String {
    let mut bytes = vec![0; 16];
    bytes.extend(app.to_le_bytes());
    bytes.extend([7; 20]);
    let head = base64::engine::general_purpose::STANDARD_NO_PAD.encode(bytes);
    format!("{}%3D{}", head.replace('+', "%2B").replace('/', "%2F"), "z".repeat(50))
}

#[test]
fn the_tables_are_in_the_order_of_the_enums() {
    for (i, row) in FIELDS.iter().enumerate() {
        assert_eq!(row.field as usize, i);
        assert_eq!(Field::parse(row.word), Some(row.field));
        assert_eq!(Field::of_letter(row.letter), Some(row.field));
        assert!(row.credential.fields().contains(&row.field));
        assert_eq!(row.credential.held_by(), row.held_by);
    }
    for (i, row) in CREDENTIALS.iter().enumerate() {
        assert_eq!(row.credential as usize, i);
        assert_eq!(Credential::parse(row.word), Some(row.credential));
    }
}

#[test]
fn a_pasted_value_is_recognised_by_its_shape() {
    for (value, fields) in [
        ("k".repeat(25), vec![Field::ApiKey]),
        ("s".repeat(50), vec![Field::ApiSecret, Field::ClientSecret]),
        (format!("{}-_", "s".repeat(48)), vec![Field::ClientSecret]),
        ("t".repeat(45), vec![Field::AccessSecret]),
        (format!("144712093100-{}", "a".repeat(37)), vec![Field::AccessToken]),
        (bearer_of(32_900_000), vec![Field::BearerToken]),
        (URL_SAFE_NO_PAD.encode("3S9GpLW-wBjRqy3MKyxx:1:ci"), vec![Field::ClientId]),
        (oauth2("at"), vec![Field::Oauth2AccessToken]),
        (oauth2("rt"), vec![Field::Oauth2RefreshToken]),
        ("hello".to_owned(), vec![]),
        (String::new(), vec![]),
    ] {
        assert_eq!(recognise(&value), fields, "{value}");
    }
}

#[test]
fn a_value_in_the_wrong_slot_is_named() {
    let token = format!("144712093100-{}", "a".repeat(37));
    assert_eq!(Field::ApiKey.doubt(&token), Some(Doubt::LooksLike(Field::AccessToken)));
    assert_eq!(
        Doubt::LooksLike(Field::AccessToken).sentence(Field::ApiKey),
        "this looks like an access token, not an API key"
    );
    assert_eq!(Field::ClientId.doubt(&"k".repeat(25)), Some(Doubt::LooksLike(Field::ApiKey)));
    assert_eq!(
        Field::Oauth2AccessToken.doubt(&oauth2("rt")),
        Some(Doubt::LooksLike(Field::Oauth2RefreshToken))
    );
    assert_eq!(Field::ApiSecret.doubt(&"s".repeat(50)), None);
    assert_eq!(Field::ApiKey.doubt(&"k".repeat(22)), Some(Doubt::OldShape));
    assert_eq!(Field::ApiKey.doubt("two words here and there"), Some(Doubt::WhiteSpace));
    assert_eq!(Field::ApiKey.doubt("?"), Some(Doubt::UnknownShape));
}

#[test]
fn tokens_tell_their_age_and_app() {
    assert_eq!(oauth2_issued_ms(&oauth2("rt")), Some(1_622_147_743_914));
    assert_eq!(oauth2_issued_ms("nonsense"), None);
    assert_eq!(bearer_app_id(&bearer_of(32_900_000)), Some(32_900_000));
    assert_eq!(bearer_app_id("AAAA"), None);
}

#[test]
fn copying_adds_nothing_to_a_value() {
    assert_eq!(trimmed(" \"abc\"\u{200b}\r\n"), "abc");
    assert_eq!(trimmed("a b"), "a b");
}
