//! Import and export formats, one file each: pure text to [`rows::Rows`] and back. No file is opened here, and
//! nothing is decided about what becomes of the rows: that is `ops::transfer`.
//!
//! A format is a row of [`FORMATS`]. [`text`] turns a file's bytes into text first; [`rows`] is what all share. Readers
//! of other programs' files hand what they find to `gather`, which makes apps and profiles of it; `names` knows what
//! values are called, `tree` reads JSON and YAML. Writers share [`writing`] (what a format has a place for) and
//! `variables` (rows as names and values).

mod code;
mod commands;
mod csv;
pub mod dotenv;
mod gather;
mod ini;
pub mod json;
mod kubernetes;
mod names;
mod nested;
mod pasted;
pub mod rows;
mod shell;
pub mod text;
mod tree;
mod twurl;
mod variables;
pub mod writing;
mod xurl;

#[cfg(test)]
mod tests;

use rows::{Rows, Unreadable};
use writing::{Aside, Holds, Reader, Writer};

use crate::domain::fields::Field;

/// One row of [`FORMATS`].
#[derive(Debug)]
pub struct Format {
    /// The stable word of `--from` and `--to`.
    pub word: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Where such files are found: `~/` is the home folder, `./` the one a person is in, `*` any ending.
    pub found: &'static [&'static str],
    /// Endings of file names that tell it, without the dot.
    pub extensions: &'static [&'static str],
    /// Whether a text looks like it.
    looks: Looks,
    /// The longest text that is read, in bytes.
    most: u64,
    /// Reads the whole text of a file, if birdkeep can.
    read: Option<Read>,
    /// How it is written, if birdkeep can.
    pub write: Option<Writer>,
}

/// Reads the text of a file as rows.
type Read = fn(&str) -> Result<Rows, Unreadable>;

/// How a text tells that it has a format.
#[derive(Clone, Copy, Debug)]
enum Looks {
    /// So that nothing else looks like it, whatever the file is called.
    Surely(fn(&str) -> bool),
    /// So that other formats may look like it too.
    Perhaps(fn(&str) -> bool),
    /// Every text does.
    Always,
    /// None does: it is read by name alone, or not at all.
    Never,
}

/// No file of credentials that a person or another program keeps is longer.
const SIXTEEN_MIB: u64 = 16 << 20;

/// What no row says: read by nothing, written by nothing.
const NEITHER: Format = Format {
    word: "",
    doc: "",
    found: &[],
    extensions: &[],
    looks: Looks::Never,
    most: SIXTEEN_MIB,
    read: None,
    write: None,
};

/// All fields.
const NINE: &[Field] = &[
    Field::ApiKey,
    Field::ApiSecret,
    Field::BearerToken,
    Field::ClientId,
    Field::ClientSecret,
    Field::AccessToken,
    Field::AccessSecret,
    Field::Oauth2AccessToken,
    Field::Oauth2RefreshToken,
];

/// The fields that a client of a library is made from.
const OF_CLIENTS: &[Field] = &[
    Field::ApiKey,
    Field::ApiSecret,
    Field::BearerToken,
    Field::AccessToken,
    Field::AccessSecret,
    Field::Oauth2AccessToken,
];

/// The fields of OAuth 1.0a, and the bearer token.
const OF_TWURL: &[Field] =
    &[Field::ApiKey, Field::ApiSecret, Field::BearerToken, Field::AccessToken, Field::AccessSecret];

/// All that rows can hold beside values.
const EVERY_ASIDE: &[Aside] = &[
    Aside::Handle,
    Aside::UserId,
    Aside::CallbackUrl,
    Aside::Permission,
    Aside::Scopes,
    Aside::Expiry,
    Aside::Needs,
    Aside::Tags,
    Aside::Deployed,
    Aside::Notes,
    Aside::Times,
];

/// A writer of variables for bots.
const VARIABLES: Writer = Writer {
    write: dotenv::write,
    reader: Reader::Bot,
    holds: Holds::Values,
    fields: NINE,
    keeps: &[Aside::CallbackUrl, Aside::Scopes],
    variables: true,
    file: ".env",
};

