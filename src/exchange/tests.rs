//! Which format a text is read as.

mod hostile;
mod round;
mod tools;

use super::*;

#[track_caller]
fn read_as(name: Option<&str>, text: &str) -> &'static str {
    match read(name, text) {
        Ok((_, format)) | Err((_, format)) => format.word,
    }
}

#[test]
fn a_format_is_recognised_by_content_and_name() {
    let twurl = "profiles:\n  a:\n    k:\n      consumer_key: k\n      consumer_secret: s\n      token: 1-t\n      secret: s\n";
    for (name, text, word) in [
        (Some("bots.json"), "", "json"),
        (Some("bots.json"), "{\"profiles\": []}", "json"),
        (Some("keys.txt"), "{\"profiles\": []}", "json"),
        (None, "{\"apps\": []}", "json"),
        (None, "{\"apps\": [", "json"),
        (Some("bots.json"), "{\"consumer_key\": \"k\"}", "nested"),
        (None, "{\"consumer_key\": \"k\"}", "nested"),
        (None, "bots:\n  alice:\n    api_key: k\n", "nested"),
        (Some(".env"), "{", "dotenv"),
        (Some(".env.production"), "X_API_KEY=k", "dotenv"),
        (Some("wiki.ENV"), "X_API_KEY=k", "dotenv"),
        (Some("keys.txt"), "X_API_KEY=a", "text"),
        (None, "export X_API_KEY=a\n# b\n", "dotenv"),
        (None, "X_API_KEY=a\nX_API_SECRET='not-closed\nastray\n", "dotenv"),
        (None, "X_API_KEY='not-closed\nastray\n", "dotenv"),
        (None, "X_API_KEY=a\nKKKKKKKKKKKKKKKKKKKKKKKKK\n", "text"),
        (
            None,
            "AAAAAAAAAAAAAAAAAAAAAMadeupmadeupmadeupmadeupmadeupmadeupmadeupmadeupmadeupmadeupmadeup=\n",
            "text",
        ),
        (Some("credentials.txt"), "consumer_key=a\n", "twitterapi"),
        (Some(".twurlrc"), twurl, "twurl"),
        (Some(".trc"), twurl, "t"),
        (None, twurl, "twurl"),
        (Some("config"), "bearer_token = \"AAAA\"\n[alice]\naccess_token = 1-t\n", "twarc2"),
        (Some(".tweetrc"), "[Tweet]\nconsumer_key: k\n", "python-twitter"),
        (None, "[Tweet]\nconsumer_key: k\n", "twarc2"),
        (Some(".xurl"), "apps:\n  a:\n    client_id: c\n", "xurl"),
        (Some("auth.yml"), "apps:\n  a:\n    client_id: c\n", "xurl"),
        (None, "{\"oauth2_tokens\": {}, \"bearer_token\": {\"bearer\": \"AAAA\"}}", "xurl"),
        (None, "name,api_key,api_secret\na,b,c\n", "csv"),
        (None, "import tweepy\nclient = tweepy.Client(bearer_token='AAAA')\n", "code"),
        (Some("bot.py"), "consumer_key = 'k'\n", "code"),
        (None, "new TwitterApi({\n  appKey: 'k',\n})\n", "code"),
        (None, "API Key\nmade-up\n", "text"),
        (None, "", "text"),
    ] {
        assert_eq!(read_as(name, text), word, "{name:?} {text:?}");
    }
    assert_eq!(by_word("JSON").map(|format| format.word), Some("json"));
    assert!(by_word("xml").is_none());
}

#[test]
fn what_is_too_long_is_refused_before_it_is_read() {
    let long = format!("X_API_KEY={}", "k".repeat(16 << 20));
    for format in FORMATS.iter().filter(|format| format.word != "json") {
        let error = format.read(&long).expect_err("it is too long");
        assert!(error.to_string().contains("longer than 16 MiB"), "{}", format.word);
    }
    let (error, _) = read(Some(".env"), &long).expect_err("it is too long");
    assert!(error.to_string().contains("longer than 16 MiB"));
}

#[test]
fn every_place_of_a_format_is_in_the_home_folder_or_here() {
    for place in FORMATS.iter().flat_map(|format| format.found) {
        assert!(place.starts_with("~/") || place.starts_with("./"), "{place}");
    }
}
