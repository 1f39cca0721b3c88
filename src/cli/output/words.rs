//! Small phrases that have to agree with a number.

use unicode_width::UnicodeWidthStr as _;

/// A label inside a sentence: “bearer token”, but “API key”.
pub(in crate::cli) fn mid(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain([second]).chain(chars).collect()
        }
        _ => label.to_owned(),
    }
}

/// `text` in lines of at most `cells` columns, cut between words; a word that is longer has a line of its own.
pub(in crate::cli) fn wrapped(text: &str, cells: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.width() + 1 + word.width() <= cells => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_words() {
        assert_eq!(wrapped("the lock and the backups", 12), ["the lock and", "the backups"]);
        assert_eq!(wrapped("漢字 /a/long/path x", 4), ["漢字", "/a/long/path", "x"]);
        assert_eq!(wrapped("", 4), [""]);
    }

    #[test]
    fn phrases_agree_with_their_numbers() {
        assert_eq!((mid("Bearer token").as_str(), mid("API key").as_str()), ("bearer token", "API key"));
    }
}
