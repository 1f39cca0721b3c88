//! Fresh random bytes for the ids of what is made on screen, as a value: no screen reaches for randomness itself.
//!
//! One seed comes in when the screen starts. What is drawn from it is for ids alone: the seed stays in memory for as
//! long as the screen runs, so no key and no passphrase may ever be made of it.

use std::fmt;

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Random bytes, other ones after every message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fresh {
    seed: [u8; 32],
    turn: u64,
}

impl Fresh {
    /// From 32 random bytes; in tests, from any.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self { seed, turn: 0 }
    }

    /// Goes on to other bytes. Done by `update`, once per message.
    pub const fn turn(&mut self) {
        self.turn = self.turn.wrapping_add(1);
    }

    /// 16 random bytes: the first half of HMAC-SHA256 over turn and `which`. Whoever needs several ids in answer to
    /// one message counts `which` up.
    pub fn id(&self, which: u32) -> [u8; 16] {
        let mut id = [0; 16];
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.seed) else { return id };
        mac.update(b"birdkeep/ids/v1");
        mac.update(&self.turn.to_be_bytes());
        mac.update(&which.to_be_bytes());
        id.copy_from_slice(&mac.finalize().into_bytes()[..16]);
        id
    }
}

impl fmt::Debug for Fresh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fresh(turn {})", self.turn)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn no_two_ids_are_alike() {
        let mut ids = BTreeSet::new();
        for seed in 0..4 {
            let mut fresh = Fresh::new([seed; 32]);
            for _ in 0..50 {
                ids.extend((0..3).map(|which| fresh.id(which)));
                fresh.turn();
            }
        }
        assert_eq!(ids.len(), 4 * 50 * 3);
    }

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        assert_eq!(Fresh::new([7; 32]).id(1), Fresh::new([7; 32]).id(1));
        assert_eq!(format!("{:?}", Fresh::new([7; 32])), "Fresh(turn 0)");
    }
}
