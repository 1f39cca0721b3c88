use super::*;

fn secret(text: &str) -> Secret {
    Secret::new(text)
}

#[test]
fn what_is_sealed_is_opened_by_its_recipients_alone() {
    let (ann, ben, eve) = (Identity::generate(), Identity::generate(), Identity::generate());
    let file = seal(&[ann.recipient(), ben.recipient()], b"made up").expect("sealed");
    for identity in [&ann, &ben] {
        let opened = open(std::slice::from_ref(identity), &file).expect("a recipient");
        assert_eq!(opened.as_slice(), b"made up");
    }
    assert_eq!(open(std::slice::from_ref(&eve), &file), Err(SealError::NotForUs));
    assert!(open(&[eve, ben], &file).is_ok(), "any line of the identity file will do");
    assert_eq!(seal(&[], b"x"), Err(SealError::Sealing));
}

#[test]
fn a_passphrase_is_sealed_at_exactly_the_factor_asked_for() {
    let cost = Cost { write: 3, accept: 20 };
    let file = seal_passphrase(&secret("right"), cost, b"made up").expect("sealed");
    let header = String::from_utf8_lossy(&file[..100]).into_owned();
    let stanza = header.lines().nth(1).expect("a stanza");
    assert!(stanza.starts_with("-> scrypt ") && stanza.ends_with(" 3"), "{stanza}");
    assert_eq!(open_passphrase(&secret("right"), cost, &file).expect("right").as_slice(), b"made up");
    assert_eq!(open_passphrase(&secret("wrong"), cost, &file), Err(SealError::WrongPassphrase));
    assert_eq!(open(&[Identity::generate()], &file), Err(SealError::NotForUs));
    assert_eq!(Cost::PROGRAM, Cost { write: 18, accept: 20 });
    assert_eq!(Cost::PROGRAM.accepting(63).accept, 22);
}

#[test]
fn a_costly_passphrase_is_refused_before_any_work() {
    let cost = Cost { write: 6, accept: 5 };
    let file = seal_passphrase(&secret("right"), cost, b"x").expect("sealed");
    let refused = SealError::TooCostly { needed: 6, accepted: 5 };
    assert_eq!(open_passphrase(&secret("right"), cost, &file), Err(refused));
    let text = String::from_utf8_lossy(&file).into_owned();
    assert!(!text.contains("right"));
    for factor in ["25", "63"] {
        let at = file.windows(3).position(|w| w == b" 6\n").expect("the factor");
        let mut dear = file.clone();
        dear.splice(at + 1..at + 2, factor.bytes());
        let needed = factor.parse().expect("a number");
        let refused = SealError::TooCostly { needed, accepted: 20 };
        assert_eq!(open_passphrase(&secret("right"), Cost::PROGRAM, &dear), Err(refused));
    }
}

#[test]
fn keys_of_other_kinds_are_refused_by_name() {
    for (text, kind) in [
        ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "SSH"),
        ("age1pq1qqqq", "post-quantum"),
        ("age1tag1qqqq", "hardware-bound"),
        ("age1yubikey1qqqq", "plugin"),
    ] {
        assert_eq!(Recipient::parse(text), Err(SealError::Unsupported(kind)), "{text}");
    }
    for (text, kind) in [
        ("AGE-SECRET-KEY-PQ-1QQQQ", "post-quantum"),
        ("AGE-PLUGIN-YUBIKEY-1QQQQ", "plugin"),
        ("-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbn", "SSH"),
    ] {
        let found = Identity::parse_file(text).map(|all| all.len());
        assert_eq!(found, Err(SealError::Unsupported(kind)), "{text}");
    }
    assert_eq!(Recipient::parse("age1nonsense"), Err(SealError::Key));
}

#[test]
fn an_identity_file_may_have_comments_and_several_lines() {
    let (one, two) = (Identity::generate(), Identity::generate());
    let text = format!("# made up\n\n{}\r\n  {}  \n", one.text().expose(), two.text().expose());
    let found = Identity::parse_file(&text).expect("two identities");
    let recipients: Vec<String> = found.iter().map(|one| one.recipient().to_string()).collect();
    assert_eq!(recipients, [one.recipient().to_string(), two.recipient().to_string()]);
    for text in ["", "# nothing\n", "AGE-SECRET-KEY-1XYZ"] {
        assert_eq!(Identity::parse_file(text).map(|all| all.len()), Err(SealError::Key));
    }
    assert!(!format!("{one:?}").contains("SECRET"));
}

#[test]
fn a_giant_header_is_refused_unread() {
    let stanza = format!("-> x {}\n{}\n", "a".repeat(40), "A".repeat(64));
    let many = format!("age-encryption.org/v1\n{}--- mac\n", stanza.repeat(201));
    let long = format!("age-encryption.org/v1\n-> x\n{}\n--- mac\n", "A".repeat(300_000));
    let lines = format!("age-encryption.org/v1\n-> x\n{}--- mac\n", "A\n".repeat(1_001));
    for header in [many, long, lines] {
        assert_eq!(open(&[Identity::generate()], header.as_bytes()), Err(SealError::Header));
        let passphrase = open_passphrase(&secret("x"), Cost::PLAYTHING, header.as_bytes());
        assert_eq!(passphrase, Err(SealError::Header));
    }
}

#[test]
fn text_armor_is_taken_off() {
    let ann = Identity::generate();
    let file = seal(&[ann.recipient()], &vec![7; 100_000]).expect("sealed");
    let mut armored = Vec::new();
    let format = age::armor::Format::AsciiArmor;
    let mut writer = age::armor::ArmoredWriter::wrap_output(&mut armored, format).expect("a header");
    writer.write_all(&file).expect("memory takes it");
    writer.finish().expect("a footer");
    assert!(is_sealed(&armored) && is_sealed(&file) && !is_sealed(b"AGE-SECRET-KEY-1"));
    assert_eq!(open(std::slice::from_ref(&ann), &armored).expect("a recipient").as_slice(), vec![7; 100_000]);
    armored.truncate(armored.len() / 2);
    assert_eq!(open(&[ann], &armored), Err(SealError::Armor));
}

#[test]
fn other_kinds_of_stanza_are_named_when_nothing_opens() {
    for (stanza, kind) in [("mlkem768x25519 e", "post-quantum"), ("ssh-ed25519 a b", "SSH")] {
        let header =
            format!("age-encryption.org/v1\n-> {stanza}\n{}\n--- {}\n", "A".repeat(43), "A".repeat(43));
        let file = [header.as_bytes(), &[0; 100]].concat();
        assert_eq!(open(&[Identity::generate()], &file), Err(SealError::Unsupported(kind)));
    }
}