/// Every format. Of those that fit a text equally well, the first is taken.
pub const FORMATS: &[Format] = &[
    Format {
        word: "json",
        doc: "birdkeep's exchange format: everything about apps and profiles but history (assets/exchange.schema.json)",
        extensions: &["json"],
        looks: Looks::Surely(json::looks),
        // A big vault's export is long.
        most: text::FILE_MAX,
        read: Some(json::read),
        write: Some(Writer {
            write: json::write,
            reader: Reader::Keeper,
            keeps: EVERY_ASIDE,
            variables: false,
            file: "{name}.json",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "xurl",
        doc: "xurl's store: a folder with auth.yml, or the file of older versions (YAML or JSON)",
        found: &["~/.xurl/auth.yml", "~/.xurl", "~/.xurl.migrating", "~/.xurl.migrating.bak"],
        looks: Looks::Surely(xurl::looks),
        read: Some(xurl::read),
        write: Some(Writer {
            write: xurl::write,
            keeps: &[Aside::Handle, Aside::CallbackUrl, Aside::Expiry],
            variables: false,
            file: "auth.yml",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "twurl",
        doc: "twurl's profiles (YAML)",
        found: &["~/.twurlrc"],
        looks: Looks::Surely(twurl::looks),
        read: Some(twurl::read),
        write: Some(Writer {
            write: twurl::write,
            fields: OF_TWURL,
            keeps: &[Aside::Handle],
            variables: false,
            file: ".twurlrc",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "t",
        doc: "profiles of the command-line client t (YAML)",
        found: &["~/.trc"],
        looks: Looks::Surely(twurl::looks),
        read: Some(twurl::read),
        ..NEITHER
    },
    Format {
        word: "nested",
        doc: "JSON or YAML of any shape whose keys have names in common use, such as consumer_key or appKey",
        extensions: &["json", "yml", "yaml"],
        looks: Looks::Perhaps(nested::looks),
        read: Some(nested::read),
        ..NEITHER
    },
    Format {
        word: "dotenv",
        doc: "NAME=value lines, as .env files hold them, under any of the names in common use; values only",
        found: &["./.env*"],
        extensions: &["env"],
        looks: Looks::Perhaps(dotenv::looks),
        read: Some(dotenv::read),
        write: Some(VARIABLES),
        ..NEITHER
    },
    Format {
        word: "shell",
        doc: "export X=… for sh, bash and zsh: source it",
        read: Some(dotenv::read),
        write: Some(Writer { write: shell::posix, file: "{name}.sh", ..VARIABLES }),
        ..NEITHER
    },
    Format {
        word: "direnv",
        doc: ".envrc of direnv",
        read: Some(dotenv::read),
        write: Some(Writer { write: shell::posix, file: ".envrc", ..VARIABLES }),
        ..NEITHER
    },
    Format {
        word: "fish",
        doc: "set -gx X … for fish: source it",
        read: Some(dotenv::read),
        write: Some(Writer { write: shell::fish, file: "{name}.fish", ..VARIABLES }),
        ..NEITHER
    },
    Format {
        word: "powershell",
        doc: "$env:X = … for PowerShell: dot-source it",
        read: Some(dotenv::read),
        write: Some(Writer { write: shell::powershell, file: "{name}.ps1", ..VARIABLES }),
        ..NEITHER
    },
    Format {
        word: "docker",
        doc: "a file for docker run --env-file and podman; no quotes, so odd values are refused",
        read: Some(dotenv::read),
        write: Some(Writer { write: shell::docker, file: "{name}.list", keeps: &[], ..VARIABLES }),
        ..NEITHER
    },
    Format {
        word: "kubernetes",
        doc: "a Secret for each profile, for kubectl apply -f",
        write: Some(Writer { write: kubernetes::write, keeps: &[], file: "{name}-secret.yaml", ..VARIABLES }),
        ..NEITHER
    },
    Format {
        word: "github",
        doc: "a script that sets secrets of GitHub Actions with gh; no value stands in it",
        write: Some(Writer {
            write: commands::github,
            holds: Holds::Commands,
            keeps: &[],
            file: "{name}-github.sh",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "gitlab",
        doc: "a script that sets masked variables of GitLab CI with glab; no value stands in it",
        write: Some(Writer {
            write: commands::gitlab,
            holds: Holds::Commands,
            keeps: &[],
            file: "{name}-gitlab.sh",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "systemd",
        doc: "a script that encrypts credentials with systemd-creds, and the lines for the unit; no value stands in it",
        write: Some(Writer {
            write: commands::systemd,
            holds: Holds::Commands,
            keeps: &[],
            file: "{name}-systemd.sh",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "tweepy",
        doc: "a client of tweepy, in Python, for one profile",
        read: Some(code::read),
        write: Some(Writer {
            write: code::tweepy,
            fields: OF_CLIENTS,
            keeps: &[],
            variables: false,
            file: "{name}_client.py",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "node-twitter-api-v2",
        doc: "clients of node-twitter-api-v2, in JavaScript, for one profile",
        read: Some(code::read),
        write: Some(Writer {
            write: code::node,
            keeps: &[],
            variables: false,
            file: "{name}-client.mjs",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "xdk",
        doc: "clients of X's own XDK, in Python, for one profile",
        read: Some(code::read),
        write: Some(Writer {
            write: code::xdk,
            fields: OF_CLIENTS,
            keeps: &[Aside::CallbackUrl],
            variables: false,
            file: "{name}_client.py",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "twitterapi",
        doc: "credentials.txt of the Python package TwitterAPI",
        found: &["./credentials.txt"],
        looks: Looks::Perhaps(dotenv::looks),
        read: Some(dotenv::read),
        ..NEITHER
    },
    Format {
        word: "twarc2",
        doc: "twarc's config; its sections are profiles",
        found: &["~/.config/twarc/config", "~/Library/Application Support/twarc/config", "~/.twarc"],
        looks: Looks::Perhaps(ini::looks),
        read: Some(ini::read),
        ..NEITHER
    },
    Format {
        word: "python-twitter",
        doc: ".tweetrc of the package python-twitter",
        found: &["~/.tweetrc"],
        looks: Looks::Perhaps(ini::looks),
        read: Some(ini::read),
        ..NEITHER
    },
    Format {
        word: "ini",
        doc: "any file of sections and “key = value” lines, TOML too; a section is a profile",
        extensions: &["ini", "cfg", "conf", "toml", "properties"],
        looks: Looks::Perhaps(ini::looks),
        read: Some(ini::read),
        ..NEITHER
    },
    Format {
        word: "csv",
        doc: "a table: names of columns in the first line, a profile in each line after it",
        extensions: &["csv", "tsv"],
        looks: Looks::Perhaps(csv::looks),
        read: Some(csv::read),
        write: Some(Writer {
            write: csv::write,
            reader: Reader::Keeper,
            keeps: &[Aside::Handle, Aside::UserId, Aside::CallbackUrl, Aside::Scopes],
            variables: false,
            file: "{name}.csv",
            ..VARIABLES
        }),
        ..NEITHER
    },
    Format {
        word: "code",
        doc: "source code as in tutorials: assignments, object literals, calls of X libraries (Python, JavaScript, Ruby …)",
        extensions: &["py", "js", "mjs", "cjs", "ts", "rb", "php", "go", "java", "cs", "r"],
        looks: Looks::Perhaps(code::looks),
        read: Some(code::read),
        ..NEITHER
    },
    Format {
        word: "text",
        doc: "anything else: values under the console's own headings, beside names, or by their shapes alone",
        extensions: &["txt", "md"],
        looks: Looks::Always,
        read: Some(pasted::read),
        ..NEITHER
    },
];

impl Format {
    /// Reads the whole text of a file.
    ///
    /// # Errors
    /// For what is not of this format, and for what is too long.
    pub fn read(&self, text: &str) -> Result<Rows, Unreadable> {
        if text.len() as u64 > self.most {
            return Err(Unreadable::Shape("it is longer than 16 MiB, longer than any file of credentials"));
        }
        let Some(read) = self.read else {
            return Err(Unreadable::Shape("birdkeep writes this format and does not read it"));
        };
        read(text)
    }

    /// Whether it is read.
    pub const fn is_read(&self) -> bool {
        self.read.is_some()
    }

    /// Whether a file is called as such files are.
    fn is_called(&self, name: &str) -> bool {
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let usual = |place: &&str| {
            let usual = place.rsplit('/').next().unwrap_or(place);
            usual.strip_suffix('*').map_or(usual == name, |start| name.starts_with(start))
        };
        self.found.iter().any(usual) || self.extensions.contains(&ending.as_str())
    }

    /// How well it fits, the best first; `None`: not at all.
    fn fit(&self, file_name: Option<&str>, text: &str) -> Option<u8> {
        let called = file_name.is_some_and(|name| self.is_called(name));
        let looks = text.len() as u64 <= self.most
            && match self.looks {
                Looks::Surely(looks) | Looks::Perhaps(looks) => looks(text),
                Looks::Always => true,
                Looks::Never => return None,
            };
        match (looks, self.looks) {
            (true, Looks::Surely(_)) => Some(u8::from(!called)),
            (true, _) if called => Some(2),
            _ if called => Some(3),
            (true, Looks::Perhaps(_)) => Some(4),
            (true, Looks::Always) => Some(6),
            // What begins like JSON is told where it is none.
            (false, Looks::Surely(_)) if self.word == "json" && text.trim_start().starts_with(['{', '[']) => {
                Some(5)
            }
            (false, _) | (true, Looks::Never) => None,
        }
    }
}

/// The format of this word.
pub fn by_word(word: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.word.eq_ignore_ascii_case(word.trim()))
}

/// Reads a text of unknown format: by how it looks and how its file is called. Gives the format it was read as.
///
/// A format that only seemed to fit gives way to the next one that finds something; but what looks like one format and
/// has mistakes in it is not taken for a text that happens to hold values.
///
/// # Errors
/// With the format that fitted best, when none finds anything.
pub fn read(
    file_name: Option<&str>,
    text: &str,
) -> Result<(Rows, &'static Format), (Unreadable, &'static Format)> {
    let fits = FORMATS.iter().filter_map(|format| format.fit(file_name, text).map(|fit| (fit, format)));
    let mut fits: Vec<(u8, &Format)> = fits.collect();
    fits.sort_by_key(|(fit, _)| *fit);
    let mut first = None;
    for (fit, format) in fits {
        if matches!((&first, format.looks), (Some((2 | 4, Ok(_))), Looks::Always)) {
            break;
        }
        let outcome = format.read(text).map(|rows| (rows, format)).map_err(|error| (error, format));
        let sure = fit <= 1;
        match outcome {
            Ok((rows, format)) if sure || rows.holds_values() => return Ok((rows, format)),
            Err(error) if sure => return Err(error),
            outcome => drop(first.get_or_insert((fit, outcome))),
        }
    }
    let last = FORMATS.last().map_or(&FORMATS[0], |format| format);
    let nothing = || last.read(text).map(|rows| (rows, last)).map_err(|error| (error, last));
    first.map_or_else(nothing, |(_, outcome)| outcome)
}
