//! Choosing a passphrase: six random words that are offered, or one's own, with an honest word on its strength.

use crate::domain::secret::Secret;
use crate::ops::init::{self, Strength};
use crate::tui::keys::Key;
use crate::tui::theme::Theme;
use crate::tui::widgets::input::{Focus, Input, Look, Pasted};
use crate::tui::widgets::leaf::{Leaf, Weight};

/// A passphrase being chosen.
#[derive(Debug)]
pub struct NewPassphrase {
    /// The words on offer; `None`: they are being thought of.
    words: Option<Secret>,
    /// Whether the words may be seen.
    seen: Seen,
    own: Input,
    strength: Option<Strength>,
    choice: Choice,
}

/// Whether the words may be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Yes,
    No,
}

/// What is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The words.
    Words,
    /// One's own.
    Own,
}

/// What to say of a strength: an estimate, so it promises nothing.
const fn verdict(strength: Strength) -> &'static str {
    match strength {
        Strength::Weak => "weak: whoever gets the file guesses this in no time",
        Strength::Fair => "fair: withstands a curious finder, not somebody who means it",
        Strength::Good => "good: withstands a determined guesser for a long while",
        Strength::Strong => "strong, as far as an estimate can tell",
    }
}

impl Default for NewPassphrase {
    fn default() -> Self {
        Self {
            words: None,
            seen: Seen::Yes,
            own: Input::new(Look::Masked),
            strength: None,
            choice: Choice::Words,
        }
    }
}

impl NewPassphrase {
    /// Puts words on offer. None came: then it has to be one's own.
    pub fn offer(&mut self, words: &Secret) {
        if words.is_empty() {
            self.choice = Choice::Own;
        }
        self.words = Some(words.clone());
    }

    /// What is chosen.
    pub const fn choice(&self) -> Choice {
        self.choice
    }

    /// Changes between the words and one's own.
    pub fn switch(&mut self) {
        self.choice = if self.choice == Choice::Words { Choice::Own } else { Choice::Words };
    }

    /// The passphrase chosen; `None`: there is none yet.
    pub fn chosen(&self) -> Option<Secret> {
        match self.choice {
            Choice::Words => self.words.clone().filter(|words| !words.is_empty()),
            Choice::Own => (!self.own.is_empty()).then(|| self.own.secret()),
        }
    }

    /// Takes a key of editing.
    pub fn key(&mut self, key: Key) -> bool {
        let taken = self.choice == Choice::Own && self.own.key(key);
        if taken {
            self.weigh();
        }
        taken
    }

    /// Takes a key while nothing else would: who begins to type means a passphrase of his own. `?` stays a question
    /// for help until then.
    pub fn begin(&mut self, key: Key) -> bool {
        if self.choice == Choice::Words && key.is_text() && key != Key::Char('?') {
            self.switch();
        }
        self.key(key)
    }

    /// A paste is one's own passphrase.
    pub fn paste(&mut self, text: &Secret) -> Pasted {
        self.choice = Choice::Own;
        let outcome = self.own.paste(text.expose());
        self.weigh();
        outcome
    }

    /// Shows or hides it.
    pub fn look(&mut self) {
        match self.choice {
            Choice::Words => self.seen = if self.seen == Seen::Yes { Seen::No } else { Seen::Yes },
            Choice::Own => {
                self.own.look = if self.own.look == Look::Masked { Look::Plain } else { Look::Masked };
            }
        }
    }

    /// Hides it.
    pub fn conceal(&mut self) {
        self.seen = Seen::No;
        self.own.look = Look::Masked;
    }

    fn weigh(&mut self) {
        self.strength = (!self.own.is_empty()).then(|| init::strength(&self.own.secret()));
    }

    /// Puts it on a page. `look` is the key that shows what is masked.
    pub fn write<'a>(&'a self, leaf: &mut Leaf<'a>, theme: &Theme, look: &str) {
        let focus = |choice| if self.choice == choice { Focus::Here } else { Focus::Elsewhere };
        leaf.option("", "Six random words", focus(Choice::Words));
        match (&self.words, self.seen) {
            (None, _) => leaf.item(Weight::Matters, "    ", "…", theme.dim),
            (Some(words), _) if words.is_empty() => {
                leaf.item(Weight::Matters, "    ", "none: the system gave no random bytes", theme.warn);
            }
            (Some(words), Seen::Yes) => {
                leaf.item(Weight::Matters, "    ", words.expose(), theme.accent.patch(theme.title));
            }
            (Some(_), Seen::No) => {
                leaf.item(
                    Weight::Matters,
                    "    ",
                    &format!("{} {look} shows them", theme.mask(12)),
                    theme.dim,
                );
            }
        }
        leaf.option("", "My own", focus(Choice::Own));
        if self.choice == Choice::Words {
            return;
        }
        leaf.input("    ", &self.own, Focus::Here);
        let style = match self.strength {
            Some(Strength::Weak) => theme.bad,
            Some(Strength::Fair) => theme.warn,
            _ => theme.good,
        };
        leaf.item(Weight::Matters, "      ", self.strength.map_or("", verdict), style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_chosen_until_a_person_types_his_own() {
        let mut new = NewPassphrase::default();
        assert_eq!(new.chosen(), None);
        new.offer(&Secret::new("six made up words of mine"));
        assert_eq!(new.chosen(), Some(Secret::new("six made up words of mine")));
        assert!(!new.key(Key::Char('x')));
        new.switch();
        assert_eq!(new.chosen(), None);
        assert!(new.key(Key::Char('x')));
        assert_eq!(new.chosen(), Some(Secret::new("x")));
        new.switch();
        assert_eq!(new.chosen(), Some(Secret::new("six made up words of mine")));
    }

    #[test]
    fn a_paste_is_ones_own() {
        let mut new = NewPassphrase::default();
        new.paste(&Secret::new("from a password manager\n"));
        assert_eq!(new.choice(), Choice::Own);
        assert_eq!(new.chosen(), Some(Secret::new("from a password manager")));
    }

    #[test]
    fn a_weak_one_is_called_weak() {
        let mut new = NewPassphrase::default();
        new.paste(&Secret::new("password1"));
        assert_eq!(new.strength, Some(Strength::Weak));
        assert!(verdict(Strength::Weak).starts_with("weak"));
    }

    #[test]
    fn without_random_bytes_it_has_to_be_ones_own() {
        let mut new = NewPassphrase::default();
        new.offer(&Secret::new(""));
        assert_eq!((new.choice(), new.chosen()), (Choice::Own, None));
    }
}
