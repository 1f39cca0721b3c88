//! Everything a server can do wrong, one row each: what it does, what any endpoint must make of it, and what a check.

use birdkeep::domain::time::Time;
use birdkeep::domain::verdict::Cause;
use birdkeep::x::wire::SendError;

use crate::endpoints::{Endpoint, Outcome, Reading};
use crate::server::Step;
use crate::{Dice, NOW};

/// What a script may look at.
pub(crate) struct Scene<'a> {
    /// What the endpoint answers on a good day.
    pub(crate) honest: &'a str,
    /// Another host, which must never hear anything.
    pub(crate) elsewhere: &'a str,
    pub(crate) dice: Dice,
}

pub(crate) struct Script {
    pub(crate) name: &'static str,
    pub(crate) play: fn(&mut Scene<'_>) -> Vec<Step>,
    pub(crate) wanted: Wanted,
    pub(crate) cause: Cause,
}

/// What any endpoint must make of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// The good answer, whatever came along.
    Gave,
    Refused(u16),
    /// Neither yes nor no; a yes where any 2xx is one.
    Nonsense,
    /// Not a yes.
    Odd,
    Silent(SendError),
    /// A yes or nonsense, as the endpoint sees it.
    Whatever,
}

impl Wanted {
    pub(crate) fn is(self, outcome: Outcome, endpoint: &Endpoint) -> bool {
        match (self, outcome) {
            (Self::Gave | Self::Whatever, Outcome::Gave)
            | (Self::Nonsense | Self::Odd | Self::Whatever, Outcome::Odd) => true,
            (Self::Nonsense, Outcome::Gave) => endpoint.reading == Reading::Status,
            (Self::Refused(wanted), Outcome::Refused(status)) => wanted == status,
            (Self::Silent(wanted), Outcome::Silent(error)) => wanted == error,
            _ => false,
        }
    }

    /// How often a check puts a question that ends like this.
    pub(crate) fn tries(self) -> usize {
        match self {
            Self::Silent(SendError::Broken) | Self::Refused(500 | 502..=504) => 3,
            _ => 1,
        }
    }
}

