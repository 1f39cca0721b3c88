//! The operating system's randomness.

use super::{Entropy, NoEntropy};

/// `getrandom(2)` and its like.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), NoEntropy> {
        getrandom::fill(bytes).map_err(|_unexplained| NoEntropy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_draws_differ() {
        let (mut one, mut two) = ([0; 32], [0; 32]);
        SystemEntropy.fill(&mut one).expect("this machine has randomness");
        SystemEntropy.fill(&mut two).expect("this machine has randomness");
        assert_ne!(one, two);
    }
}
