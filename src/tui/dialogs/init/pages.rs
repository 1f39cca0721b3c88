//! The pages of the wizard.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Init, LAST, Page, Seen, Trouble};
use crate::domain::fields::OwnerKind;
use crate::domain::secret::Secret;
use crate::domain::text::visible_within;
use crate::ops::console;
use crate::tui::ctx::Ctx;
use crate::tui::effect::RecoveryKey;
use crate::tui::keys::key_of;
use crate::tui::screen::State as _;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::leaf::{Leaf, Weight};

pub(super) fn view(init: &Init, ctx: &Ctx, frame: &mut Frame, area: Rect) {
    let (leaf, title) = leaf(init, ctx, area);
    leaf.view(frame, area, title, init.scroll);
}

/// How many lines of the page can be scrolled away in `area`.
pub(super) fn last_scroll(init: &Init, ctx: &Ctx, area: Rect) -> usize {
    leaf(init, ctx, area).0.last_scroll(area)
}

fn leaf<'a>(init: &'a Init, ctx: &'a Ctx, area: Rect) -> (Leaf<'a>, &'static str) {
    let mut leaf = Leaf::new(&ctx.theme, area);
    let title = match init.page {
        Page::Passphrase => passphrase(init, ctx, &mut leaf),
        Page::Recovery => recovery(init, &mut leaf),
        Page::Making => making(ctx, &mut leaf),
        Page::Prove => prove(init, ctx, &mut leaf),
        Page::RecoveryKey => recovery_key(init, ctx, &mut leaf),
        Page::App => by_hand(OwnerKind::App, &mut leaf),
        Page::Profile => by_hand(OwnerKind::Profile, &mut leaf),
        Page::Done => done(init, ctx, &mut leaf),
    };
    match &init.trouble {
        Some(Trouble::Failed(failure)) => {
            leaf.air();
            leaf.failure(failure);
        }
        Some(Trouble::Differs(text)) => leaf.text(Weight::Matters, text, ctx.theme.bad),
        None => {}
    }
    (leaf, title)
}

fn passphrase<'a>(init: &'a Init, ctx: &Ctx, leaf: &mut Leaf<'a>) -> &'static str {
    leaf.explain(
        "A vault is one file on this machine, encrypted in the standard age format. Your passphrase opens it; \
         nobody can bring it back, so keep it where you keep your other ones.",
    );
    leaf.air();
    init.new.write(leaf, &ctx.theme, &look(ctx));
    leaf.air();
    leaf.explain("Enter takes what is marked. Nothing is written yet.");
    "New vault: the passphrase"
}

fn recovery(init: &Init, leaf: &mut Leaf) -> &'static str {
    leaf.explain(
        "A recovery key is a second way in, if the passphrase is forgotten or the identity file is lost. It is shown \
         once, for paper, and kept away from this machine.",
    );
    leaf.air();
    let focus = |choice| if init.recovery == choice { Focus::Here } else { Focus::Elsewhere };
    leaf.option("", "Make a recovery key", focus(RecoveryKey::Make));
    leaf.option("", "Without one", focus(RecoveryKey::Without));
    leaf.air();
    leaf.explain("Without one, a forgotten passphrase means that every value has to be issued anew by X.");
    "New vault: a recovery key?"
}

fn making(ctx: &Ctx, leaf: &mut Leaf) -> &'static str {
    let theme = &ctx.theme;
    let text = format!("{} making the vault; slow on purpose, so that guessing is", ctx.spinner());
    leaf.text(Weight::Matters, &text, theme.base);
    "New vault"
}

fn prove<'a>(init: &'a Init, ctx: &Ctx, leaf: &mut Leaf<'a>) -> &'static str {
    let theme = &ctx.theme;
    leaf.text(
        Weight::Matters,
        "The vault is there. Prove that you can open it: type the passphrase again.",
        theme.base,
    );
    leaf.air();
    leaf.input("Passphrase", &init.input, Focus::Here);
    if let (Seen::Yes, Some(passphrase)) = (init.shown, &init.passphrase) {
        leaf.item(Weight::Matters, "It is      ", passphrase.expose(), theme.reveal);
    }
    "Prove it"
}

