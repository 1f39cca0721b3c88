//! The fuzzy filter: which of many short texts a person means.
//!
//! `nucleo-matcher` is the matcher of the Helix editor: it scores 10,000 names in under a millisecond on one
//! thread, so there is no second thread to be raced with. Faster ones exist, at the price of hundreds of `unsafe`.

use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str, Utf32String};

/// Things to be searched, each prepared once: a name, and what else is known of it.
#[derive(Clone, Debug, Default)]
pub struct Haystack(Vec<Straw>);

#[derive(Clone, Debug)]
struct Straw {
    name: Utf32String,
    rest: Utf32String,
}

/// A filter. White space separates words that must all be found: the letters of a word in order somewhere in the
/// name, or the whole word somewhere in the rest. Case counts only where a capital was typed.
pub struct Search {
    matcher: Matcher,
    words: Vec<Word>,
}

struct Word {
    letters: Atom,
    whole: Atom,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Search")
    }
}

impl Haystack {
    /// Adds a thing; its number is the count before.
    pub fn push(&mut self, name: &str, rest: &str) {
        self.0.push(Straw { name: name.into(), rest: rest.into() });
    }

    /// Replaces the thing with this number.
    pub fn set(&mut self, number: usize, name: &str, rest: &str) {
        if let Some(slot) = self.0.get_mut(number) {
            *slot = Straw { name: name.into(), rest: rest.into() };
        }
    }

    /// How many things there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True when there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Search {
    /// A filter for `query`. An empty one finds everything.
    pub fn new(query: &str) -> Self {
        let atom = |word, kind| Atom::new(word, CaseMatching::Smart, Normalization::Smart, kind, false);
        let words = query
            .split_whitespace()
            .map(|word| Word { letters: atom(word, AtomKind::Fuzzy), whole: atom(word, AtomKind::Substring) })
            .collect();
        Self { matcher: Matcher::new(Config::DEFAULT), words }
    }

    /// Those of `numbers` that are found, the best first; equally good ones keep their order.
    pub fn filter(&mut self, haystack: &Haystack, numbers: &[u32]) -> Vec<u32> {
        let mut found: Vec<(u32, u32)> = numbers
            .iter()
            .filter_map(|number| {
                let straw = haystack.0.get(*number as usize)?;
                Some((self.score(straw.name.slice(..), straw.rest.slice(..))?, *number))
            })
            .collect();
        found.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
        found.into_iter().map(|(_, number)| number).collect()
    }

    /// True when a thing with this name and this rest is found.
    pub fn finds(&mut self, name: &str, rest: &str) -> bool {
        let (mut one, mut two) = (Vec::new(), Vec::new());
        self.score(Utf32Str::new(name, &mut one), Utf32Str::new(rest, &mut two)).is_some()
    }

    /// The characters of `name` that were found, by number, for showing why it matched.
    pub fn hits(&mut self, name: &str) -> Vec<u32> {
        let (mut buffer, mut hits) = (Vec::new(), Vec::new());
        let name = Utf32Str::new(name, &mut buffer);
        for word in &self.words {
            let before = hits.len();
            if word.letters.indices(name, &mut self.matcher, &mut hits).is_none() {
                hits.truncate(before);
            }
        }
        hits.sort_unstable();
        hits.dedup();
        hits
    }

    /// How good a thing is; a word in the name counts twice one in the rest.
    fn score(&mut self, name: Utf32Str, rest: Utf32Str) -> Option<u32> {
        let matcher = &mut self.matcher;
        self.words
            .iter()
            .map(|word| match word.letters.score(name, matcher) {
                Some(score) => Some(2 * u32::from(score)),
                None => word.whole.score(rest, matcher).map(u32::from),
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str, texts: &[&str]) -> Vec<u32> {
        let mut haystack = Haystack::default();
        for text in texts {
            haystack.push(text, "");
        }
        let all: Vec<u32> = (0..).take(texts.len()).collect();
        Search::new(query).filter(&haystack, &all)
    }

    #[test]
    fn nothing_typed_finds_everything_in_order() {
        assert_eq!(found("", &["b", "a"]), [0, 1]);
    }

    #[test]
    fn letters_are_found_in_order_and_the_best_comes_first() {
        assert_eq!(found("wd", &["wiki-daily", "weather", "wd"]), [2, 0]);
        assert_eq!(found("zzz", &["wiki"]), [0; 0]);
    }

    #[test]
    fn words_must_all_be_found_in_any_order() {
        assert_eq!(found("prod wiki", &["wiki prod", "wiki test", "prod"]), [0]);
    }

    #[test]
    fn a_small_letter_finds_both_and_a_capital_itself_alone() {
        assert_eq!(found("w", &["Wiki", "wiki"]).len(), 2);
        assert_eq!(found("W", &["Wiki", "wiki"]), [0]);
    }

    #[test]
    fn the_letters_found_are_named() {
        assert_eq!(Search::new("wd").hits("wiki-daily"), [0, 5]);
        assert!(Search::new("x").hits("wiki").is_empty());
    }

    #[test]
    fn outside_the_name_a_word_must_stand_as_a_whole() {
        assert!(Search::new("prod").finds("wiki", "bots-prod daily"));
        assert!(!Search::new("bdy").finds("wiki", "bots-prod daily"));
        assert!(Search::new("wk daily").finds("wiki", "bots-prod daily"));
    }
}
