//! The age test vectors of C2SP/CCTV through our own open path, caps included.
//!
//! Runs when the vectors are there (`../shared/cctv-age`, 143 files); says so when they are not. Where we differ
//! is named and known: five post-quantum files, refused by name, and three that the `age` crate reads otherwise.

#![expect(clippy::print_stderr, reason = "a test that is left out says so")]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use birdkeep::domain::secret::Secret;
use birdkeep::vault::seal::{self, Cost, Identity, SealError};
use sha2::{Digest as _, Sha256};

/// Vectors on which we are known to differ in whether they open, and what we say.
const EXCEPTIONS: &[(&str, &str)] = &[
    ("hybrid", UNSUPPORTED),
    ("hybrid_grease", UNSUPPORTED),
    ("hybrid_and_x25519", UNSUPPORTED),
    ("hybrid_multiple_recipients", UNSUPPORTED),
    ("armor_hybrid", UNSUPPORTED),
    // Stanzas of files written before 2020 end otherwise; the crate still reads them.
    ("stanza_missing_body", "success"),
    ("stanza_missing_final_line", "success"),
    // White space before the armor is allowed by the specification, and refused by the crate.
    ("armor_whitespace_outside", "armor failure"),
];
/// What we say of every post-quantum vector, whatever is wrong with it.
const UNSUPPORTED: &str = "unsupported";

struct Vector {
    keys: BTreeMap<String, Vec<String>>,
    file: Vec<u8>,
}

impl Vector {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").expect("an empty line ends the keys");
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in String::from_utf8_lossy(&bytes[..end]).lines() {
            let (key, value) = line.split_once(": ").expect("key: value");
            keys.entry(key.to_owned()).or_default().push(value.to_owned());
        }
        let mut file = bytes[end + 2..].to_vec();
        if keys.contains_key("compressed") {
            file = miniz_oxide::inflate::decompress_to_vec_zlib(&file).expect("zlib");
        }
        Self { keys, file }
    }

    fn all(&self, key: &str) -> &[String] {
        self.keys.get(key).map_or(&[], Vec::as_slice)
    }

    fn one(&self, key: &str) -> &str {
        self.all(key).first().map_or("", String::as_str)
    }

    /// What we make of it, in the vectors' words.
    fn outcome(&self) -> &'static str {
        let opened = match self.all("passphrase") {
            [] if self.all("identity").is_empty() => seal::open(&[Identity::generate()], &self.file),
            [] => Identity::parse_file(&self.all("identity").join("\n"))
                .and_then(|identities| seal::open(&identities, &self.file)),
            // Every passphrase is tried, as age tries every identity.
            many => {
                let mut tries = many
                    .iter()
                    .map(|word| seal::open_passphrase(&Secret::new(&**word), Cost::PROGRAM, &self.file));
                let first = tries.next().expect("at least one");
                tries.fold(first, |got, next| if got == Err(SealError::WrongPassphrase) { next } else { got })
            }
        };
        match opened {
            Ok(plain) if format!("{:x}", Sha256::digest(&*plain)) == self.one("payload") => "success",
            // A file that should not have opened has no plain text to compare with.
            Ok(_) if self.one("payload").is_empty() => "success",
            Ok(_) => "another plain text",
            Err(SealError::NotForUs | SealError::WrongPassphrase) => "no match",
            Err(SealError::Mac) => "HMAC failure",
            Err(SealError::NotAge) if self.one("armored") == "yes" => "armor failure",
            Err(SealError::Header | SealError::NotAge | SealError::TooCostly { .. }) => "header failure",
            Err(SealError::Payload | SealError::TooBig) => "payload failure",
            Err(SealError::Armor) => "armor failure",
            Err(SealError::Unsupported(_)) => UNSUPPORTED,
            Err(SealError::Key | SealError::Sealing) => "a bad key",
        }
    }
}

#[test]
fn the_age_test_vectors_come_out_as_they_should() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/cctv-age");
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("left out: no age test vectors at {}", folder.display());
        return;
    };
    let (mut agree, mut excepted, mut breaches) = (0, 0, Vec::new());
    for entry in entries {
        let path = entry.expect("a folder entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        let vector = Vector::parse(&fs::read(&path).expect("a readable vector"));
        let (expected, got) = (vector.one("expect"), vector.outcome());
        match EXCEPTIONS.iter().find(|(exception, _)| *exception == name) {
            Some((_, instead)) if got == *instead => excepted += 1,
            None if got == expected => agree += 1,
            // Neither opens; we stop at the kind of key.
            None if got == UNSUPPORTED && name.starts_with("hybrid") && expected != "success" => agree += 1,
            _ => breaches.push(format!("{name}: expected {expected}, got {got}")),
        }
    }
    assert!(breaches.is_empty(), "\n{}", breaches.join("\n"));
    assert_eq!((agree, excepted), (135, EXCEPTIONS.len()), "143 vectors were counted when this was written");
}
