//! Small phrases that a value decides: a number with its noun, how long ago, a word of a command line.

use std::fmt;

use super::time::age;

/// A number of things: “1 profile”, “7 profiles”.
pub fn counted<N: Copy + fmt::Display + PartialEq + From<u8>>(number: N, thing: &str) -> String {
    if number == N::from(1) { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// How long ago, for a sentence: “just now”, “2 h ago”.
pub fn ago(seconds: i64) -> String {
    match age(seconds).as_str() {
        "now" => "just now".to_owned(),
        age => format!("{age} ago"),
    }
}

/// `text` as one word of a command line, for a POSIX shell to read: in quotes where that would read more into it.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@%,:".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { single_quoted(text) }
}

/// `text` in single quotes, in which a POSIX shell reads nothing into it.
pub fn single_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_agree_with_their_numbers() {
        assert_eq!((ago(0).as_str(), ago(7_200).as_str()), ("just now", "2 h ago"));
        assert_eq!(
            [counted(0_u64, "bot"), counted(1, "bot"), counted(7, "bot")],
            ["0 bots", "1 bot", "7 bots"]
        );
    }

    #[test]
    fn a_word_means_itself_to_a_shell() {
        for (text, wanted) in [
            ("wiki", "wiki"),
            ("app:wiki", "app:wiki"),
            ("two words", "'two words'"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("~/x", "'~/x'"),
            ("/home/wren/vault.age", "/home/wren/vault.age"),
            ("", "''"),
        ] {
            assert_eq!(shell_word(text), wanted);
        }
    }
}
