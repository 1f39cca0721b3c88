use std::convert::Infallible;

use proptest::prelude::*;

use super::*;
use crate::vault::keyring::Own;

fn head() -> Head {
    Head {
        vault: VaultId::from_random([3; 16]),
        generation: 7,
        ancestors: vec![Hash::of(b"six"), Hash::of(b"five")],
    }
}

fn sealed_by(own: &Own, body: &str) -> (String, SaveId) {
    let written = write(Purpose::Save, &head(), own.signing(), |out| {
        out.extend_from_slice(body.as_bytes());
        Ok::<(), Infallible>(())
    });
    let Ok((plain, id)) = written;
    (String::from_utf8(plain.to_vec()).expect("JSON is text"), id)
}

#[test]
fn an_envelope_is_read_back_with_the_very_bytes_of_its_body() {
    let own = Own::generate();
    for body in ["{}", r#"{ "a" : 1.50 , "é":[ ] }"#, "0", "\"x\""] {
        let (plain, id) = sealed_by(&own, body);
        let opened = read(Purpose::Save, plain.as_bytes()).expect("our own writing");
        assert_eq!((opened.head, opened.id, opened.by), (head(), id, own.public()));
        assert_eq!(opened.body, body);
    }
}

#[test]
fn what_is_signed_is_what_the_specification_says() {
    let own = Own::generate();
    let (plain, id) = sealed_by(&own, "{}");
    let lines = Lines::default()
        .line("birdkeep/save/v1")
        .line("1")
        .line("03030303-0303-4303-8303-030303030303")
        .line("7")
        .line(format!("{},{}", Hash::of(b"six"), Hash::of(b"five")))
        .line(own.public())
        .line("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    assert_eq!(lines.hash(), id);
    let keys: std::collections::BTreeMap<String, serde_json::Value> =
        serde_json::from_str(&plain).expect("JSON");
    let names: Vec<&str> = keys.keys().map(String::as_str).collect();
    assert_eq!(names, ["ancestors", "auth", "body", "format", "generation", "vault", "version"]);
    let sig = keys["auth"]["sig"].as_str().and_then(Sig::parse).expect("a signature");
    assert!(own.public().signed(&lines, &sig));
}

#[test]
fn the_length_tells_little() {
    let own = Own::generate();
    for length in [0, 1, 3_000, 4_000, 4_096, 9_000] {
        let (plain, _) = sealed_by(&own, &format!("\"{}\"", "x".repeat(length)));
        assert_eq!(plain.len() % 4_096, 0);
    }
}

#[test]
fn every_outer_key_is_counted() {
    let (plain, _) = sealed_by(&Own::generate(), "{}");
    let json = plain.trim_end();
    let with = |key: &str| json.replacen('{', &format!("{{{key},"), 1);
    let broken = |from: &str, to: &str| {
        let new = json.replacen(from, to, 1);
        assert_ne!(new, json, "{from}");
        new
    };
    for (json, wanted) in [
        (with(r#""more":1"#), EnvelopeError::Keys),
        (with(r#""version":2,"x":0"#).replacen(r#""version":1,"#, "", 1), EnvelopeError::Newer(2)),
        (broken(r#""version":1"#, r#""version":9"#), EnvelopeError::Newer(9)),
        (broken(r#""version":1"#, r#""version":0"#), EnvelopeError::Keys),
        (broken("save/v1", "seen/v1"), EnvelopeError::Keys),
        (broken("ed25519", "none"), EnvelopeError::Keys),
        (broken(r#""generation":7"#, r#""generation":7.0"#), EnvelopeError::Keys),
        (broken(r#""generation":7"#, r#""generation":9007199254740992"#), EnvelopeError::Keys),
        (broken(r#""generation":7"#, r#""generation":8"#), EnvelopeError::Signature),
        (broken("0303-0303", "0303-0304"), EnvelopeError::Signature),
        (broken("{}", "{ }"), EnvelopeError::Signature),
        (broken(r#""alg""#, r#""kid":1,"alg""#), EnvelopeError::Keys),
        (broken(r#""auth""#, r#""auth":0,"auth""#), EnvelopeError::Guard(GuardError::Duplicate(0))),
        ("[]".to_owned(), EnvelopeError::Keys),
        ("hello".to_owned(), EnvelopeError::Syntax { line: 1, column: 1 }),
        (String::new(), EnvelopeError::Syntax { line: 1, column: 0 }),
        (format!("{json}{json}"), EnvelopeError::Syntax { line: 1, column: json.len() + 1 }),
    ] {
        let got = read(Purpose::Save, json.as_bytes()).map(|opened| opened.id);
        match (got, wanted) {
            (Err(EnvelopeError::Guard(GuardError::Duplicate(_))), EnvelopeError::Guard(_)) => {}
            (got, wanted) => assert_eq!(got, Err(wanted), "{}", &json[..json.len().min(90)]),
        }
    }
}

#[test]
fn a_mark_is_no_save_and_a_save_is_no_mark() {
    let (plain, _) = sealed_by(&Own::generate(), "{}");
    for purpose in [Purpose::Seen, Purpose::Cache, Purpose::Drafts] {
        let got = read(purpose, plain.as_bytes()).map(|opened| opened.id);
        assert_eq!(got, Err(EnvelopeError::Keys));
    }
}

#[test]
fn more_ancestors_than_a_save_names_are_refused() {
    let own = Own::generate();
    let head = Head { ancestors: vec![Hash::of(b"x"); ANCESTORS_MAX + 1], ..head() };
    let Ok((plain, _)) = write(Purpose::Save, &head, own.signing(), |out| {
        out.extend_from_slice(b"{}");
        Ok::<(), Infallible>(())
    });
    assert_eq!(read(Purpose::Save, &plain).map(|opened| opened.id), Err(EnvelopeError::Keys));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_altered_byte_goes_unseen(at in any::<proptest::sample::Index>(), bit in 0..8_u8) {
        let own = Own::generate();
        let (plain, id) = sealed_by(&own, r#"{"a":"b"}"#);
        let mut bytes = plain.into_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        match read(Purpose::Save, &bytes) {
            Err(_) => {}
            // Padding is not signed, and white space is white space.
            Ok(opened) => prop_assert!(opened.id == id && bytes[at].is_ascii_whitespace()),
        }
    }
}
