//! Text that wants to do something to a terminal, or to look like other text (security.md 2.7 and 4.10).

/// Sequences that terminals have obeyed, answered or been broken by.
const SEQUENCES: &[&str] = &[
    // Cursor, erasing, scrolling, colours.
    "\x1b[2J",
    "\x1b[1;1H",
    "\x1b[3J",
    "\x1b[31m",
    "\x1b[8m",
    "\x1b[5;31;7m",
    "\x1b[?25l",
    "\x1b[?1049l",
    "\x1b[?2004l",
    "\x1b[?1000h",
    "\x1b[1;5r",
    "\x1b[6n",
    "\x1b[c",
    "\x1b[>c",
    "\x1b[>q",
    "\x1b[?1;0c",
    "\x1b[21t",
    "\x1b[14t",
    "\x1b[18t",
    "\x1b[99999999b",
    "\x1b[4i",
    "\x1bc",
    "\x1b7\x1b8",
    "\x1b#8",
    "\x1bG Q",
    "\x1b(0",
    "\x1b%G",
    "\x1bM",
    // OSC: titles, colours, folders, links, clipboard, notifications, files.
    "\x1b]0;owned\x07",
    "\x1b]2;owned\x1b\\",
    "\x1b]4;1;?\x07",
    "\x1b]7;file://host/etc\x07",
    "\x1b]8;;https://x.com@evil.example\x07link\x1b]8;;\x07",
    "\x1b]9;notify\x07",
    "\x1b]10;?\x07",
    "\x1b]50;#1\x07",
    "\x1b]52;c;bWFkZXVw\x07",
    "\x1b]52;c;?\x07",
    "\x1b]104\x07",
    "\x1b]777;notify;a;b\x07",
    "\x1b]1337;File=name=YQ==:AAAA\x07",
    "\x1b]unfinished",
    // DCS, APC, PM, SOS.
    "\x1bP$q\"p\x1b\\",
    "\x1bP+q544e\x1b\\",
    "\x1bPtmux;\x1b\x1b]0;owned\x07\x1b\\",
    "\x1b_Gi=1,a=q;AAAA\x1b\\",
    "\x1b^private\x1b\\",
    "\x1bXstring\x1b\\",
    // The same with one character, C1.
    "\u{9b}2J",
    "\u{9d}0;owned\u{9c}",
    "\u{90}$q\"p\u{9c}",
    "\u{9f}Gi=1\u{9c}",
    "\u{84}\u{85}\u{8d}",
    // Lines that overwrite others.
    "fine\rfail",
    "ok\x08\x08no",
    "one\ntwo",
    "one\r\ntwo",
    "tab\tbed",
    "\x0b\x0c",
    "end\x1b",
    "nul\0nul",
    "\x1b[200~paste\x1b[201~",
    // Bidi, zero width, tags, separators, fillers.
    "abc\u{202e}gpj.exe",
    "\u{202d}\u{202c}\u{202a}\u{202b}",
    "\u{2066}\u{2067}\u{2068}\u{2069}",
    "\u{200e}\u{200f}\u{61c}",
    "ze\u{200b}ro\u{200c}wi\u{200d}dth\u{2060}\u{feff}",
    "line\u{2028}and\u{2029}end",
    "tag\u{e0041}\u{e007f}",
    "soft\u{ad}hyphen",
    "fill\u{115f}\u{1160}\u{3164}\u{ffa0}",
    "selector\u{fe0f}\u{e0100}",
    "private\u{e000}\u{f8ff}\u{100000}",
    "none\u{fff9}\u{fffa}\u{fffb}",
    "math\u{2061}\u{2062}\u{206f}",
    "mongolian\u{180e}\u{180b}",
    "music\u{1d173}\u{1d17a}",
    "\u{34f}\u{17b4}\u{17b5}",
    // Floods, and characters wider or narrower than they look.
    "z\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
    "漢字\u{20dd}\u{fdfd}",
    "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
    // What other programs would do with it.
    "$(id)`id`%s%n'\";--",
    "https://x.com@evil.example/",
    "\u{430}pple",
];

/// Every payload: [`SEQUENCES`], and each control character of C0, DEL and C1 between letters.
pub(crate) fn corpus() -> Vec<String> {
    let controls: Vec<char> = (0..0x20).chain(0x7f..0xa0).filter_map(char::from_u32).collect();
    let between =
        controls.chunks(3).map(|some| some.iter().fold("a".to_owned(), |text, c| format!("{text}{c}b")));
    SEQUENCES.iter().map(|text| (*text).to_owned()).chain(between).collect()
}

/// The first thing in `text` that a terminal must not get; none if it may have all of it.
pub(crate) fn foreign(text: &str) -> Option<String> {
    let odd = |c: char| c != '\n' && birdkeep::domain::text::is_hidden(c);
    text.chars().find(|c| odd(*c)).map(|c| c.escape_unicode().to_string())
}
