//! Opens pages in the person's browser: no shell, nothing on its input, nothing of its output.

use std::ffi::OsString;
use std::process::{Command, Stdio};

use super::{Browser, NoBrowser};

/// The desktop's own way to open a page.
const OPENER: &str = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };

/// `$BROWSER` where it is set, else the desktop's opener.
#[derive(Clone, Debug, Default)]
pub struct SystemBrowser {
    /// `$BROWSER`: commands separated by `:`, the first that starts is used. `%s` stands for the address; without
    /// it the address comes last. Words are separated by white space; there are no quotes and there is no shell.
    commands: Option<String>,
    /// Whether a desktop is there to show them on.
    desktop: bool,
}

impl SystemBrowser {
    /// With the value of `$BROWSER`, if any.
    pub fn new(commands: Option<OsString>) -> Self {
        let commands = commands.and_then(|text| text.into_string().ok()).filter(|text| !text.is_empty());
        Self { commands, desktop: false }
    }

    /// On a machine with a desktop, or without one: over SSH, say.
    #[must_use]
    pub const fn on_desktop(mut self, there: bool) -> Self {
        self.desktop = there;
        self
    }

    /// The command lines to try, in order.
    fn lines(&self, url: &str) -> Vec<Vec<String>> {
        let commands = self.commands.as_deref().unwrap_or(OPENER);
        commands.split(':').map(|line| words(line, url)).filter(|words| !words.is_empty()).collect()
    }
}

fn words(line: &str, url: &str) -> Vec<String> {
    let mut words: Vec<String> = line.split_whitespace().map(|word| word.replace("%s", url)).collect();
    if !words.is_empty() && !line.contains("%s") {
        words.push(url.to_owned());
    }
    words
}

impl Browser for SystemBrowser {
    fn open(&self, url: &str) -> Result<(), NoBrowser> {
        if !is_page(url) {
            return Err(NoBrowser);
        }
        let started = self.lines(url).iter().any(|words| start(words));
        started.then_some(()).ok_or(NoBrowser)
    }

    fn is_near(&self) -> bool {
        self.desktop || self.commands.is_some()
    }
}

/// Only web addresses, and none that an opener could take for an option.
fn is_page(url: &str) -> bool {
    let web = url.starts_with("https://") || url.starts_with("http://");
    web && url.bytes().all(|byte| byte.is_ascii_graphic())
}

fn start(words: &[String]) -> bool {
    let Some((program, arguments)) = words.split_first() else { return false };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    #[cfg(unix)]
    {
        // Ctrl-C in our terminal is not meant for the browser.
        use std::os::unix::process::CommandExt as _;
        command.process_group(0);
    }
    let Ok(mut child) = command.spawn() else { return false };
    // Somebody has to collect it when it ends.
    std::thread::spawn(move || child.wait());
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_names_commands_to_try_in_order() {
        let browser = SystemBrowser::new(Some("firefox -P bots:w3m %s -o x".into()));
        assert_eq!(
            browser.lines("https://x.com/"),
            [vec!["firefox", "-P", "bots", "https://x.com/"], vec!["w3m", "https://x.com/", "-o", "x"]]
        );
        assert_eq!(SystemBrowser::new(Some("".into())).lines("u"), [[OPENER, "u"]]);
    }

    #[test]
    fn the_first_command_that_starts_is_used() {
        let url = "https://x.com/";
        assert_eq!(SystemBrowser::new(Some("/nowhere/at/all:true".into())).open(url), Ok(()));
        assert_eq!(SystemBrowser::new(Some("/nowhere/at/all".into())).open(url), Err(NoBrowser));
    }

    #[test]
    fn pages_are_seen_on_a_desktop_or_where_a_command_is_named() {
        for (command, desktop, near) in
            [(None, false, false), (None, true, true), (Some("w3m"), false, true), (Some(""), false, false)]
        {
            let browser = SystemBrowser::new(command.map(Into::into)).on_desktop(desktop);
            assert_eq!(browser.is_near(), near, "{command:?} {desktop}");
        }
    }

    #[test]
    fn only_web_addresses_are_opened() {
        let browser = SystemBrowser::new(Some("true".into()));
        for url in
            ["file:///etc/passwd", "-version", "javascript:alert(1)", "https://x.com/ -x", "https://x\n"]
        {
            assert_eq!(browser.open(url), Err(NoBrowser), "{url:?}");
        }
    }
}