const fn row(
    name: &'static str,
    play: fn(&mut Scene<'_>) -> Vec<Step>,
    wanted: Wanted,
    cause: Cause,
) -> Script {
    Script { name, play, wanted, cause }
}

use Cause::{
    AppKeysRejected, ClockSkew, LevelUnknown, NoCredits, RateLimited, UnexpectedAnswer, Unreachable, XDown,
};
use SendError::{Broken, NotText, Timeout, TooLong};
use Step::{Drip, Hang, Repeat, Reset, Send};
use Wanted::{Gave, Nonsense, Odd, Refused, Silent, Whatever};

#[rustfmt::skip]
pub(crate) const SCRIPTS: &[Script] = &[
    // The way there and back.
    row("reset after the handshake",     |_| vec![Reset],                                                       Silent(Broken),  Unreachable),
    row("closed before the head",        |_| vec![],                                                            Silent(Broken),  Unreachable),
    row("reset before the head",         |_| vec![Step::Read, Reset],                                           Silent(Broken),  Unreachable),
    row("reset in the head",             |_| vec![send("HTTP/1.1 200 OK\r\ncontent-le"), Reset],                Silent(Broken),  Unreachable),
    row("closed in the head",            |_| vec![send("HTTP/1.1 200 OK\r\ncontent-le")],                       Silent(Broken),  Unreachable),
    row("reset after the head",          |_| vec![ok("content-length: 90", ""), Reset],                         Silent(Broken),  Unreachable),
    row("reset after half the body",     |s| vec![ok(&length(s.honest, 0), half(s.honest)), Reset],             Silent(Broken),  Unreachable),
    row("closed after half the body",    |s| vec![ok(&length(s.honest, 0), half(s.honest))],                    Silent(Broken),  Unreachable),
    row("closed after half, unannounced", |s| vec![ok("connection: close", half(s.honest))],                    Whatever,        UnexpectedAnswer),
    row("one byte too few",              |s| vec![ok(&length(s.honest, 1), s.honest)],                          Silent(Broken),  Unreachable),
    row("one byte too many",             |s| vec![ok(&length(s.honest, -1), s.honest)],                         Whatever,        UnexpectedAnswer),
    row("silence",                       |_| vec![Step::Read, Hang],                                            Silent(Timeout), Unreachable),
    row("silence in the head",           |_| vec![send("HTTP/1.1 200 OK\r\nx: "), Hang],                        Silent(Timeout), Unreachable),
    row("silence after the head",        |_| vec![ok("content-length: 90", ""), Hang],                          Silent(Timeout), Unreachable),
    row("silence in the body",           |s| vec![ok(&length(s.honest, 0), half(s.honest)), Hang],              Silent(Timeout), Unreachable),
    row("a head, byte by byte",          |_| vec![Drip(b"HTTP/1.1 200 OK\r\nx: ".to_vec())],                    Silent(Timeout), Unreachable),
    row("a body, byte by byte",          |_| vec![ok("content-length: 9999", ""), Drip(b" ".to_vec())],         Silent(Timeout), Unreachable),
    row("chunks, byte by byte",          |_| vec![ok(CHUNKED, ""), Drip(b"1\r\n \r\n".to_vec())],               Silent(Timeout), Unreachable),
    row("100 Continue without end",      |_| vec![Repeat(b"HTTP/1.1 100 Continue\r\n\r\n".to_vec(), 50), Hang], Silent(Timeout), Unreachable),
    // What is no HTTP.
    row("HTTP 0.9",                      |_| vec![send("<html>hello</html>")],                                  Silent(Broken),  Unreachable),
    row("another protocol",              |_| vec![send("220 mail.example ESMTP\r\n")],                          Silent(Broken),  Unreachable),
    row("noise",                         |s| vec![Send(s.dice.bytes(2_000))],                                   Silent(Broken),  Unreachable),
    row("noise in the head",             |s| vec![send("HTTP/1.1 200 OK\r\n"), Send(s.dice.bytes(500)), send("\r\n\r\n")], Silent(Broken), Unreachable),
    row("HTTP/2 without being asked",    |_| vec![Send(vec![0, 0, 0, 4, 0, 0, 0, 0, 0])],                       Silent(Broken),  Unreachable),
    row("a status that is none",         |_| vec![send("HTTP/1.1 abc OK\r\n\r\n")],                             Silent(Broken),  Unreachable),
    row("status 99",                     |_| vec![send("HTTP/1.1 099 Low\r\ncontent-length: 0\r\n\r\n")],       Silent(Broken),  Unreachable),
    row("status 999",                    |_| vec![status("999 High", "", "")],                                  Odd,             UnexpectedAnswer),
    row("a length that is none",         |_| vec![ok("content-length: many", "x")],                             Silent(Broken),  Unreachable),
    row("a negative length",             |_| vec![ok("content-length: -1", "x")],                               Silent(Broken),  Unreachable),
    row("two lengths",                   |_| vec![ok("content-length: 1\r\ncontent-length: 2", "xx")],          Silent(Broken),  Unreachable),
    row("garbage for chunks",            |_| vec![ok(CHUNKED, "zz\r\nhalf\r\n")],                               Silent(Broken),  Unreachable),
    row("a chunk longer than the world", |_| vec![ok(CHUNKED, "fffffffffffffffff\r\nx")],                       Silent(Broken),  Unreachable),
    row("closed in a chunk",             |_| vec![ok(CHUNKED, "9\r\nhalf")],                                    Silent(Broken),  Unreachable),
    row("a line break in a header",      |_| vec![send("HTTP/1.1 200 OK\r\nx: a\r b\r\n\r\n")],                 Silent(Broken),  Unreachable),
    row("100,000 headers",               |_| vec![send("HTTP/1.1 200 OK\r\n"), Repeat(b"x: y\r\n".repeat(1_000), 100)], Silent(Broken), Unreachable),
    row("a header of a megabyte",        |_| vec![send("HTTP/1.1 200 OK\r\nx: "), Repeat(vec![b'y'; 65_536], 16)], Silent(Broken), Unreachable),
    // Bodies without measure.
    row("10 MB with a length",           |_| vec![ok("content-length: 10485760", ""), megabytes(10)],           Silent(TooLong), UnexpectedAnswer),
    row("10 MB without a length",        |_| vec![ok("connection: close", ""), megabytes(10)],                  Silent(TooLong), UnexpectedAnswer),
    row("10 GB promised",                |_| vec![ok("content-length: 10000000000", "x"), Hang],                Silent(TooLong), UnexpectedAnswer),
    row("chunks without end",            |_| vec![ok(CHUNKED, ""), Repeat([b"10000\r\n".to_vec(), vec![b' '; 65_536], b"\r\n".to_vec()].concat(), 9_999)], Silent(TooLong), UnexpectedAnswer),
    row("small chunks without end",      |_| vec![ok(CHUNKED, ""), Repeat([&b"40\r\n"[..], &[b' '; 64], b"\r\n"].concat().repeat(1_000), 999)], Silent(TooLong), UnexpectedAnswer),
    row("called gzip",                   |_| vec![ok("content-encoding: gzip\r\ncontent-length: 20", "\u{1f}\u{8}\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")], Nonsense, UnexpectedAnswer),
    row("not text",                      |_| vec![ok("content-length: 2", ""), Send(vec![0xff, 0xfe])],         Silent(NotText), UnexpectedAnswer),
    // Sent elsewhere.
    row("301 to another host",           |s| vec![sent("301 Moved Permanently", s.elsewhere)],                  Odd,             UnexpectedAnswer),
    row("302 to another host",           |s| vec![sent("302 Found", s.elsewhere)],                              Odd,             UnexpectedAnswer),
    row("303 to another host",           |s| vec![sent("303 See Other", s.elsewhere)],                          Odd,             UnexpectedAnswer),
    row("307 to another host",           |s| vec![sent("307 Temporary Redirect", s.elsewhere)],                 Odd,             UnexpectedAnswer),
    row("308 to another host",           |s| vec![sent("308 Permanent Redirect", s.elsewhere)],                 Odd,             UnexpectedAnswer),
    row("308 to itself",                 |_| vec![sent("308 Permanent Redirect", "")],                          Odd,             UnexpectedAnswer),
    row("307 to a file",                 |_| vec![sent("307 Temporary Redirect", "file:///etc/hostname")],      Odd,             UnexpectedAnswer),
    row("a page that goes elsewhere",    |s| vec![elsewhere(s)],                                                Nonsense,        UnexpectedAnswer),
    row("another service elsewhere",     |s| vec![ok(&format!("alt-svc: h2=\"{}\"\r\n{}", s.elsewhere.trim_start_matches("http://"), length(s.honest, 0)), s.honest)], Gave, LevelUnknown),
    row("a proxy that wants a name",     |_| vec![status("407 Proxy Authentication Required", "proxy-authenticate: Basic", "")], Refused(407), UnexpectedAnswer),
    // Refusals.
    row("400",                           |_| vec![status("400 Bad Request", "", "")],                           Refused(400),    UnexpectedAnswer),
    row("401",                           |_| vec![status("401 Unauthorized", "", UNAUTHORIZED)],                Refused(401),    AppKeysRejected),
    row("401 that asks for a password",  |_| vec![status("401 Unauthorized", "www-authenticate: Basic", "")],   Refused(401),    AppKeysRejected),
    row("401 with X's clock an hour off", |_| vec![status("401 Unauthorized", &date(3_600), "")],               Refused(401),    ClockSkew),
    row("402",                           |_| vec![status("402 Payment Required", "", "")],                      Refused(402),    NoCredits),
    row("403",                           |_| vec![status("403 Forbidden", "", "{}")],                           Refused(403),    UnexpectedAnswer),
    row("403 with hostile words",        |_| vec![status("403 Forbidden", "", HOSTILE)],                        Refused(403),    UnexpectedAnswer),
    row("404",                           |_| vec![status("404 Not Found", "", "")],                             Refused(404),    UnexpectedAnswer),
    row("429 without a word",            |_| vec![status("429 Too Many Requests", "", "")],                     Refused(429),    RateLimited),
    row("429 until the past",            |_| vec![status("429 Too Many Requests", &reset("1794999100"), "")],   Refused(429),    RateLimited),
    row("429 until now",                 |_| vec![status("429 Too Many Requests", &reset("1795000000"), "")],   Refused(429),    RateLimited),
    row("429 for a quarter of an hour",  |_| vec![status("429 Too Many Requests", &reset("1795000900"), "")],   Refused(429),    RateLimited),
    row("429 until garbage",             |_| vec![status("429 Too Many Requests", &reset("soon"), "")],         Refused(429),    RateLimited),
    row("429 for 3,000 years",           |_| vec![status("429 Too Many Requests", &reset("99999999999"), "")],  Refused(429),    RateLimited),
    row("429 with seconds to wait",      |_| vec![status("429 Too Many Requests", "retry-after: 120", "")],     Refused(429),    RateLimited),
    row("429 with a date to wait for",   |_| vec![status("429 Too Many Requests", &until(120), "")],            Refused(429),    RateLimited),
    // X's own trouble.
    row("500",                           |_| vec![status("500 Internal Server Error", "", PAGE)],               Refused(500),    XDown),
    row("501",                           |_| vec![status("501 Not Implemented", "", "")],                       Refused(501),    XDown),
    row("502 with a page",               |_| vec![status("502 Bad Gateway", "content-type: text/html", PAGE)],  Refused(502),    XDown),
    row("503",                           |_| vec![status("503 Service Unavailable", "", OVER_CAPACITY)],        Refused(503),    XDown),
    row("504",                           |_| vec![status("504 Gateway Timeout", "", "upstream timed out")],     Refused(504),    XDown),
    // Yes, in a way that means nothing.
    row("200 with nothing",              |_| vec![ok("content-length: 0", "")],                                 Nonsense,        UnexpectedAnswer),
    row("204",                           |_| vec![send("HTTP/1.1 204 No Content\r\n\r\n")],                     Nonsense,        UnexpectedAnswer),
    row("200 with a page",               |_| vec![whole(PAGE)],                                                 Nonsense,        UnexpectedAnswer),
    row("JSON cut anywhere",             |s| vec![cut(s)],                                                      Whatever,        UnexpectedAnswer),
    row("a byte changed anywhere",       |s| vec![changed(s)],                                                  Whatever,        UnexpectedAnswer),
    row("null",                          |_| vec![whole("null")],                                               Nonsense,        UnexpectedAnswer),
    row("a number",                      |_| vec![whole("1e999")],                                              Nonsense,        UnexpectedAnswer),
    row("an empty list",                 |_| vec![whole("[]")],                                                 Nonsense,        UnexpectedAnswer),
    row("members of the wrong types",    |_| vec![whole(r#"{"data":[[]],"access_token":7,"token_type":{},"errors":"x","status":[]}"#)], Nonsense, UnexpectedAnswer),
    row("members that are null",         |_| vec![whole(r#"{"data":null,"access_token":null,"token_type":null,"errors":null}"#)], Nonsense, UnexpectedAnswer),
    row("NaN",                           |_| vec![whole(r#"{"data":NaN,"access_token":Infinity}"#)],            Nonsense,        UnexpectedAnswer),
    row("members nobody knows",          |s| vec![whole(&more(s.honest, r#""more":{"a":[1,2,{"b":null}]},"#))], Whatever,        LevelUnknown),
    row("everything twice",              |s| vec![whole(&more(s.honest, &twice(s.honest)))],                    Whatever,        UnexpectedAnswer),
    row("100,000 levels deep",           |_| vec![whole(&"[".repeat(100_000))],                                 Nonsense,        UnexpectedAnswer),
    row("100,000 members deep",          |_| vec![whole(&"{\"data\":".repeat(100_000))],                        Nonsense,        UnexpectedAnswer),
    row("a megabyte of backslashes",     |_| vec![whole(&format!("{{\"data\":\"{}\"}}", "\\\\".repeat(500_000)))], Nonsense,     UnexpectedAnswer),
    row("a partial answer",              |_| vec![whole(r#"{"errors":[{"title":"Not Found Error","type":"https://api.x.com/2/problems/resource-not-found"}]}"#)], Nonsense, UnexpectedAnswer),
    row("hostile words",                 |_| vec![whole(HOSTILE)],                                              Nonsense,        UnexpectedAnswer),
    row("a control character in a header", |s| vec![ok(&format!("x-access-level: wri\u{7f}te\r\n{}", length(s.honest, 0)), s.honest)], Silent(Broken), Unreachable),
];

const CHUNKED: &str = "transfer-encoding: chunked";
const PAGE: &str = "<!DOCTYPE html>\n<html><h1>Something went wrong</h1></html>";
const OVER_CAPACITY: &str = r#"{"errors":[{"code":130,"message":"Over capacity"}]}"#;
const UNAUTHORIZED: &str =
    r#"{"title":"Unauthorized","type":"about:blank","status":401,"detail":"Unauthorized"}"#;
const HOSTILE: &str = "{\"title\":\"\\u001b]0;owned\\u0007\\u001b[2J\",\"detail\":\"\\u202eelddir\\r\\nHTTP/1.1 200 OK\",\"type\":\"\\u009b31m\",\"status\":\"a teapot\"}";

fn send(text: &str) -> Step {
    Send(text.as_bytes().to_vec())
}

fn ok(head: &str, body: &str) -> Step {
    send(&format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{body}"))
}

fn whole(body: &str) -> Step {
    ok(&length(body, 0), body)
}

fn status(line: &str, head: &str, body: &str) -> Step {
    let head = if head.is_empty() { String::new() } else { format!("{head}\r\n") };
    send(&format!("HTTP/1.1 {line}\r\n{head}content-length: {}\r\n\r\n{body}", body.len()))
}

fn sent(line: &str, to: &str) -> Step {
    status(line, &format!("location: {to}/steal"), "")
}

/// A length off by so many bytes.
fn length(body: &str, off: isize) -> String {
    format!("content-length: {}", body.len().saturating_add_signed(off))
}

fn half(body: &str) -> &str {
    body.get(..body.len() / 2).unwrap_or(body)
}

fn megabytes(count: usize) -> Step {
    Repeat(vec![b' '; 1 << 16], count * 16)
}

fn reset(at: &str) -> String {
    format!("x-rate-limit-limit: 75\r\nx-rate-limit-remaining: 0\r\nx-rate-limit-reset: {at}")
}

fn until(seconds: i64) -> String {
    format!("retry-after: {}", NOW.shifted(seconds).http())
}

fn date(seconds: i64) -> String {
    let theirs: Time = NOW.shifted(seconds);
    format!("date: {}", theirs.http())
}

fn elsewhere(scene: &Scene<'_>) -> Step {
    let to = scene.elsewhere;
    let page = format!(
        "<html><meta http-equiv=refresh content=\"0;url={to}\"><script src=\"{to}/x.js\"></script></html>"
    );
    let head = format!("refresh: 0; url={to}\r\nlink: <{to}>; rel=preload\r\n{}", length(&page, 0));
    ok(&head, &page)
}

fn cut(scene: &mut Scene<'_>) -> Step {
    let at = scene.dice.below(scene.honest.len());
    whole(scene.honest.get(..at).unwrap_or_default())
}

fn changed(scene: &mut Scene<'_>) -> Step {
    let mut bytes = scene.honest.as_bytes().to_vec();
    let at = scene.dice.below(bytes.len());
    // Another printable character, so that it stays text.
    bytes[at] = b' ' + u8::try_from(scene.dice.below(94)).unwrap_or_default();
    whole(&String::from_utf8_lossy(&bytes))
}

fn more(honest: &str, members: &str) -> String {
    honest.strip_prefix('{').map_or_else(|| honest.to_owned(), |rest| format!("{{{members}{rest}"))
}

fn twice(honest: &str) -> String {
    honest
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .map(|inner| format!("{inner},"))
        .unwrap_or_default()
}
