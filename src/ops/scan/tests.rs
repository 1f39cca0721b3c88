//! Claims about the scan's pure middle: what is found, once, wherever it stands and however it is written.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::known::{Holder, Known};
use super::matcher::{Hit, Matcher, Shapes, What};
use super::stream::{Found, Reader};
use super::writing::Writing;
use crate::domain::fields::Field;
use crate::domain::id::AppId;
use crate::domain::names::Name;
use crate::domain::secret::Secret;
use crate::ops::identify::Place;

/// Letters and digits that look made at random and are not.
fn letters(seed: u64, length: usize) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(ALPHABET[usize::try_from(state >> 33).unwrap_or(0) % ALPHABET.len()])
    };
    (0..length).map(|_| next()).collect()
}

fn known(text: &str) -> Known {
    let holder = Holder {
        owner: AppId::from_random([1; 16]).into(),
        name: Name::parse("bots").expect("a valid name"),
        field: Field::ApiKey,
        place: Place::Current,
        dead_at: None,
        deleted: false,
    };
    Known { secret: Secret::new(text), holders: vec![holder] }
}

fn key() -> String {
    letters(1, 25)
}

fn secret() -> String {
    letters(2, 50)
}

fn access() -> String {
    format!("144712093100-{}", letters(3, 37))
}

fn bearer() -> String {
    format!("AAAAAAAAAAAAAAAAAAAAAM{}%2F{}%3D{}", letters(4, 20), letters(5, 13), letters(6, 50))
}

fn oauth2() -> String {
    URL_SAFE_NO_PAD.encode(format!("{}:1622147743914:1:1:rt:1", letters(7, 45)))
}

/// A vault of one of each.
fn vault(shapes: Shapes) -> Matcher {
    let values: Vec<Known> = [key(), secret(), access(), bearer(), oauth2(), "short-made-up".to_owned()]
        .iter()
        .map(|v| known(v))
        .collect();
    Matcher::new(&values, &[(0, 1)], shapes)
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

fn each(text: &str, write: fn(u8) -> String) -> Vec<u8> {
    text.bytes().flat_map(|byte| write(byte).into_bytes()).collect()
}

/// Base64 of `value` with other bytes around it, `before` of them before it.
fn inside(value: &str, before: usize, engine: &base64::engine::GeneralPurpose) -> Vec<u8> {
    let text = format!("{}{value}{}", &"~?>"[..before], "}>");
    engine.encode(text).into_bytes()
}

/// Every form of a value that is promised to be found.
fn forms(value: &str) -> Vec<(Writing, Vec<u8>)> {
    let plain = percent_encoding::percent_decode_str(value).decode_utf8_lossy().into_owned();
    let mut all = vec![
        (Writing::Plain, value.as_bytes().to_vec()),
        (Writing::Utf16, utf16(value, u16::to_le_bytes)),
        (Writing::Utf16, utf16(value, u16::to_be_bytes)),
        (Writing::Json, each(value, |byte| format!("\\u{byte:04x}"))),
        (Writing::Json, each(value, |byte| format!("\\u{byte:04X}"))),
        (Writing::Url, each(value, |byte| format!("%{byte:02X}"))),
        (Writing::Hex, each(value, |byte| format!("\\x{byte:02x}"))),
    ];
    for before in 0..3 {
        for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
            all.push((Writing::Base64, inside(value, before, engine)));
            all.push((Writing::Base64, inside(&plain, before, engine)));
        }
        let base64 = String::from_utf8(inside(value, before, &STANDARD)).expect("ASCII");
        let wrapped: Vec<&str> =
            base64.as_bytes().chunks(41).filter_map(|line| std::str::from_utf8(line).ok()).collect();
        all.push((Writing::Base64, wrapped.join("\n    ").into_bytes()));
        all.push((Writing::Base64, wrapped.join("\r\n").into_bytes()));
        all.push((Writing::Base64, base64.replace('/', "\\/").into_bytes()));
        all.push((Writing::Base64, base64.replace('+', "%2B").replace('/', "%2F").into_bytes()));
    }
    if plain != value {
        all.push((Writing::Plain, plain.as_bytes().to_vec()));
        all.push((Writing::Json, plain.replace('/', "\\/").into_bytes()));
        all.push((Writing::Json, plain.replace('=', "\\u003d").replace('/', "\\u002F").into_bytes()));
        all.push((Writing::Url, value.replace('%', "%25").into_bytes()));
        all.push((Writing::Url, value.replace("%3D", "%3d").into_bytes()));
    }
    all
}

fn values() -> Vec<String> {
    vec![key(), secret(), access(), bearer(), oauth2(), "short-made-up".to_owned()]
}

