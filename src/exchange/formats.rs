//! The table of formats: one row each. What a row must keep is said by [`Format`]; the files beside this one do the work.

use super::writing::{Aside, Holds, Reader, Writer};
use super::{
    Format, Looks, code, commands, csv, dotenv, ini, json, kubernetes, nested, pasted, shell, text, twurl,
    xurl,
};
use crate::domain::fields::Field;

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
        doc: "a Secret for each profile, as for kubectl apply -f",
        looks: Looks::Surely(kubernetes::looks),
        read: Some(kubernetes::read),
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
        looks: Looks::Read,
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
