//! Other machines, and vaults that are older than what X knows.

use super::*;

#[test]
fn another_machine_is_refused_until_it_takes_the_grant_over() {
    let den = Den::new();
    den.at(EXPIRED).refresh(FOUR_MINUTES).expect("refreshed here");
    // The same vault on a machine of its own.
    let other = MemoryStore::new("vault.age", Cost::PLAYTHING);
    for place in [Place::Vault, Place::Identity] {
        other.put(&place, &file(&den.world, &place)).expect("memory takes it");
    }
    let there = World { store: Arc::new(other.clone()), ..den.world.clone() };
    let session = unlock(&there, Some(&passphrase())).expect("the same identity");
    let used = refresh(&there, &session, den.id, FOUR_MINUTES).expect("the access token is for all");
    assert!(den.sim.is_live(&used.access));
    den.at(EXPIRED + 7_100);
    let refused = refresh(&there, &session, den.id, FOUR_MINUTES).expect_err("another machine's");
    assert!(refused.failure.what.contains("on another machine"), "{}", refused.failure);
    let current = den.value(Field::Oauth2RefreshToken);
    assert_eq!(den.sim.presented(&current), 0);
    let taken = take_over(&there, &session, den.id).expect("saved");
    assert_eq!(standing(&there, taken.document(), den.id).map(|stands| stands.held), Some(Held::Here));
    refresh(&there, &taken, den.id, FOUR_MINUTES).expect("its own now");
    assert_eq!((den.sim.presented(&current), den.sim.families_killed()), (1, 0));
    // The first machine sees who has it as soon as it sees the vault.
    den.store
        .put(&Place::Vault, &other.read(&Place::Vault).expect("readable").expect("there").bytes)
        .expect("memory");
    den.at(EXPIRED + 2 * 7_200);
    assert!(den.refresh(FOUR_MINUTES).expect_err("not its own any more").what.contains("on another machine"));
}

/// Somebody puts an older file back and accepts it.
fn rolled_back(den: &Den, old: &[u8]) {
    den.store.put(&Place::Vault, old).expect("memory");
    let source = restore::Source::Bytes(old.into());
    let prepared = restore::prepare(&den.world, Some(&passphrase()), &source).expect("readable");
    restore::restore(&den.world, prepared).expect("restored");
}

#[test]
fn a_refresh_token_of_an_older_save_is_presented_if_this_machine_knows_it_for_its_newest() {
    let den = Den::new();
    den.at(EXPIRED).refresh(FOUR_MINUTES).expect("refreshed");
    let (old, first) = (file(&den.world, &Place::Vault), den.value(Field::Oauth2RefreshToken));
    let session = den.unlock();
    den.typed(&session, den.id.into(), (Field::AccessToken, "1-made-up"));
    rolled_back(&den, &old);
    assert_eq!(den.custody().standing, Stands::VerifyFirst);
    den.at(EXPIRED + 7_100).refresh(FOUR_MINUTES).expect("nobody has used it since");
    assert_eq!((den.sim.presented(&first), den.custody().standing), (1, Stands::Good));
    // And now it is spent, whatever the file says, and whatever a person says.
    rolled_back(&den, &old);
    den.at(EXPIRED + 2 * 7_200);
    let refused = den.refresh(FOUR_MINUTES).expect_err("it is spent");
    assert_eq!(refused.what, "“wiki” has to log in again");
    take_over(&den.world, &den.unlock(), den.id).expect("saved");
    den.refresh(FOUR_MINUTES).expect_err("it is still spent");
    assert_eq!((den.sim.presented(&first), den.sim.families_killed()), (1, 0));
}

#[test]
fn without_a_memory_an_older_access_token_is_verified_and_its_refresh_token_spared() {
    for (age, verified) in [(100, true), (8_000, false)] {
        let den = Den::new();
        let old = file(&den.world, &Place::Vault);
        let refresh_token = den.value(Field::Oauth2RefreshToken);
        den.refresh(Need::Within(Duration::from_secs(6_700))).expect("refreshed early");
        den.store.remove_trail(den.id).expect("memory");
        rolled_back(&den, &old);
        let asked = || den.sim.served().get("GET /2/users/me").copied().unwrap_or_default();
        for time in [age, age + 1] {
            let got = den.at(BEGAN + time).refresh(FOUR_MINUTES);
            assert_eq!(got.is_ok(), verified, "{got:?}");
        }
        assert_eq!(asked(), usize::from(verified), "once is enough");
        den.at(EXPIRED).refresh(FOUR_MINUTES).expect_err("it may be spent");
        assert_eq!(
            den.sim.presented(&refresh_token),
            1,
            "that of the refresh the older save knows nothing of"
        );
        assert_eq!(den.sim.families_killed(), 0);
    }
    // Where a person knows better, he says so.
    let den = Den::new();
    let old = file(&den.world, &Place::Vault);
    let session = den.unlock();
    den.typed(&session, den.id.into(), (Field::AccessToken, "1-made-up"));
    rolled_back(&den, &old);
    den.at(EXPIRED).refresh(FOUR_MINUTES).expect_err("nobody can tell");
    take_over(&den.world, &den.unlock(), den.id).expect("saved");
    den.refresh(FOUR_MINUTES).expect("it was never used");
}

#[test]
fn an_answer_that_a_rolled_back_vault_knows_nothing_of_is_taken_up_through_its_line() {
    let den = Den::new();
    let old = file(&den.world, &Place::Vault);
    den.at(EXPIRED).refresh(FOUR_MINUTES).expect("refreshed");
    let session = den.unlock();
    den.left_behind(&session, &ANSWER);
    rolled_back(&den, &old);
    let session = den.unlock();
    let profile = session.document().profile(den.id).expect("there");
    assert_eq!(profile.held.secret(Field::Oauth2RefreshToken).map(Secret::expose), Some("made-up-rt"));
    assert_eq!((den.custody().standing, den.journals()), (Stands::Good, 0));
}