fn known_hits(hits: &[Hit]) -> Vec<(What, Writing)> {
    hits.iter().map(|hit| (hit.what, hit.writing)).collect()
}

#[test]
fn every_value_is_found_once_in_every_form() {
    let matcher = vault(Shapes::Yes);
    for (number, value) in values().iter().enumerate() {
        for (writing, form) in forms(value) {
            let text = [b"KEY=\"".as_slice(), &form, b"\" # done\n"].concat();
            let hits = known_hits(&matcher.search(&text));
            let shown = String::from_utf8_lossy(&text);
            assert_eq!(hits.len(), 1, "{writing:?} of {number}: {hits:?} in {shown}");
            assert_eq!(hits[0].0, What::Known(number), "{shown}");
            // A value that is stored escaped, and stands there as it is stored, is called as it is.
            assert!(hits[0].1 == writing || number == 3, "{writing:?} is called {:?} in {shown}", hits[0].1);
        }
    }
}

#[test]
fn where_it_stands_is_told_to_the_byte() {
    let matcher = vault(Shapes::Yes);
    for value in values() {
        let text = format!("before {value} after");
        let hits = matcher.search(text.as_bytes());
        assert_eq!(hits.iter().map(|hit| &text[hit.start..hit.end]).collect::<Vec<_>>(), [value.as_str()]);
    }
    let wide = utf16(&format!("x{}", key()), u16::to_be_bytes);
    let hits = matcher.search(&wide);
    assert_eq!(hits.iter().map(|hit| (hit.start, hit.end)).collect::<Vec<_>>(), [(2, 52)]);
}

#[test]
fn both_halves_of_basic_authentication_are_one_finding() {
    let matcher = vault(Shapes::Yes);
    let text = format!("Authorization: Basic {}\n", STANDARD.encode(format!("{}:{}", key(), secret())));
    assert_eq!(known_hits(&matcher.search(text.as_bytes())), [(What::Known(1), Writing::Basic)]);
}

#[test]
fn nothing_is_found_where_nothing_is() {
    let matcher = vault(Shapes::Yes);
    for text in [
        String::new(),
        "x".to_owned(),
        "A".repeat(5000),
        "QUFB".repeat(5000),
        "\0".repeat(5000),
        "%41".repeat(3000),
        "\\u0041".repeat(3000),
        key()[..24].to_owned(),
        key().to_lowercase(),
        format!("X_API_KEY={}", "x".repeat(25)),
        format!("https://host/{}", letters(9, 25)),
        format!("GOOGLE_API_KEY={}", letters(9, 25)),
        format!("sha256 {}", "0123456789abcdef".repeat(4)),
        format!("20260101-{}", "0123456789abcdef0123456789abcdef01234567"),
        STANDARD.encode([0; 60]),
    ] {
        assert_eq!(known_hits(&matcher.search(text.as_bytes())), [], "{text}");
    }
}

#[test]
fn values_of_others_are_known_by_their_shapes() {
    let matcher = vault(Shapes::Yes);
    let client = URL_SAFE_NO_PAD.encode(format!("{}:1:ci", letters(10, 20)));
    let other = format!("AAAAAAAAAAAAAAAAAAAAAN{}%3D{}", letters(11, 37), letters(12, 50));
    for (text, field) in [
        (format!("token {}-{} end", "1447120931", letters(13, 39)), Some(Field::AccessToken)),
        (format!("'{other}'"), Some(Field::BearerToken)),
        (format!("id={client}"), Some(Field::ClientId)),
        (
            URL_SAFE_NO_PAD.encode(format!("{}:1622147743914:1:1:at:1", letters(14, 45))),
            Some(Field::Oauth2AccessToken),
        ),
        (format!("X_API_KEY={}", letters(15, 25)), Some(Field::ApiKey)),
        (format!("  \"appKey\": \"{}\",", letters(15, 25)), Some(Field::ApiKey)),
        (format!("consumer_secret => '{}'", letters(16, 50)), Some(Field::ApiSecret)),
        (format!("Client(access_token_secret=\"{}\")", letters(17, 45)), Some(Field::AccessSecret)),
        (format!("MY_TWITTER_API_KEY={}", letters(15, 25)), Some(Field::ApiKey)),
        (format!("X_ACCESS_TOKEN_SECRET_ALICE={}", letters(17, 45)), Some(Field::AccessSecret)),
        (format!("CLIENT_SECRET: {}-{}", letters(18, 20), letters(19, 29)), Some(Field::ClientSecret)),
        (format!("--api-key {}", letters(15, 25)), Some(Field::ApiKey)),
        (format!("API_KEY\n{}", letters(15, 25)), None),
        (format!("API_KEY={}", letters(15, 26)), None),
        (format!("API_SECRET={}", letters(15, 25)), None),
    ] {
        let found: Vec<What> = matcher.search(text.as_bytes()).iter().map(|hit| hit.what).collect();
        assert_eq!(found, field.map(What::Shape).into_iter().collect::<Vec<_>>(), "{text}");
        let none = vault(Shapes::No).search(text.as_bytes());
        assert!(none.is_empty(), "{text}");
        let wide = utf16(&text, u16::to_le_bytes);
        let found: Vec<What> = matcher.search(&wide).iter().map(|hit| hit.what).collect();
        assert_eq!(found, field.map(What::Shape).into_iter().collect::<Vec<_>>(), "UTF-16 of {text}");
    }
}

