//! Login pages, as a script walks through them.

use super::issuing::VERIFIER;
use super::*;
use crate::domain::permission::Level;
use crate::x::auth::client::Client;
use crate::x::auth::issued::Issued;
use crate::x::endpoints::access_token::Granted;
use crate::x::endpoints::{access_token, request_token, user_token};
use crate::x::wire::Response;

const HOME: &str = "http://127.0.0.1:8723/callback";
/// RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn response(answer: Answer) -> Response {
    let body = Secret::new(answer.body);
    Response { status: answer.status, headers: answer.headers, body, received_at: Time::from_unix(BEGAN) }
}

/// The value of a parameter of the address a page sends on to.
fn sent_on(page: &Answer, name: &str) -> Option<String> {
    let (callback, query) = page.header("location")?.split_once('?')?;
    assert_eq!(callback, HOME);
    crate::sim::asked::pairs(query).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

impl Den {
    fn open(&self, path: &str) -> Answer {
        match self.sim.visit(&format!("{BASE}{path}")).what {
            What::Answer(answer) => answer,
            other => unreachable!("no fault was set, and yet: {other:?}"),
        }
    }

    /// The request token of a new login.
    fn login(&self, callback: &str) -> (Secret, Secret) {
        let answer = self.begin("duck-of-the-day", callback);
        let token = request_token::read(Ok(response(answer))).given().cloned().expect("a request token");
        (token.token, token.secret)
    }

    fn finish(&self, (token, secret): &(Secret, Secret), verifier: &str) -> Result<Granted, u16> {
        let (key, app_secret) = self.app("duck-of-the-day");
        let (app, pair) = (Pair { id: &key, secret: &app_secret }, Pair { id: token, secret });
        let verifier = Secret::new(verifier);
        let request = access_token::request(BASE, app, pair, &verifier, &self.stamp_at(BEGAN));
        let answer = self.ask(&request.expect("signed"));
        let status = answer.status;
        access_token::read(Ok(response(answer))).given().cloned().ok_or(status)
    }

    fn code(&self, more: &str) -> Answer {
        let (id, _) = self.client("duck-of-the-day");
        self.open(&format!(
            "/i/oauth2/authorize?response_type=code&client_id={}&redirect_uri={HOME}&state=s1\
             &scope=tweet.read%20users.read%20offline.access&code_challenge={CHALLENGE}&code_challenge_method=S256{more}",
            id.expose()
        ))
    }
}

#[test]
fn a_pin_is_good_once_and_a_wrong_one_does_no_harm() {
    let x = Den::new();
    let login = x.login("oob");
    let page = format!("/oauth/authorize?oauth_token={}&as=demo_ducks", login.0.expose());
    assert!(x.open(&page).body.contains("<b id=\"account\">@demo_ducks</b>"));
    assert_eq!(x.finish(&login, "1234567"), Err(401), "nobody has said yes");
    let body = x.open(&format!("{page}&answer=yes")).body;
    let pin = body.split("<code id=\"pin\">").nth(1).and_then(|rest| rest.get(..7)).expect("a PIN");
    assert!(pin.bytes().all(|b| b.is_ascii_digit()));
    assert_eq!(x.finish(&login, "0000000x"), Err(401));
    let granted = x.finish(&login, pin).expect("the right PIN");
    assert_eq!(granted.account.handle.as_str(), "demo_ducks");
    assert_eq!(x.finish(&login, pin), Err(401), "a request token is good once");
    assert_eq!(x.open(&format!("{page}&answer=yes")).status, 403);
}

#[test]
fn a_redirect_names_the_login_and_carries_the_verifier_or_the_refusal() {
    let x = Den::new();
    let login = x.login(HOME);
    let page = format!("/oauth/authorize?oauth_token={}&as=demo_ducks", login.0.expose());
    let yes = x.open(&format!("{page}&answer=yes"));
    assert_eq!(yes.status, 302);
    assert_eq!(sent_on(&yes, "oauth_token").as_deref(), Some(login.0.expose()));
    assert!(x.finish(&login, &sent_on(&yes, "oauth_verifier").expect("a verifier")).is_ok());

    let login = x.login(HOME);
    let no = x.open(&format!("/oauth/authorize?oauth_token={}&answer=no", login.0.expose()));
    assert_eq!(sent_on(&no, "denied").as_deref(), Some(login.0.expose()));
    assert_eq!(sent_on(&no, "oauth_verifier"), None);
    assert_eq!(x.finish(&login, ""), Err(401));
    x.clock.fetch_add(901, Ordering::SeqCst);
    let late = x.open(&format!("/oauth/authorize?oauth_token={}", login.0.expose()));
    assert!(late.body.contains("too old"));
}

#[test]
fn without_force_login_it_is_the_browsers_own_session_that_says_yes() {
    let x = Den::new();
    for (more, who) in [
        ("", "demo_sourdough"),
        ("&screen_name=demo_ducks", "demo_sourdough"),
        ("&screen_name=demo_ducks&force_login=true", "demo_ducks"),
        ("&screen_name=demo_ducks&force_login=true&as=demo_crow", "demo_crow"),
    ] {
        let login = x.login(HOME);
        let page = x.open(&format!("/oauth/authorize?oauth_token={}{more}&answer=yes", login.0.expose()));
        let granted = x.finish(&login, &sent_on(&page, "oauth_verifier").expect("a verifier"));
        assert_eq!(granted.expect("granted").account.handle.as_str(), who, "{more}");
    }
}

#[test]
fn the_same_pair_comes_back_until_the_permission_has_changed_or_it_died() {
    let x = Den::new();
    let duck = x.profile("duck-of-the-day");
    let again = || {
        let login = x.login(HOME);
        let page = format!("/oauth/authenticate?oauth_token={}&as=demo_ducks", login.0.expose());
        // Who has a pair is not asked again.
        let verifier = sent_on(&x.open(&page), "oauth_verifier")
            .or_else(|| sent_on(&x.open(&format!("{page}&answer=yes")), "oauth_verifier"));
        x.finish(&login, &verifier.expect("a verifier")).expect("granted").token
    };
    let (key, _) = x.app("duck-of-the-day");
    assert!(x.sim.set_permission(&key, Level::ReadWrite));
    let stored = x.secret(duck, Field::AccessToken);
    assert_eq!(again(), stored);
    assert!(x.sim.set_permission(&key, Level::ReadWriteDm));
    let raised = again();
    assert_ne!(raised, stored);
    assert!(!x.sim.is_live(&stored) && x.sim.is_live(&raised), "one pair of an account and an app is live");
    assert!(x.sim.regenerate_keys(&key).is_some());
    assert!(!x.sim.is_live(&raised));
}

#[test]
fn authenticate_is_not_for_pins() {
    let x = Den::new();
    let login = x.login("oob");
    let page = x.open(&format!("/oauth/authenticate?oauth_token={}", login.0.expose()));
    assert_eq!(page.status, 403);
}

#[test]
fn a_code_comes_with_its_state_and_a_refusal_too() {
    let x = Den::new();
    assert!(x.code("&as=demo_ducks").body.contains("offline.access"));
    let yes = x.code("&as=demo_ducks&answer=yes");
    assert_eq!((yes.status, sent_on(&yes, "state").as_deref()), (302, Some("s1")));
    let code = Secret::new(sent_on(&yes, "code").expect("a code"));
    let (id, secret) = x.client("duck-of-the-day");
    let client = Client::new(&id, Some(&secret));
    let tokens = x.ask(&user_token::exchange(BASE, client, &code, HOME, &Secret::new(VERIFIER)));
    let issued = Issued::parse(&tokens.body).expect("tokens");
    assert!(issued.refresh_token.is_some());
    let me = x.ask(&users_me::with_oauth2(BASE, &issued.access_token));
    assert!(me.body.contains("demo_ducks"));

    let no = x.code("&answer=no");
    assert_eq!(sent_on(&no, "error").as_deref(), Some("access_denied"));
    assert_eq!((sent_on(&no, "state").as_deref(), sent_on(&no, "code")), (Some("s1"), None));

    let less = x.code("&as=demo_ducks&answer=yes&granted=tweet.read%20users.read");
    let code = Secret::new(sent_on(&less, "code").expect("a code"));
    let tokens = x.ask(&user_token::exchange(BASE, client, &code, HOME, &Secret::new(VERIFIER)));
    assert!(Issued::parse(&tokens.body).expect("tokens").refresh_token.is_none(), "less was granted");
}

#[test]
fn an_address_that_is_not_quite_right_ends_at_a_page() {
    let x = Den::new();
    let (id, _) = x.client("duck-of-the-day");
    let good = format!(
        "/2/oauth2/authorize?response_type=code&client_id={}&redirect_uri={HOME}&state=s1&scope=tweet.read\
         &code_challenge={CHALLENGE}&code_challenge_method=S256",
        id.expose()
    );
    assert_eq!(x.open(&good).status, 200);
    for (from, to) in [
        ("response_type=code", "response_type=token"),
        (id.expose(), "made-up"),
        ("8723/callback", "8723/other"),
        ("scope=tweet.read", "scope=offline_access"),
        ("scope=tweet.read", "scope="),
        ("state=s1", "state="),
        (CHALLENGE, ""),
    ] {
        let page = x.open(&good.replace(from, to));
        assert_eq!(page.status, 400, "{from} → {to}");
        assert!(page.header("location").is_none(), "{from} → {to}");
    }
}

#[test]
fn a_page_shows_nothing_of_its_address_as_markup() {
    let x = Den::new();
    let login = x.login(HOME);
    let page = x.open(&format!(
        "/oauth/authorize?oauth_token={}&as=demo_ducks&x=%22%3E%3Cscript%3E",
        login.0.expose()
    ));
    assert!(!page.body.contains("<script"));
}
