//! One file of every format that is read, in the exact shape that its tool or a person writes it. Every value is made up.

/// A user token of OAuth 2.0, 91 characters, as X issues them.
const OAUTH2: &str =
    "bW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tbW1tOjE2MjIxNDc3NDM5MTQ6MToxOmF0OjE";
const KEY: &str = "MadeUpApiKey0000000000001";
const SECRET: &str = "MadeUpApiSecret00000000000000000000000000000000002";
const TOKEN: &str = "144712093100-MadeUpAccessToken00000000000000000003";
const TOKEN_SECRET: &str = "MadeUpAccessSecret000000000000000000000000004";
const BEARER: &str =
    "AAAAAAAAAAAAAAAAAAAAAMadeUpBearer%2Bxyz%3D000000000000000000000000000000000000000000000005";
const ID: &str = "M1M5R3BMVy13QmpScXkzTUt5OE46MTpjaQ";
const ID_SECRET: &str = "MadeUp_Client-Secret000000000000000000000000000006";

/// The word of the format, what such a file is called, and its text.
pub(crate) struct Sample {
    pub(crate) word: &'static str,
    pub(crate) file: &'static str,
    pub(crate) text: String,
}

/// Texts with `<NAME>` where a value belongs.
const TEXTS: &[(&str, &str, &str)] = &[
    (
        "json",
        "birds.json",
        r#"{
  "apps": [
    {"name": "bots", "api_key": "<KEY>", "api_key_changed_at": "2026-01-31T12:00:00Z", "api_secret": "<SECRET>",
     "bearer_token": "<BEARER>", "client_id": "<ID>", "client_secret": "<ID_SECRET>",
     "callback_url": "http://127.0.0.1:8080/callback", "permission": "read-write", "notes": "two\nlines"}
  ],
  "profiles": [
    {"name": "wiki", "handle": "wikidaily", "user_id": "144712093100", "app": "bots", "access_token": "<TOKEN>",
     "access_secret": {"value": "<TOKEN_SECRET>", "changed_at": "2026-02-01T00:00:00Z"},
     "oauth2": {"access_token": "<OAUTH2>", "refresh_token": "a=b#c'd\"e\\f\u0041", "scope": "tweet.read users.read", "expires_at": "2026-12-01T00:00:00Z"},
     "needs": ["post"], "tags": ["daily", "en"], "deployed": ["pi:/srv/wiki"], "notes": "made up"},
    {"name": "poet", "app": "bots", "access_token": "1447-madeup"}
  ]
}
"#,
    ),
    (
        "xurl",
        "auth.yml",
        "\
apps:
    my-app:
        client_id: <ID>
        client_secret: <ID_SECRET>
        redirect_uri: http://localhost:8080/callback
        default_user: alice
        oauth2_tokens:
            alice:
                type: oauth2
                oauth2:
                    access_token: <OAUTH2>
                    refresh_token: made-up-refresh
                    expiration_time: 1780000000
        oauth1_token:
            type: oauth1
            oauth1:
                access_token: <TOKEN>
                token_secret: <TOKEN_SECRET>
                consumer_key: <KEY>
                consumer_secret: <SECRET>
        bearer_token:
            type: bearer
            bearer: <BEARER>
default_app: my-app
",
    ),
    (
        "xurl",
        ".xurl",
        r#"{
  "oauth2_tokens": {
    "bob": {"type": "oauth2", "oauth2": {"access_token": "<OAUTH2>", "refresh_token": "made-up-refresh", "expiration_time": 0}}
  },
  "oauth1_tokens": {
    "type": "oauth1",
    "oauth1": {"access_token": "<TOKEN>", "token_secret": "<TOKEN_SECRET>", "consumer_key": "<KEY>", "consumer_secret": "<SECRET>"}
  },
  "bearer_token": {"type": "bearer", "bearer": "<BEARER>"}
}"#,
    ),
    (
        "twurl",
        ".twurlrc",
        "\
---
profiles:
  alice:
    <KEY>:
      username: &1 alice
      consumer_key: &2 <KEY>
      consumer_secret: <SECRET>
      token: <TOKEN>
      secret: <TOKEN_SECRET>
  bob:
    otherkey:
      username: bob
      consumer_key: otherkey
      consumer_secret: 'it''s'
      token: 1448-madeup
      secret: \"a\\tb\\x41\\\"c\"
configuration:
  default_profile:
  - *1
  - *2
bearer_tokens:
  <KEY>: <BEARER>
",
    ),
    (
        "kubernetes",
        "secret.yaml",
        "\
apiVersion: v1
kind: Secret
metadata:
  name: wiki
data:
  X_API_KEY: TWFkZVVwQXBpS2V5MDAwMDAwMDAwMDAwMQ==
  X_ACCESS_TOKEN: MTQ0Ny1tYWRldXA=
stringData:
  X_API_SECRET: <SECRET>
---
apiVersion: v1
kind: Secret
metadata: {name: poet}
stringData: {X_API_KEY: <KEY>, X_BEARER_TOKEN: \"<BEARER>\"}
",
    ),
    (
        "nested",
        "bots.yaml",
        "\
# twitter bots
bots:
  - name: alice
    consumer_key: <KEY>
    consumer_secret: >-
      made
      up
    access_token: <TOKEN>
  - username: bob
    consumer_key: <KEY>
    access_token: 1448-madeup
    access_token_secret: 1e10
",
    ),
    (
        "nested",
        "config.json",
        r#"{"twitter": {"appKey": "<KEY>", "appSecret": "<SECRET>", "accounts": {
  "alice": {"accessToken": "<TOKEN>", "accessSecret": "<TOKEN_SECRET>"},
  "bob": {"accessToken": "1448-madeup", "accessSecret": "made\/up"}}}, "port": 8080}"#,
    ),
    (
        "dotenv",
        ".env",
        "\
# the bot
X_API_KEY=<KEY>
export X_API_SECRET='<SECRET>'
X_BEARER_TOKEN=\"<BEARER>\" # mine
X_ACCESS_TOKEN_ALICE=<TOKEN>
X_ACCESS_TOKEN_SECRET_ALICE='it'\\''s'
X_ACCESS_TOKEN_BOB=1448-madeup
PRIVATE_KEY=\"-----BEGIN MADE UP-----
made up
-----END MADE UP-----\"
DATABASE_URL=postgres://x
set -gx X_CLIENT_ID '<ID>'
$env:X_CLIENT_SECRET = '<ID_SECRET>'
",
    ),
    (
        "twarc2",
        "config",
        "\
consumer_key = '<KEY>'
consumer_secret = \"<SECRET>\"
bearer_token = <BEARER>
[wiki]
access_token = <TOKEN>  # mine
access_token_secret = <TOKEN_SECRET>
[[archive]]
bearer_token = '''AAAAother'''
",
    ),
    (
        "csv",
        "bots.csv",
        "\
Name,App,API key,API key secret,Access Token,Access Token Secret,handle,Note\r
alice,bots,<KEY>,<SECRET>,<TOKEN>,\"made\"\"up\",alice_bot,\"two\r
lines\"\r
bob,bots,<KEY>,<SECRET>,1448-madeup,<TOKEN_SECRET>,,\r
",
    ),
    (
        "code",
        "bot.py",
        "\
import tweepy
# consumer_key = 'old'
consumer_key = '<KEY>'
CONFIG = {\"consumer_secret\": \"<SECRET>\", 'accounts': {'alice': {'access_token': '<TOKEN>'}}}
auth = tweepy.OAuth1UserHandler(consumer_key, \"made-up\", '<TOKEN>', '<TOKEN_SECRET>')
client = tweepy.Client(bearer_token=\"\"\"<BEARER>\"\"\", access_token=\"1448-made\\\"up\")
",
    ),
    (
        "code",
        "bot.mjs",
        "\
import { TwitterApi } from 'twitter-api-v2'; /* made up */
const client = new TwitterApi({
  appKey: '<KEY>', appSecret: `<SECRET>`,
  accessToken: process.env.TOKEN, accessSecret: '<TOKEN_SECRET>',
});
const bearer = new TwitterApi('<BEARER>'); // mine
",
    ),
    (
        "text",
        "notes.txt",
        "\
Keys and tokens
API Key
<KEY>
API Key Secret
<SECRET>
Bearer Token
<BEARER>
Access Token
For @owner · Read and write
<TOKEN>
Access Token Secret: <TOKEN_SECRET>
Client ID  <ID>
",
    ),
];

pub(crate) fn samples() -> Vec<Sample> {
    let values = [
        ("<KEY>", KEY),
        ("<SECRET>", SECRET),
        ("<TOKEN>", TOKEN),
        ("<TOKEN_SECRET>", TOKEN_SECRET),
        ("<BEARER>", BEARER),
        ("<ID>", ID),
        ("<ID_SECRET>", ID_SECRET),
        ("<OAUTH2>", OAUTH2),
    ];
    let filled =
        |text: &&str| values.iter().fold((*text).to_owned(), |text, (name, value)| text.replace(name, value));
    TEXTS.iter().map(|(word, file, text)| Sample { word, file, text: filled(text) }).collect()
}