fn recovery_key<'a>(init: &'a Init, ctx: &Ctx, leaf: &mut Leaf<'a>) -> &'static str {
    let theme = &ctx.theme;
    leaf.text(
        Weight::Matters,
        "Your recovery key. Write it on paper now: it is shown this once.",
        theme.title,
    );
    leaf.air();
    match (init.shown, &init.recovery_key) {
        (Seen::Yes, Some(key)) => leaf.item(Weight::Matters, "  ", &grouped(key), theme.reveal),
        _ => leaf.text(Weight::Matters, &format!("{}  {} shows it", theme.mask(12), look(ctx)), theme.dim),
    }
    leaf.air();
    leaf.explain(
        "Whoever has it opens the vault file without your passphrase. What looks like an O in it is a zero.",
    );
    leaf.air();
    leaf.input("Its last six characters", &init.input, Focus::Here);
    "The recovery key"
}

/// The key that shows what is masked.
fn look(ctx: &Ctx) -> String {
    key_of(Init::KEYS, Init::NAME, "look", ctx)
}

/// In groups of six that can be copied by hand, counted from the end; the blanks are not part of it.
fn grouped(key: &Secret) -> String {
    let key = key.expose();
    let from = key.find("-1").map_or(0, |at| at + 2);
    let (head, rest) = key.split_at_checked(from).unwrap_or(("", key));
    let mut text = head.to_owned();
    for (number, c) in rest.chars().enumerate() {
        if (rest.len() - number) % LAST == 0 || number == 0 {
            text.push(' ');
        }
        text.push(c);
    }
    text
}

fn by_hand(kind: OwnerKind, leaf: &mut Leaf) -> &'static str {
    let (what, title) = match kind {
        OwnerKind::App => ("First the app, in X's developer console:", "By hand: the app"),
        OwnerKind::Profile => ("Then the bot: its access token, on the same page:", "By hand: the bot"),
    };
    let Some(page) = console::beginning(kind) else { return title };
    leaf.explain(what);
    leaf.explain(&page.url);
    leaf.air();
    for (number, step) in (1..).zip(&page.steps) {
        leaf.step(number, step);
    }
    leaf.air();
    match kind {
        OwnerKind::App => leaf.option("Enter", "Type or paste the app's values", Focus::Here),
        OwnerKind::Profile => leaf.option("Enter", "Type or paste the bot's values", Focus::Here),
    }
    title
}

fn done(init: &Init, ctx: &Ctx, leaf: &mut Leaf) -> &'static str {
    let theme = &ctx.theme;
    let document = ctx.snapshot.as_ref().map(|snapshot| &snapshot.document);
    let name = |owner: Option<crate::domain::id::Owner>| {
        let name = document.zip(owner).and_then(|(document, owner)| document.name_of(owner));
        name.map(|name| visible_within(name.as_str(), 40))
    };
    leaf.text(Weight::Matters, "Your vault is ready. The two lines that matter:", theme.title);
    leaf.air();
    let bot = name(init.made.profile.map(Into::into)).unwrap_or_else(|| "NAME".to_owned());
    leaf.command(&format!("birdkeep get {} access_token", quoted(&bot)), "hands one value to a script");
    leaf.command("birdkeep", "comes back here; c checks a bot, ? lists every key");
    let mut later = Vec::new();
    if !init.made.proved {
        later.push(("birdkeep passwd".to_owned(), "sets another passphrase, while this one is known"));
    }
    // An app may have come by the way, out of the form of the bot.
    let an_app = document.and_then(|document| document.apps().next()).map(|app| app.id);
    if an_app.is_none() {
        later.push(("birdkeep app add NAME".to_owned(), "adds an app"));
    }
    if init.made.profile.is_none() {
        let app = name(an_app.map(Into::into)).unwrap_or_else(|| "APP".to_owned());
        later.push((format!("birdkeep add NAME --app {}", quoted(&app)), "adds a bot"));
    }
    if !later.is_empty() {
        leaf.air();
        leaf.text(Weight::Matters, "Left for later:", theme.base);
    }
    for (command, why) in later {
        leaf.command(&command, why);
    }
    leaf.air();
    leaf.explain("Enter opens the vault.");
    "Ready"
}

/// A name as a shell takes it.
fn quoted(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/'));
    if plain { name.to_owned() } else { format!("'{}'", name.replace('\'', "'\\''")) }
}
