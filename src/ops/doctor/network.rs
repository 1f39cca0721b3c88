//! X: where it is, whether it answers, and what time it has.

use std::time::Duration;

use super::{Examination, Level, Said, Topic};
use crate::domain::text::visible_within;
use crate::domain::time::age;
use crate::failure::Failure;
use crate::x::reply::Reply;
use crate::x::wire::SendError;

/// Seconds by which the clocks of honest machines differ.
const SAME_TIME: i64 = 60;

/// What is known of the way to X.
#[derive(Clone, Debug)]
pub(super) struct Network {
    pub(super) address: Result<Address, Failure>,
    /// What came of one question without credentials.
    pub(super) asked: Asked,
    /// The variables that name a proxy.
    pub(super) proxies: Vec<&'static str>,
    /// The variables that name certificate authorities, and whether what they name is there.
    pub(super) authorities: Vec<(&'static str, bool)>,
}

/// Where X is.
#[derive(Clone, Debug)]
pub(super) struct Address {
    pub(super) base: String,
    /// Whether that is this machine.
    pub(super) loopback: bool,
}

/// What came of asking.
#[derive(Clone, Debug)]
pub(super) enum Asked {
    /// Nobody asked.
    Not,
    /// There was no answer in time.
    Late,
    /// An answer or its absence, and how long it took.
    Answered(Box<Reply<()>>, Duration),
}

impl Network {
    fn is_silent_for(&self, reason: SendError) -> bool {
        matches!(&self.asked, Asked::Answered(reply, _) if **reply == Reply::Silent(reason))
    }
}

/// The rows.
pub(super) static TOPIC: Topic<Network> = Topic {
    word: "x",
    label: "X",
    facts: |facts| &facts.network,
    rows: &[
        Examination {
            name: "address",
            doc: "whether X itself is asked, or what BIRDKEEP_X_API names",
            look: address,
        },
        Examination { name: "proxies", doc: "proxy variables, which are not used", look: proxies },
        Examination {
            name: "certificates",
            doc: "whom this machine trusts to say who X is",
            look: certificates,
        },
        Examination { name: "reach", doc: "whether X answers one question without credentials", look: reach },
        Examination { name: "clock", doc: "this machine's clock against X's", look: clock },
    ],
};

fn address(network: &Network) -> Vec<Said> {
    vec![match &network.address {
        Err(failure) => Said::failure(Level::Trouble, failure),
        Ok(Address { base, loopback: true }) => {
            Said::note(format!("X is played here: {}", visible_within(base, 80)))
                .because("BIRDKEEP_X_API is set, so nothing goes to X itself")
                .try_this("unset BIRDKEEP_X_API")
        }
        Ok(Address { base, .. }) => Said::ok(format!("requests go to {}", visible_within(base, 80))),
    }]
}

fn proxies(network: &Network) -> Vec<Said> {
    if network.proxies.is_empty() {
        return Vec::new();
    }
    vec![
        Said::note(format!("not used: {}", network.proxies.join(", ")))
            .because("credentials go to X itself, and through nobody's proxy")
            .try_this("where only a proxy leads out, birdkeep cannot reach X"),
    ]
}

fn certificates(network: &Network) -> Vec<Said> {
    if network.is_silent_for(SendError::NoRoots) {
        return vec![
            Said::trouble("this machine trusts no certificate authorities")
                .because("so nobody can say that X is X")
                .try_this("install ca-certificates"),
        ];
    }
    let named = |(name, there): &(&'static str, bool)| {
        if *there {
            Said::note(format!("{name} says whom to trust")).because("whoever it names could pass for X")
        } else {
            Said::warning(format!("{name} names what is not there"))
                .because("then nobody may be trusted, and X cannot be reached")
                .try_this(format!("unset {name}, or correct it"))
        }
    };
    network.authorities.iter().map(named).collect()
}

fn reach(network: &Network) -> Vec<Said> {
    vec![match &network.asked {
        Asked::Not if network.address.is_err() => return Vec::new(),
        Asked::Not => Said::note("X was not asked").try_this("leave out --offline"),
        Asked::Late => silent(SendError::Timeout),
        Asked::Answered(reply, took) => match (&**reply, reply.status()) {
            (Reply::Silent(error), _) => silent(*error),
            (_, Some(status @ 500..)) => {
                Said::warning(format!("X has trouble of its own: it answers with {status}"))
                    .because("that says nothing about this machine")
                    .try_this("ask again later")
            }
            _ => Said::ok(format!("X answers, in {} ms", took.as_millis())),
        },
    }]
}

fn silent(error: SendError) -> Said {
    let (because, try_this) = match error {
        SendError::NotConnected => (
            "its name is not known here, nothing lets the connection out, or TLS failed",
            "look at the network",
        ),
        SendError::Timeout => {
            ("there was no answer within two seconds", "look at the network, and try again")
        }
        SendError::NoRoots => ("this machine trusts no certificate authorities", "install ca-certificates"),
        SendError::ClockUnset => ("this machine's clock stands before 1970", "set the clock"),
        _ => {
            ("the connection broke, or the answer made no sense", "try again; look at what stands in between")
        }
    };
    Said::trouble("X cannot be reached").because(because).try_this(try_this)
}

fn clock(network: &Network) -> Vec<Said> {
    let Asked::Answered(reply, _) = &network.asked else { return Vec::new() };
    let Some(seen) = reply.seen() else { return Vec::new() };
    let Some(skew) = seen.skew else {
        return vec![Said::note("X did not say what time it has, so the clock cannot be judged")];
    };
    if skew.abs() <= SAME_TIME {
        return vec![Said::ok(format!("this machine's clock agrees with X's, {} s apart", skew.abs()))];
    }
    let side = if skew > 0 { "behind" } else { "ahead of" };
    vec![
        Said::trouble(format!("this machine's clock is {} {side} X's ({} s)", age(skew.abs()), skew.abs()))
            .because("an OAuth 1.0a signature holds the time, and X refuses one that is off")
            .try_this("set the clock: timedatectl set-ntp true, or what your system has for it"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::tests::{one, said};
    use super::*;
    use crate::domain::secret::Secret;
    use crate::domain::time::Time;
    use crate::failure::Kind;
    use crate::x::wire::Response;

    const NOW: Time = Time::from_const(1_795_000_000);

    fn network(asked: Asked) -> Network {
        let address = Ok(Address { base: "https://api.x.com".into(), loopback: false });
        Network { address, asked, proxies: Vec::new(), authorities: Vec::new() }
    }

    fn answered(status: u16, ahead: Option<i64>) -> Asked {
        let date = ahead.map(|ahead| ("date".to_owned(), NOW.shifted(ahead).http()));
        let headers = date.into_iter().collect();
        let response = Response { status, headers, body: Secret::new(""), received_at: NOW };
        Asked::Answered(Reply::read(Ok(response), |_| None).into(), Duration::from_millis(80))
    }

    #[test]
    fn what_x_says_to_nobody_is_enough_to_judge_the_way_to_it() {
        let silence = |error| network(Asked::Answered(Reply::Silent(error).into(), Duration::ZERO));
        let at_home = Ok(Address { base: "http://127.0.0.1:8080".into(), loopback: true });
        let broken = Err(Failure::new(Kind::Usage, "not an address", "made up", "unset it"));
        let rows: &[(&str, Network, Level, &str)] = &[
            ("address", network(Asked::Not), Level::Ok, "https://api.x.com"),
            ("address", Network { address: at_home, ..network(Asked::Not) }, Level::Note, "127.0.0.1"),
            ("address", Network { address: broken, ..network(Asked::Not) }, Level::Trouble, "unset it"),
            (
                "proxies",
                Network { proxies: vec!["https_proxy"], ..network(Asked::Not) },
                Level::Note,
                "https_proxy",
            ),
            ("certificates", silence(SendError::NoRoots), Level::Trouble, "ca-certificates"),
            (
                "certificates",
                Network { authorities: vec![("SSL_CERT_FILE", false)], ..network(Asked::Not) },
                Level::Warning,
                "unset SSL_CERT_FILE",
            ),
            ("reach", network(Asked::Not), Level::Note, "--offline"),
            ("reach", network(Asked::Late), Level::Trouble, "two seconds"),
            ("reach", network(answered(401, Some(0))), Level::Ok, "80 ms"),
            ("reach", network(answered(503, Some(0))), Level::Warning, "503"),
            ("reach", silence(SendError::NotConnected), Level::Trouble, "network"),
            ("clock", network(answered(401, Some(-60))), Level::Ok, "60 s apart"),
            ("clock", network(answered(401, Some(61))), Level::Trouble, "1 m behind"),
            ("clock", network(answered(503, Some(-840))), Level::Trouble, "14 m ahead of"),
            ("clock", network(answered(401, None)), Level::Note, "cannot be judged"),
        ];
        for (name, network, level, words) in rows {
            let (found, text) = one(&TOPIC, name, network);
            assert!(found == *level && text.contains(words), "{name} {found:?}: {text}");
        }
        assert_eq!(said(&TOPIC, "clock", &silence(SendError::Timeout)), []);
    }
}
