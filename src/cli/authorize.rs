//! `authorize`: issues tokens for a bot's account, through a login in a browser.

use super::login;
use super::names;
use super::session::{Cx, Open, Outcome};
use crate::domain::document::{Document, Lookup};
use crate::domain::fields::Credential;
use crate::domain::id::{Owner, ProfileId};
use crate::domain::permission::Scopes;
use crate::domain::text::visible_within;
use crate::failure::{Failure, Kind};
use crate::ops;
use crate::ops::authorize::{self, Done, Given, Pending, Stopped, Unfinished, Way, Wish};
use crate::ops::session::Session;
use crate::x::auth::scopes::{self, SCOPES};

/// Issue tokens for a bot: log its account in at X
///
/// Opens X's login page and waits for the browser to come back, or for the PIN or address that you bring. The account
/// that was logged in is compared with the profile before anything is stored. Without --oauth1 or --oauth2 it issues what
/// the profile has already, or what its needs take.
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep authorize wiki-daily
  birdkeep authorize wiki-daily --pin                     (log in on another machine)
  birdkeep authorize poet --oauth2 --no-browser           (paste the address you are sent to)
  birdkeep authorize poet --scopes 'tweet.read users.read offline.access'

The browser is $BROWSER where that is set. The callback URL must be registered in X's console
exactly as it is stored with the app; without one it is http://127.0.0.1:8723/callback.")]
pub(super) struct Args {
    /// A profile
    name: String,
    /// An access token and secret (OAuth 1.0a)
    #[arg(long, conflicts_with = "oauth2")]
    oauth1: bool,
    /// OAuth 1.0a with a PIN instead of a redirect
    #[arg(long, conflicts_with = "oauth2")]
    pin: bool,
    /// OAuth 2.0 tokens, refreshed every two hours
    #[arg(long)]
    oauth2: bool,
    /// What to ask for, of OAuth 2.0; what the profile's needs take if left out
    #[arg(long, value_name = "SCOPES", conflicts_with_all = ["oauth1", "pin"])]
    scopes: Option<String>,
    /// Open no browser and wait for none: show the address, take a PIN or the address you are sent to
    #[arg(long)]
    no_browser: bool,
    /// The callback URL, exactly as registered, instead of the app's
    #[arg(long, value_name = "URL", conflicts_with = "pin")]
    callback_url: Option<String>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let scopes = args.scopes.as_deref().map(scopes_of).transpose()?;
    let mut open = cx.open()?;
    let profile = profile(open.session.document(), &args.name)?;
    let way = args.way(open.session.document(), profile);
    let wish = Wish { way, callback: args.callback_url.clone(), scopes };
    if let Some(banner) = &open.world.banner {
        cx.out.note(banner);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        let because = format!("the system answered: {}", error.kind());
        Failure::new(Kind::Network, "nothing could be asked", because, "try again")
    })?;
    let done = runtime.block_on(log_in(args, cx, &mut open, profile, wish))?;
    let candidate = done.account.is_none();
    for sentence in &done.said {
        cx.out.note(sentence);
    }
    let name = names::shown_name(open.session.document(), Owner::Profile(profile));
    cx.out.note(&format!("see what it may do: birdkeep check {name}"));
    Ok(Outcome::fine_if(!candidate))
}

impl Args {
    fn way(&self, document: &Document, profile: ProfileId) -> Way {
        let usual =
            || document.profile(profile).map(|profile| authorize::usual_credential(document, profile));
        let oauth1 = self.oauth1 || self.pin;
        let oauth2 = self.oauth2 || self.scopes.is_some();
        let credential = match (oauth1, oauth2) {
            (true, _) => Credential::Access,
            (_, true) => Credential::Oauth2,
            _ => usual().unwrap_or(Credential::Access),
        };
        match (credential, self.no_browser) {
            (Credential::Oauth2, true) => Way::PkcePaste,
            (Credential::Oauth2, false) => Way::PkceCallback,
            (_, true) => Way::Pin,
            (_, false) if self.pin => Way::Pin,
            (_, false) => Way::Callback,
        }
    }
}

/// From the page to the vault. The code of a redirect lives for 30 seconds, so nothing is asked in between.
async fn log_in(
    args: &Args,
    cx: &mut Cx,
    open: &mut Open,
    profile: ProfileId,
    wish: Wish,
) -> Result<Done<Session>, Failure> {
    let mut pending = authorize::begin(&open.world, open.session.document(), profile, wish).await?;
    login::show(&mut cx.out, &pending);
    if !args.no_browser && !authorize::open(&open.world, &pending) {
        cx.out.note("no browser could be started: open the address yourself");
    }
    if let Some(hearing) = pending.listen() {
        let back = pending.callback().unwrap_or_default();
        cx.out.note(&format!("waiting for the browser to come back to {} …", visible_within(back, 100)));
        let given = hearing.await?;
        return settle(open, &mut pending, given).await.map_err(|stopped| stopped.failure().clone());
    }
    loop {
        let given = login::ask(&mut cx.out, pending.wants())?;
        match settle(open, &mut pending, given).await {
            Err(Unfinished::Stopped(Stopped::Again(failure))) => cx.out.failure(&failure),
            ended => return ended.map_err(|stopped| stopped.failure().clone()),
        }
    }
}

/// Exchanges and saves; what another process has saved meanwhile is taken in once.
async fn settle(open: &mut Open, pending: &mut Pending, given: Given) -> Result<Done<Session>, Unfinished> {
    let done = match authorize::finish(&open.world, open.session.clone(), pending, given).await {
        Err(Unfinished::NotSaved(failure, issued)) => match ops::save::reload(&open.world, &open.session) {
            Ok(Some(newer)) => authorize::keep(&open.world, newer, &issued)
                .await
                .map_err(|failure| Unfinished::NotSaved(failure, issued))?,
            _ => return Err(Unfinished::NotSaved(failure, issued)),
        },
        done => done?,
    };
    open.session = done.session.clone();
    Ok(done)
}

fn profile(document: &Document, text: &str) -> Result<ProfileId, Failure> {
    // Where one word is both, this command can only mean the profile.
    let word = if text.contains(':') { text.to_owned() } else { format!("profile:{text}") };
    if let Lookup::Found(Owner::Profile(id)) = document.look_up(&word) {
        return Ok(id);
    }
    match names::owner(document, text)? {
        Owner::Profile(id) => Ok(id),
        Owner::App(_) => Err(Failure::new(
            Kind::Usage,
            format!("“{}” is an app", names::shown(text)),
            "tokens are issued for the account of a profile",
            "birdkeep list shows the profiles",
        )),
    }
}

fn scopes_of(text: &str) -> Result<Scopes, Failure> {
    scopes::parse(text).map_err(|word| {
        let words: Vec<&str> = SCOPES.iter().map(|row| row.word).collect();
        let dotted = word.replace('_', ".");
        let try_this = if scopes::is_known(&dotted) {
            format!("say {dotted}")
        } else {
            format!("the scopes are {}", words.join(", "))
        };
        let what = format!("X has no scope “{}”", visible_within(&word, 40));
        Failure::new(Kind::Usage, what, "a scope is one of X's words, with dots in it", try_this)
    })
}
