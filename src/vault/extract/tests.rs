use super::*;
use crate::domain::fingerprint::FingerprintKey;
use crate::domain::id::{ProfileId, VaultId};
use crate::domain::names::Name;
use crate::domain::profile::Profile;
use crate::vault::seal::{self, Cost};
use crate::vault::store::Place;
use crate::vault::{Loaded, Member, MemoryStore, Own, create, load, save};

const NOW: Time = Time::from_const(1_795_000_000);

fn name(text: &str) -> Name {
    Name::parse(text).expect("a valid name")
}

/// A vault with two bots.
fn vault() -> (MemoryStore, Keyring, Loaded) {
    let store = MemoryStore::new("vault.age", Cost::PLAYTHING);
    let keyring = Keyring::of(Own::generate());
    let members = vec![Member::of(name("owner"), keyring.first())];
    let mut document = Document::new(FingerprintKey::new([2; 32]));
    for (number, bot) in [(1, "wiki"), (2, "poet")] {
        document.insert_profile(Profile::new(ProfileId::from_random([number; 16]), name(bot), NOW));
    }
    let id = VaultId::from_random([1; 16]);
    let loaded = create::<()>(&store, &keyring, id, members, document, NOW).expect("an empty store");
    (store, keyring, loaded)
}

fn file(store: &MemoryStore) -> Vec<u8> {
    store.read(&Place::Vault).expect("readable").expect("there").bytes
}

/// Another save of the same vault.
fn again(store: &MemoryStore, keyring: &Keyring, base: &Loaded) -> Loaded {
    let renamed = |document: &Document| {
        let mut next = document.clone();
        let wiki = next.profile_named(&name("wiki")).expect("there").clone();
        next.insert_profile(Profile { notes: "changed".to_owned(), ..wiki });
        Ok::<_, ()>(next)
    };
    save(store, keyring, base, NOW, renamed).expect("saved")
}

#[test]
fn of_a_vault_this_machine_has_judged_one_bot_is_read_alone() {
    let (store, keyring, loaded) = vault();
    let found = extract(&store, &keyring, "wiki").expect("nothing has changed");
    let wiki = loaded.document.profile_named(&name("wiki"));
    assert_eq!(found.document.profiles().map(Some).collect::<Vec<_>>(), [wiki]);
    assert_eq!(found.saved_at, loaded.saved_at);
    let saved = again(&store, &keyring, &loaded);
    let found = extract(&store, &keyring, "wiki").expect("our own save");
    assert_eq!(found.document.profile_named(&name("wiki")), saved.document.profile_named(&name("wiki")));
}

#[test]
fn what_was_not_judged_yet_is_left_to_who_judges() {
    let (store, keyring, loaded) = vault();
    let before = file(&store);
    again(&store, &keyring, &loaded);
    let saved = file(&store);
    let mark = store.read(&Place::Seen(loaded.vault)).expect("readable").expect("there").bytes;
    let refused = |why: &str| assert!(extract(&store, &keyring, "wiki").is_none(), "{why}");

    store.put(&Place::Vault, &before).expect("memory");
    refused("rolled back");
    let mut bent = saved.clone();
    bent[saved.len() - 1] ^= 1;
    store.put(&Place::Vault, &bent).expect("memory");
    refused("damaged");
    let plain = keyring.open(&saved).expect("ours");
    let forged = String::from_utf8(plain.to_vec()).expect("JSON").replace("changed", "changes");
    let sealed = seal::seal(&[keyring.first().recipient()], forged.as_bytes()).expect("sealed");
    store.put(&Place::Vault, &sealed).expect("memory");
    refused("forged");

    store.put(&Place::Vault, &saved).expect("memory");
    store.remove(&Place::Seen(loaded.vault)).expect("memory");
    refused("never seen");
    let stranger = Keyring::of(Own::generate());
    assert!(extract(&store, &stranger, "wiki").is_none(), "not for this identity");
    load(&store, &keyring, None).expect("judged");
    assert!(extract(&store, &keyring, "wiki").is_some(), "judged, and so it may be read");
    store.put(&Place::Seen(loaded.vault), &mark[..100]).expect("memory");
    refused("a mark that is none");
}

#[test]
fn a_vault_that_was_moved_is_judged_anew() {
    let (store, keyring, loaded) = vault();
    let elsewhere = MemoryStore::new("elsewhere.age", Cost::PLAYTHING);
    for place in [Place::Vault, Place::Seen(loaded.vault)] {
        let bytes = store.read(&place).expect("readable").expect("there").bytes;
        elsewhere.put(&place, &bytes).expect("memory");
    }
    assert!(extract(&elsewhere, &keyring, "wiki").is_none());
}
