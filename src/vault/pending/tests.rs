use super::*;
use crate::domain::document::Document;
use crate::domain::fingerprint::{Fingerprint, FingerprintKey};
use crate::domain::names::Name;
use crate::domain::secret::Secret;
use crate::vault::seal::Cost;
use crate::vault::{Member, MemoryStore, create};

const NOW: Time = Time::from_const(1_795_000_000);
const PROFILE: [u8; 16] = [5; 16];
const FIRST: &str = "{\"access_token\":\"made-up-é";
const REST: &str = "\",\"refresh_token\":\"made-up\"}";

struct Bench {
    store: MemoryStore,
    keyring: Keyring,
    loaded: Loaded,
}

impl Bench {
    fn new() -> Self {
        let store = MemoryStore::new("vault.age", Cost::PLAYTHING);
        let keyring = Keyring::of(Own::generate());
        let members = vec![Member::of(Name::parse("owner").expect("valid"), keyring.first())];
        let document = Document::new(FingerprintKey::new([2; 32]));
        let id = VaultId::from_random([1; 16]);
        let loaded = create::<()>(&store, &keyring, id, members, document, NOW).expect("an empty store");
        Self { store, keyring, loaded }
    }

    fn begin(&self, attempt: u8) -> Writing {
        begin(&self.store, &self.keyring, &self.loaded, intent(attempt)).expect("memory takes it")
    }

    /// A journal with an answer in two pieces, cut within a character.
    fn answered(&self) -> Vec<u8> {
        let mut writing = self.begin(9);
        let body = [FIRST, REST].concat().into_bytes();
        let (first, rest) = body.split_at(FIRST.len() - 1);
        writing.keep(&self.store, (200, NOW), first).expect("there is room");
        writing.keep(&self.store, (200, NOW), rest).expect("there is room");
        self.bytes()
    }

    fn bytes(&self) -> Vec<u8> {
        self.store.pending(profile()).expect("readable").expect("there is one")
    }

    fn read(&self, bytes: &[u8]) -> Option<Journal> {
        read(&self.keyring, self.loaded.vault, profile(), bytes)
    }
}

fn profile() -> ProfileId {
    ProfileId::from_random(PROFILE)
}

fn print(text: &str) -> Fingerprint {
    FingerprintKey::new([3; 32]).of(&Secret::new(text))
}

fn intent(attempt: u8) -> Intent {
    Intent {
        attempt: AttemptId::from_random([attempt; 16]),
        profile: profile(),
        token: print("now"),
        grown_from: vec![print("before"), print("then")],
        sequence: 41,
        before: 1,
        at: NOW,
    }
}

fn body(journal: &Journal) -> &[u8] {
    journal.answer.as_ref().map_or(&[], |answer| &answer.body)
}

/// Where each record of a journal ends.
fn ends(bytes: &[u8]) -> Vec<usize> {
    let mut ends = vec![0];
    loop {
        let at = ends[ends.len() - 1];
        let length = u32::from_be_bytes(*bytes[at..].first_chunk().expect("zeros follow")) as usize;
        if length == 0 {
            return ends.split_off(1);
        }
        ends.push(at + LENGTH + length);
    }
}

#[test]
fn an_intent_and_an_answer_are_read_back_and_the_file_keeps_its_size() {
    let bench = Bench::new();
    drop(bench.begin(9));
    let armed = bench.read(&bench.bytes()).expect("whole");
    assert_eq!(armed, Journal { intent: intent(9), answer: None, end: End::Whole });
    let bytes = bench.answered();
    let journal = bench.read(&bytes).expect("whole");
    assert_eq!((journal.intent.clone(), journal.end), (intent(9), End::Whole));
    assert_eq!(body(&journal), [FIRST, REST].concat().as_bytes());
    assert_eq!(journal.answer.as_ref().map(|answer| (answer.status, answer.at)), Some((200, NOW)));
    assert_eq!(bytes.len(), ROOM);
    let found = kept(&bench.store, &bench.keyring, bench.loaded.vault, profile()).expect("readable");
    assert_eq!(found, Some(Kept::Journal(journal)));
    assert!(!bytes.windows(7).any(|window| window == b"made-up"), "nothing of it is in the clear");
}

#[test]
fn every_truncation_leaves_what_was_whole_before_it() {
    let bench = Bench::new();
    let (bytes, whole) = (bench.answered(), bench.read(&bench.bytes()).expect("whole"));
    let ends = ends(&bytes);
    let [first, second, third] = ends[..] else { unreachable!("an intent and two pieces") };
    let mut checked = 0;
    for cut in (0..third + 8).chain([ROOM - 1]) {
        let found = bench.read(&bytes[..cut]);
        if cut < first {
            assert_eq!(found, None, "cut at {cut}");
            continue;
        }
        let found = found.expect("its first record is whole");
        let wanted = match cut {
            _ if cut >= third => body(&whole).len(),
            _ if cut >= second => FIRST.len() - 1,
            _ => 0,
        };
        assert_eq!(body(&found), &body(&whole)[..wanted], "cut at {cut}");
        let at_an_end = ends.contains(&cut) || cut >= third + LENGTH;
        assert_eq!(found.end, if at_an_end { End::Whole } else { End::Broken }, "cut at {cut}");
        checked += 1;
    }
    assert!(checked > 1_000);
}

