use super::super::tests::{one, said};
use super::*;

const NOW: Time = Time::from_const(1_795_000_000);

fn entry(mode: u32) -> Entry {
    Entry { kind: Kind::File, size: 12_345, mode, ours: true, modified: NOW.shifted(-7_200) }
}

fn seen(path: &str, entry: Option<Entry>) -> Seen {
    Seen { path: path.into(), entry: Ok(entry) }
}

/// A vault with a recovery key and a good identity, and nothing to complain about.
fn fine() -> Files {
    let outside = |recipients, factor| Some(Inner::Age(Outside { recipients, others: 0, factor }));
    Files {
        vault: Sealed { seen: seen("/d/vault.age", Some(entry(0o600))), outside: outside(2, None) },
        identity: Sealed { seen: seen("/c/identity.age", Some(entry(0o600))), outside: outside(0, Some(18)) },
        beside: false,
        cost: Cost::PROGRAM,
        config: seen("/c/config.toml", None),
        settings: Ok(Vec::new()),
        state: seen("/s", Some(Entry { kind: Kind::Folder, ..entry(0o700) })),
        marks: 1,
        backups: Ok(Backups { number: 3, unreadable: 0, newest: Some(NOW.shifted(-60)) }),
        leftovers: Vec::new(),
        handed: Vec::new(),
        refreshes: Ok(0),
        holding: Holding::Nobody,
        now: NOW,
    }
}

#[test]
fn nothing_is_made_of_what_is_fine() {
    let files = fine();
    for row in TOPIC.rows {
        for (level, text) in said(&TOPIC, row.name, &files) {
            assert_eq!(level, Level::Ok, "{}: {text}", row.name);
        }
    }
    let (_, text) = one(&TOPIC, "vault", &files);
    assert_eq!(text, "/d/vault.age: 12 KiB, mode 0600, written 2 h ago");
    let (_, text) = one(&TOPIC, "passphrase", &files);
    assert_eq!(text, "a guess at the passphrase takes 256 MiB of memory (scrypt factor 18)");
}

/// Changes one thing about a machine where all is fine.
type Spoil = fn(&mut Files);

