//! What was signed already: a signature is good once (RFC 5849 section 3.3).

use std::collections::{HashSet, VecDeque};

/// Nonces remembered at most; the oldest are forgotten first.
const NONCES: usize = 100_000;

/// A signature's time, token and nonce.
type Nonce = (i64, String, String);

/// The nonces of late.
#[derive(Debug, Default)]
pub struct Nonces {
    seen: HashSet<Nonce>,
    order: VecDeque<Nonce>,
}

impl Nonces {
    /// False if this one was seen before.
    pub fn is_new(&mut self, nonce: Nonce) -> bool {
        if !self.seen.insert(nonce.clone()) {
            return false;
        }
        self.order.push_back(nonce);
        if self.order.len() > NONCES
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        true
    }
}
