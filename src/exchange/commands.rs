//! Scripts that hand values to the keepers of CI systems and of systemd. No value stands in them: they ask birdkeep
//! when they are run, so they may be looked at, kept and sent around.
//!
//! A value goes over standard input, never through arguments, which every process of the machine can read; `printf` is
//! part of the shell and starts no process. A value that cannot be had ends the script before anything is set to nothing,
//! which a plain pipe would not.

use std::fmt::Write as _;

use super::rows::{Called, Rows, Unwritable};
use super::variables::{self, Group, Suffixes};
use super::writing::{Style, is_plain, shown, slug};
use crate::domain::labels::Label;
use crate::domain::names::Name;
use crate::domain::phrase::single_quoted;
use crate::domain::secret::Secret;

/// Whom a script hands values to.
struct Taker {
    /// What the script says it does: “Sets the secrets of … at …”.
    does: &'static str,
    /// What comes after the comments at the top.
    note: fn(&mut String, &[Group<'_>]),
    /// The command that takes one value.
    command: fn(&str, &Called) -> String,
}

/// Secrets of GitHub Actions, through its `gh`.
///
/// # Errors
/// Two profiles whose names become the same suffix.
pub(super) fn github(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    script(
        rows,
        style,
        &Taker {
            does: "Sets secrets of GitHub Actions for the repository it is run in, with gh",
            note: |_, _| {},
            command: |name, _| format!("gh secret set {name}"),
        },
    )
}

/// Variables of GitLab CI, through its `glab`.
///
/// # Errors
/// Two profiles whose names become the same suffix.
pub(super) fn gitlab(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    script(
        rows,
        style,
        &Taker {
            does: "Sets masked variables of GitLab CI for the project it is run in, with glab",
            note: |_, _| {},
            command: |name, _| format!("glab variable set {name} --masked --raw"),
        },
    )
}

/// Encrypted credentials of systemd.
///
/// # Errors
/// Two profiles whose names become the same suffix.
pub(super) fn systemd(rows: &Rows, style: &Style) -> Result<Secret, Unwritable> {
    script(
        rows,
        style,
        &Taker {
            does: "Encrypts credentials for systemd units of this machine, with systemd-creds",
            note: unit,
            command: |name, called| {
                let name = name.to_lowercase();
                format!("sudo systemd-creds encrypt --name={name} - {}", place(&name, called))
            },
        },
    )
}

/// What the unit of a bot says to get its credentials.
fn unit(out: &mut String, groups: &[Group<'_>]) {
    for group in groups {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "#\n# In the unit of {}, which then finds each as a file in $CREDENTIALS_DIRECTORY:\n#   [Service]",
            shown(group.called)
        );
        for variable in &group.variables {
            let name = variable.name.to_lowercase();
            let _ = writeln!(out, "#   LoadCredentialEncrypted={name}:{}", place(&name, group.called));
        }
    }
}

fn place(name: &str, called: &Called) -> String {
    format!("/etc/credstore.encrypted/{}.{name}", slug(called))
}

fn script(rows: &Rows, style: &Style, taker: &Taker) -> Result<Secret, Unwritable> {
    let groups = variables::groups(rows, style, Suffixes::Several)?;
    // Writing to a String cannot fail.
    let mut out = String::new();
    let _ = writeln!(out, "#!/bin/sh\n# {}.", taker.does);
    out.push_str(
        "# No value stands in this script: birdkeep is asked for each, and may ask for the passphrase each time\n\
         # (BIRDKEEP_PASSPHRASE_COMMAND answers for all).\n",
    );
    (taker.note)(&mut out, &groups);
    out.push_str(
        "set -eu\n\n# To standard input, and not at all where birdkeep has no value.\n\
         hand() {\n    value=$(birdkeep get \"$1\" \"$2\")\n    shift 2\n    printf '%s' \"$value\" | \"$@\"\n}\n",
    );
    for group in &groups {
        let kind = if group.is_app { "app" } else { "profile" };
        let Called::Named(name) = group.called else { continue };
        let owner = asked(kind, name)?;
        let _ = writeln!(out, "\n# {}", shown(group.called));
        for variable in &group.variables {
            let Label::Field(field) = variable.label else { continue };
            let command = (taker.command)(&variable.name, group.called);
            let _ = writeln!(out, "hand {owner} {} {command}", field.row().word);
        }
    }
    Ok(Secret::new(out))
}

/// How birdkeep is asked for what has this name: without doubt whether that is an app or a profile.
fn asked(kind: &str, name: &Name) -> Result<String, Unwritable> {
    if is_plain(name.as_str()) {
        return Ok(single_quoted(&format!("{kind}:{name}")));
    }
    Err(Unwritable::Unsafe { what: "the name", name: shown(&Called::Named(name.clone())) })
}