#[test]
fn every_altered_byte_leaves_a_whole_prefix_or_nothing_and_never_other_contents() {
    let bench = Bench::new();
    let bytes = bench.answered();
    let whole = bench.read(&bytes).expect("whole");
    let ends = ends(&bytes);
    let end = ends[2];
    // One bit of every byte here, another one each time around; all of them in the campaign.
    for at in 0..end + LENGTH {
        let mut bent = bytes.clone();
        bent[at] ^= 1 << (at % 8);
        let Some(found) = bench.read(&bent) else {
            assert!(at < ends[0], "byte {at} is none of the intent's");
            continue;
        };
        assert_eq!(found.intent, whole.intent, "byte {at}");
        assert!(at >= ends[0], "byte {at} is the intent's");
        assert!(body(&whole).starts_with(body(&found)), "byte {at}");
        let complete = body(&found).len() == body(&whole).len();
        assert!(complete == (at >= end), "byte {at}");
    }
}

#[test]
fn records_of_another_attempt_order_vault_profile_or_hand_are_none() {
    let bench = Bench::new();
    let bytes = bench.answered();
    let ends = ends(&bytes);
    let records = [&bytes[..ends[0]], &bytes[ends[0]..ends[1]], &bytes[ends[1]..ends[2]]];
    let spliced = |order: &[usize]| order.iter().map(|at| records[*at]).collect::<Vec<_>>().concat();
    for (order, wanted) in [
        (&[0, 1, 2][..], Some((FIRST.len() + REST.len(), End::Whole))),
        (&[0, 2, 1], Some((0, End::Broken))),
        (&[0, 1, 1, 2], Some((FIRST.len() - 1, End::Broken))),
        (&[0, 0, 1], Some((0, End::Broken))),
        (&[1, 2], None),
        (&[], None),
    ] {
        let found = bench.read(&spliced(order)).map(|journal| (body(&journal).len(), journal.end));
        assert_eq!(found, wanted, "{order:?}");
    }
    let mut writing = bench.begin(8);
    writing.keep(&bench.store, (200, NOW), b"theirs").expect("there is room");
    let theirs = bench.bytes();
    let grafted = [&bytes[..ends[0]], &theirs[self::ends(&theirs)[0]..]].concat();
    assert_eq!(bench.read(&grafted).map(|journal| journal.end), Some(End::Broken));
    assert_eq!(read(&bench.keyring, VaultId::from_random([9; 16]), profile(), &bytes), None);
    let other = ProfileId::from_random([6; 16]);
    assert_eq!(read(&bench.keyring, bench.loaded.vault, other, &bytes), None);
    let stranger = Keyring::of(Own::generate());
    assert_eq!(read(&stranger, bench.loaded.vault, profile(), &bytes), None);
    // Sealed to us by someone who can do no more than that.
    let both = Writing { own: stranger.first().clone(), ..bench.begin(7) };
    let forged = record(&both.own, &both.head, &Record::Intent(intent(7))).expect("sealed");
    let plain = stranger.open(&forged[LENGTH..]).expect("his own");
    let sealed = seal::seal(&[bench.keyring.first().recipient()], &plain).expect("sealed");
    let length = u32::try_from(sealed.len()).expect("short").to_be_bytes();
    assert_eq!(bench.read(&[&length[..], &sealed].concat()), None);
}

#[test]
fn a_journal_takes_no_more_than_its_room_and_keeps_what_it_has() {
    let bench = Bench::new();
    let mut writing = bench.begin(9);
    let piece = [b'x'; 8_000];
    let taken = (0..20).take_while(|_| writing.keep(&bench.store, (503, NOW), &piece).is_ok()).count();
    assert!((3..8).contains(&taken), "{taken} pieces");
    assert!(writing.keep(&bench.store, (503, NOW), b"a last word").is_ok(), "a short one still fits");
    let journal = bench.read(&bench.bytes()).expect("whole");
    assert_eq!((body(&journal).len(), journal.end), (taken * piece.len() + 11, End::Whole));
    assert_eq!(bench.bytes().len(), ROOM);
}

#[test]
fn what_cannot_be_written_in_place_goes_into_a_new_file() {
    #[derive(Debug)]
    struct Worn;
    impl PendingFile for Worn {
        fn write_at(&mut self, _: usize, _: &[u8]) -> Result<(), StoreError> {
            Err(StoreError::Exposed { path: "a worn-out disk".to_owned() })
        }
    }
    let bench = Bench::new();
    let mut writing = bench.begin(9);
    writing.file = Box::new(Worn);
    writing.keep(&bench.store, (200, NOW), FIRST.as_bytes()).expect("in a new file");
    writing.keep(&bench.store, (200, NOW), REST.as_bytes()).expect("in that one");
    let journal = bench.read(&bench.bytes()).expect("whole");
    assert_eq!(body(&journal), [FIRST, REST].concat().as_bytes());
}
