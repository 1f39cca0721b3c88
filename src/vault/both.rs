//! Two halves of one piece of work at the same time.

use std::panic::resume_unwind;
use std::thread;

/// What `one` and `other` give, worked out at the same time: a vault of many megabytes is hashed on one core while
/// the other seals it. Where no thread can be had, one after the other.
pub(super) fn both<A: Send, B>(one: impl Fn() -> A + Sync, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let helper = thread::Builder::new().spawn_scoped(scope, &one);
        let other = other();
        let one = match helper {
            Ok(helper) => helper.join().unwrap_or_else(|panic| resume_unwind(panic)),
            Err(_) => one(),
        };
        (one, other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_gives_its_own() {
        assert_eq!(both(|| 1, || "two"), (1, "two"));
    }

    #[test]
    fn a_panic_of_the_helper_is_no_result() {
        let tried = std::panic::catch_unwind(|| both(|| assert_eq!(1, 2, "made up"), || ()));
        assert!(tried.is_err());
    }
}