#[test]
fn many_values_are_all_found_among_each_other() {
    let values: Vec<String> = (0..3_000).map(|number| letters(1_000 + number, 45)).collect();
    let matcher = Matcher::new(&values.iter().map(|v| known(v)).collect::<Vec<_>>(), &[], Shapes::No);
    let text = values.join("\n");
    let found: Vec<What> = matcher.search(text.as_bytes()).iter().map(|hit| hit.what).collect();
    assert_eq!(found, (0..3_000).map(What::Known).collect::<Vec<_>>());
}

/// Everything that a reader of pieces of `piece` bytes finds.
fn read(matcher: &Matcher, piece: usize, text: &[u8]) -> Vec<Found> {
    let mut found = Vec::new();
    let mut reader = Reader::with_piece(matcher, piece);
    let seen =
        reader.look(&mut std::io::Cursor::new(text), |one, _| found.push(one)).expect("memory is readable");
    assert_eq!(seen.bytes, text.len() as u64);
    found
}

#[test]
fn lines_and_columns_count_characters() {
    let matcher = vault(Shapes::Yes);
    let filler = "été\n".repeat(10_000);
    for (before, line, column) in [
        ("", 1, 1),
        ("a = ", 1, 5),
        ("\n\n  ", 3, 3),
        ("naïve 漢字 ", 1, 10),
        ("\r\nx", 2, 2),
        (filler.as_str(), 10_001, 1),
    ] {
        for piece in [2_048, 1 << 20] {
            let text = format!("{before}{}\n", key());
            let spots: Vec<_> =
                read(&matcher, piece, text.as_bytes()).iter().map(|found| found.spot).collect();
            assert_eq!(spots.len(), 1);
            assert_eq!((spots[0].line, spots[0].column), (line, column), "{}", before.len());
            assert_eq!(spots[0].offset, before.len() as u64);
            assert!(!spots[0].binary);
        }
    }
    let wide = utf16(&format!("one\nx={}", key()), u16::to_le_bytes);
    let spot = read(&matcher, 1 << 20, &wide)[0].spot;
    assert_eq!((spot.line, spot.column, spot.binary), (2, 3, false));
    assert!(read(&matcher, 1 << 20, format!("\0\u{1}{}", key()).as_bytes())[0].spot.binary);
}

#[test]
fn one_endless_line_is_read_in_little_memory() {
    let matcher = vault(Shapes::Yes);
    let text = format!("{}{}{}", "ab ".repeat(300_000), key(), "ab ".repeat(300_000));
    let found = read(&matcher, 4_096, text.as_bytes());
    assert_eq!((found.len(), found[0].spot.line, found[0].spot.column), (1, 1, 900_001));
}

#[test]
fn nothing_shown_of_a_matcher_tells_a_value() {
    let shown = format!("{:?} {:?}", vault(Shapes::Yes), super::writing::patterns(0, &key()));
    assert!(!shown.contains(&key()[..8]) && !shown.contains("short-made-up"), "{shown}");
}

static VAULT: LazyLock<Matcher> = LazyLock::new(|| vault(Shapes::Yes));

proptest! {
    /// Pieces end at any byte of the value in some case: it is found exactly once all the same.
    #[test]
    fn no_border_between_pieces_hides_or_doubles_a_value(
        which in 0..6_usize, form in 0..64_usize, shift in 0..1_500_usize, piece in 2_048..4_096_usize,
    ) {
        let matcher: &Matcher = &VAULT;
        let (value, reach) = (&values()[which], matcher.reach);
        let all = forms(value);
        let (_, form) = &all[form % all.len()];
        // So far that the value lies around where the second piece begins.
        let before = ". \n".repeat((piece + reach + 1_024) / 3);
        let text = [&before.as_bytes()[..before.len() - shift], form.as_slice(), b"\" and on \n".repeat(900).as_slice()].concat();
        let found = read(matcher, piece, &text);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].what, What::Known(which));
        let whole = read(matcher, 1 << 20, &text);
        prop_assert_eq!(found, whole);
    }

    #[test]
    fn no_text_is_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        VAULT.search(&bytes);
    }
}