#[test]
fn each_trouble_is_named_with_its_next_step() {
    let rows: &[(&str, Spoil, Level, &str)] = &[
        ("vault", |f| f.vault.seen.entry = Ok(None), Level::Note, "birdkeep init"),
        (
            "vault",
            |f| f.vault.seen.entry = Err(io::ErrorKind::PermissionDenied),
            Level::Trouble,
            "folders above",
        ),
        ("vault", |f| f.vault.outside = Some(Inner::Damaged("cut".into())), Level::Trouble, "restore --list"),
        ("recipients", |f| set_recipients(f, 1, 0), Level::Warning, "recovery key"),
        ("recipients", |f| set_recipients(f, 2, 1), Level::Trouble, "X25519"),
        ("recipients", |f| set_recipients(f, 0, 0), Level::Trouble, "X25519"),
        ("identity", |f| f.identity.seen.entry = Ok(None), Level::Trouble, "--identity"),
        (
            "identity",
            |f| f.identity.seen = seen("/c/identity.age", Some(entry(0o644))),
            Level::Warning,
            "chmod 600",
        ),
        ("identity", |f| expose(f, entry(0o640)), Level::Trouble, "chmod 600 /c/identity.age"),
        ("identity", |f| expose(f, Entry { ours: false, ..entry(0o600) }), Level::Trouble, "another user"),
        (
            "identity",
            |f| f.identity.outside = Some(Inner::Damaged("cut".into())),
            Level::Trouble,
            "copy it back",
        ),
        ("passphrase", |f| f.identity.outside = Some(Inner::Clear), Level::Note, "birdkeep passwd"),
        ("passphrase", |f| set_factor(f, 17), Level::Warning, "birdkeep passwd"),
        ("passphrase", |f| set_factor(f, 20), Level::Ok, "1 GiB"),
        ("passphrase", |f| set_factor(f, 21), Level::Trouble, "at most 20"),
        (
            "settings",
            |f| f.settings = Ok(vec!["config.toml line 2: …".into()]),
            Level::Warning,
            "correct that line",
        ),
        ("settings", |f| f.config.entry = Ok(Some(entry(0o666))), Level::Warning, "chmod 600 /c/config.toml"),
        ("state", |f| f.state.entry = Ok(None), Level::Note, "birdkeep list"),
        ("state", |f| f.state.entry = Ok(Some(entry(0o700))), Level::Trouble, "move away"),
        ("state", |f| folder_mode(f, 0o755), Level::Trouble, "chmod 700 /s"),
        ("backups", |f| f.backups = Ok(Backups::default()), Level::Note, "the last ten"),
        ("backups", |f| f.backups = Err("closed".into()), Level::Warning, "closed"),
        ("leftovers", |f| f.handed = vec!["/run/birdkeep/run-1.env".into()], Level::Warning, "run --file"),
        ("leftovers", |f| f.leftovers = vec!["/d/.vault.age.1.x.tmp".into()], Level::Note, "next save"),
        ("leftovers", |f| f.leftovers = vec!["/c/identity.age.new".into()], Level::Note, "birdkeep passwd"),
        ("refreshes", |f| f.refreshes = Ok(2), Level::Warning, "cut off: 2"),
        ("refreshes", |f| f.refreshes = Err("closed".into()), Level::Trouble, "closed"),
        ("lock", |f| f.holding = Holding::Somebody(Some("process 7".into())), Level::Note, "(process 7)"),
        ("lock", |f| f.holding = Holding::NoLocks, Level::Warning, "two places"),
        ("lock", |f| f.holding = Holding::Unreadable, Level::Warning, "owner and mode"),
    ];
    for (name, spoil, level, words) in rows {
        let mut files = fine();
        spoil(&mut files);
        let (found, text) = one(&TOPIC, name, &files);
        assert_eq!(found, *level, "{name}: {text}");
        assert!(text.contains(words), "{name} says nothing of “{words}”:\n{text}");
    }
}

#[test]
fn names_that_are_no_plain_files_are_refused_by_kind() {
    for (kind, words) in
        [(Kind::Link, "is a link"), (Kind::Folder, "is a folder"), (Kind::Other, "plain file")]
    {
        let mut files = fine();
        let odd = Some(Entry { kind, ..entry(0o777) });
        (files.vault.seen.entry, files.identity.seen.entry) = (Ok(odd), Ok(odd));
        for name in ["vault", "identity"] {
            let (level, text) = one(&TOPIC, name, &files);
            assert!(level == Level::Trouble && text.contains(words), "{text}");
        }
    }
}

#[test]
fn a_vault_says_every_single_thing_that_is_odd_about_it() {
    let mut files = fine();
    files.vault.seen.entry = Ok(Some(Entry { ours: false, ..entry(0o666) }));
    let levels: Vec<Level> = said(&TOPIC, "vault", &files).into_iter().map(|(level, _)| level).collect();
    assert_eq!(levels, [Level::Ok, Level::Warning, Level::Warning]);
    files.vault.seen.entry = Ok(Some(entry(0o644)));
    assert_eq!(said(&TOPIC, "vault", &files)[1].0, Level::Note);
    files.beside = true;
    assert!(said(&TOPIC, "identity", &files)[1].1.contains("beside the vault"));
}

fn set_recipients(files: &mut Files, recipients: usize, others: usize) {
    files.vault.outside = Some(Inner::Age(Outside { recipients, others, factor: None }));
}

fn set_factor(files: &mut Files, factor: u8) {
    files.identity.outside = Some(Inner::Age(Outside { recipients: 0, others: 0, factor: Some(factor) }));
}

fn expose(files: &mut Files, entry: Entry) {
    files.identity = Sealed { seen: seen("/c/identity.age", Some(entry)), outside: Some(Inner::Clear) };
}

fn folder_mode(files: &mut Files, mode: u32) {
    files.state.entry = Ok(Some(Entry { kind: Kind::Folder, ..entry(mode) }));
}
