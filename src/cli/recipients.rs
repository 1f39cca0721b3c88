//! `recipients`: who can open the vault, and the own keys.

use serde::Serialize;

use super::names;
use super::output::{Paint, Table};
use super::session::{Cx, Outcome};
use crate::failure::Failure;

/// Who can open the vault
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  birdkeep recipients list")]
pub(super) struct Args {
    #[command(subcommand)]
    command: Sub,
}

#[derive(Debug, clap::Subcommand)]
enum Sub {
    List(ListArgs),
}

/// Show the own age recipient and signing key, and every member of the vault
///
/// The recipient (age1…) is what others encrypt to; the signing key is what `BIRDKEEP_TRUST` on another machine takes
/// to believe what you save. Neither is secret.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  birdkeep recipients list --json | jq -r '.own[0].recipient'")]
struct ListArgs {
    /// For machines: one object
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Facts {
    own: Vec<Key>,
    members: Vec<MemberFacts>,
}

#[derive(Serialize)]
struct Key {
    recipient: String,
    signing_key: String,
}

#[derive(Serialize)]
struct MemberFacts {
    name: String,
    #[serde(flatten)]
    key: Key,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let Sub::List(args) = &args.command;
    let open = cx.look()?;
    let key = |(recipient, signing_key)| Key { recipient, signing_key };
    let own: Vec<Key> = open.session.own_keys().into_iter().map(key).collect();
    let members = open.session.loaded().members.iter().map(|member| MemberFacts {
        name: member.name.to_string(),
        key: Key { recipient: member.recipient.to_string(), signing_key: member.key.to_string() },
    });
    let members: Vec<MemberFacts> = members.collect();
    if args.json {
        cx.out.json(&Facts { own, members });
        return Ok(Outcome::Fine);
    }
    for key in &own {
        cx.out.line(&format!("your recipient    {}", key.recipient));
        cx.out.line(&format!("your signing key  {}", key.signing_key));
    }
    let mut table = Table::new(&["member", "recipient", "signing key"]);
    for member in &members {
        table.row([
            (names::shown(&member.name), None),
            (member.key.recipient.clone(), None),
            (member.key.signing_key.clone(), Some(Paint::Quiet)),
        ]);
    }
    cx.out.line("");
    table.print(&mut cx.out);
    Ok(Outcome::Fine)
}
