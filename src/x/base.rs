//! Where requests may go: X's own hosts, or one loopback address for tests and the simulator.

use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

/// X's hosts: the canonical one and its older name.
const HOSTS: [&str; 2] = ["api.x.com", "api.twitter.com"];

/// Where X's own pages for people stand.
const PAGES: &str = "https://x.com";

/// Scheme, host and port that every request goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    origin: String,
    kind: Kind,
}

/// Whose address it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// X's: https only.
    X,
    /// This machine's: http or https, and nothing else.
    Loopback,
}

/// The address is neither X's nor this machine's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("only https://api.x.com or a loopback address such as http://127.0.0.1:8080 can be asked")]
pub struct BaseError;

impl Default for Base {
    fn default() -> Self {
        Self { origin: format!("https://{}", HOSTS[0]), kind: Kind::X }
    }
}

impl Base {
    /// Reads an address: scheme, host and port, with or without a `/` behind.
    ///
    /// # Errors
    /// Another host, a path, a user name, or X without TLS.
    pub fn parse(text: &str) -> Result<Self, BaseError> {
        let url = Url::parse(text.trim()).or(Err(BaseError))?;
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        if !bare || !url.username().is_empty() || url.password().is_some() {
            return Err(BaseError);
        }
        let kind = kind(&url).ok_or(BaseError)?;
        Ok(Self { origin: url.origin().ascii_serialization(), kind })
    }

    /// Scheme, host and port, without a `/` behind.
    pub fn as_str(&self) -> &str {
        &self.origin
    }

    /// Whose address it is.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether a request to `url` may carry a secret. With X's own hosts both names are good; with a loopback
    /// address nothing but this very one is.
    pub fn allows(&self, url: &Url) -> bool {
        let named = !url.username().is_empty() || url.password().is_some();
        let same = match self.kind {
            Kind::X => kind(url) == Some(Kind::X),
            Kind::Loopback => url.origin().ascii_serialization() == self.origin,
        };
        same && !named
    }
}

/// Where the pages for people stand whose API is at `base`: X has them on a host of their own, anybody else does not.
pub fn pages(base: &str) -> &str {
    let x = base.strip_prefix("https://").is_some_and(|host| HOSTS.contains(&host));
    if x { PAGES } else { base }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.origin)
    }
}

fn kind(url: &Url) -> Option<Kind> {
    match (url.scheme(), url.host()?) {
        ("https", Host::Domain(host)) if HOSTS.contains(&host) && url.port().is_none() => Some(Kind::X),
        ("http" | "https", host) if is_loopback(&host) => Some(Kind::Loopback),
        _ => None,
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => IpAddr::from(*address).is_loopback(),
        Host::Ipv6(address) => IpAddr::from(*address).is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_x_and_this_machine_are_bases() {
        for (text, wanted) in [
            ("https://api.x.com", Some("https://api.x.com")),
            ("https://API.twitter.com:443/", Some("https://api.twitter.com")),
            ("http://127.0.0.1:8080/", Some("http://127.0.0.1:8080")),
            ("http://127.9.9.9:1", Some("http://127.9.9.9:1")),
            ("https://[::1]:8443", Some("https://[::1]:8443")),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("http://api.x.com", None),
            ("https://api.x.com:8443", None),
            ("https://api.x.com.evil.example", None),
            ("https://api.x.com@evil.example", None),
            ("https://user@api.x.com", None),
            ("http://127.0.0.1.evil.example", None),
            ("http://127.0.0.1:80/2/users", None),
            ("http://10.0.0.1", None),
            ("http://localhost.evil.example", None),
            ("file:///etc/passwd", None),
            ("api.x.com", None),
            ("", None),
        ] {
            assert_eq!(Base::parse(text).ok().as_ref().map(Base::as_str), wanted, "{text}");
        }
    }

    #[test]
    fn pages_for_people_never_leave_another_base() {
        for (base, wanted) in [
            ("https://api.x.com", "https://x.com"),
            ("https://api.twitter.com", "https://x.com"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("https://[::1]:8443", "https://[::1]:8443"),
        ] {
            assert_eq!(pages(base), wanted);
        }
    }

    #[test]
    fn a_secret_goes_to_no_other_host() {
        let x = Base::default();
        let here = Base::parse("http://127.0.0.1:8080").expect("loopback");
        for (base, url, wanted) in [
            (&x, "https://api.x.com/2/users/me", true),
            (&x, "https://api.twitter.com/2/users/me", true),
            (&x, "http://api.x.com/2/users/me", false),
            (&x, "http://127.0.0.1:8080/2/users/me", false),
            (&x, "https://example.com/2/users/me", false),
            (&here, "http://127.0.0.1:8080/2/users/me", true),
            (&here, "http://127.0.0.1:8081/2/users/me", false),
            (&here, "https://api.x.com/2/users/me", false),
        ] {
            assert_eq!(base.allows(&Url::parse(url).expect("an address")), wanted, "{base} → {url}");
        }
    }
}
