//! The first page: how to log in, what each way takes, and what is missing for it.

use crate::domain::document::Document;
use crate::domain::id::Owner;
use crate::domain::text::visible_within;
use crate::ops::authorize::{self, Callback, Offer, Wants, Way};
use crate::tui::ctx::Ctx;
use crate::tui::widgets::input::Focus;
use crate::tui::widgets::leaf::{Leaf, Weight};

/// Cells of a callback URL shown at most.
const URL: usize = 60;

/// Fills the page: every way, and of the one under the cursor what it takes.
pub(super) fn page(offers: &[Offer], at: usize, whose: &str, ctx: &Ctx, leaf: &mut Leaf) {
    let theme = &ctx.theme;
    leaf.explain(&format!(
        "X issues tokens to whoever logs in, so log in as {whose}. birdkeep compares the account before it stores \
         anything."
    ));
    leaf.air();
    for (number, offer) in offers.iter().enumerate() {
        let row = offer.way.row();
        let here = number == at;
        leaf.option("", &capital(row.label), if here { Focus::Here } else { Focus::Elsewhere });
        let weight = if here { Weight::Matters } else { Weight::Explains };
        leaf.item(Weight::Explains, "    ", &sentence(row.doc), theme.dim);
        match &offer.obstacle {
            Some((failure, _)) => {
                let mark = format!("    {} ", theme.glyphs.failed);
                leaf.item(weight, &mark, &visible_within(&failure.because, 160), theme.bad);
                if here {
                    let (place, key) = remedy(offer, &failure.try_this);
                    if !place.is_empty() {
                        leaf.item(Weight::Explains, "      ", &place, theme.dim);
                    }
                    leaf.item(weight, "      ", &key, theme.base);
                }
            }
            None => leaf.item(weight, &format!("    {} ", theme.glyphs.ok), &takes(offer), theme.dim),
        }
    }
}

/// How to put right what is missing: where to look, and the key.
fn remedy(offer: &Offer, try_this: &str) -> (String, String) {
    let place = sentence(try_this.split("; then ").next().unwrap_or(try_this));
    match (&offer.obstacle, &offer.callback) {
        (Some((_, Some(Owner::App(_)))), Some(callback)) if has_elsewhere(offer) => {
            let url = visible_within(callback.url(), URL);
            let key = "e changes the callback URL of the app; or take a way without a redirect.";
            (format!("The app says {url}."), key.to_owned())
        }
        (Some((_, Some(Owner::App(_)))), _) => (place, "e opens the form of the app.".to_owned()),
        (Some((_, Some(Owner::Profile(_)))), _) => {
            (String::new(), "e opens the form of the profile.".to_owned())
        }
        _ => (String::new(), place),
    }
}

/// Whether the callback is what stands in the way.
fn has_elsewhere(offer: &Offer) -> bool {
    matches!(offer.callback, Some(Callback::Stored(_))) && offer.way.row().wants == Wants::Redirect
}

/// What a way takes, all of it there.
fn takes(offer: &Offer) -> String {
    let fields: Vec<&str> = authorize::needs(offer.way).iter().map(|field| field.row().label).collect();
    let fields = fields.join(" and ");
    match &offer.callback {
        None => format!("{fields}, and any callback URL registered in the console"),
        Some(Callback::Stored(url)) => {
            format!("{fields}, and {} registered in the console", visible_within(url, URL))
        }
        Some(Callback::Assumed(url)) => {
            format!("{fields}, and {url} registered in the console: the app has no other stored")
        }
    }
}

/// The ways, as things stand.
pub(super) fn offers(document: Option<&Document>, profile: crate::domain::id::ProfileId) -> Vec<Offer> {
    document.map(|document| authorize::offers(document, profile)).unwrap_or_default()
}

/// What a person does, step by step, once the page is there.
pub(super) fn steps(way: Way, whose: &str, callback: &str) -> Vec<String> {
    let open = |how: &str| format!("Open the address below {how}");
    match way {
        Way::Pin => vec![
            open("in a browser, best in a private window."),
            format!("Log in there as {whose} and press “Authorize app”."),
            "X shows a PIN: type it here.".to_owned(),
        ],
        Way::Callback => vec![
            open("in a browser on this machine."),
            format!("Log in there as {whose} and press “Authorize app”."),
            format!("X sends the browser to {callback}, where birdkeep waits for it."),
        ],
        Way::PkceCallback => vec![
            open("in a browser on this machine."),
            format!(
                "X asks whoever is logged in there already: see that it is {whose}, and press “Authorize app”."
            ),
            format!("X sends the browser to {callback}, where birdkeep waits for it."),
        ],
        Way::PkcePaste => vec![
            open("in a browser, on any machine."),
            format!(
                "X asks whoever is logged in there already: see that it is {whose}, and press “Authorize app”."
            ),
            "The browser ends at a page that cannot be shown: that is right.".to_owned(),
            "Copy the whole address of that page and paste it here, within half a minute.".to_owned(),
        ],
    }
}

/// With a capital.
pub(super) fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// With a capital and a full stop.
pub(super) fn sentence(text: &str) -> String {
    let stop = if text.ends_with(['.', '!', '?', ':']) { "" } else { "." };
    format!("{}{stop}", capital(text))
}
