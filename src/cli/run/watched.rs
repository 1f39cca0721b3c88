//! One bot that somebody has to stay for: to mask what it says, or to remove its file when it ends.

use std::io;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::bot::{Bot, Carrier};
use crate::cli::output::Out;
use crate::cli::session::Outcome;
use crate::failure::{Failure, Kind};
use crate::host::children::{self, Children, Event, Reach, Stream, exit_code};
use crate::host::pty::{On, RawKeys, Terminal};
use crate::host::signals;
use crate::ops::run::{Mask, Masked};

/// How many pieces of output wait for being shown, before the bot has to.
const WAITING: usize = 64;
/// How long nothing comes until the beginning of what may be a secret is shown.
const PAUSE: Duration = Duration::from_millis(50);
/// How long somebody the bot has started may still speak after its end.
pub(super) const GRACE: Duration = Duration::from_secs(1);

/// Runs `bot` beside this process; ends as it does.
///
/// # Errors
/// It cannot be run.
pub(super) fn run(bot: Bot, mask: Option<&Arc<Mask>>, out: &mut Out) -> Result<Outcome, Failure> {
    let (tell, told) = mpsc::sync_channel(WAITING);
    let tell = move |event| tell.send(event).is_ok();
    let begun = if mask.is_some() && out.is_terminal() {
        on_terminal(bot, &tell)?
    } else {
        beside(bot, mask.is_some(), &tell)?
    };
    drop(tell);
    let mut started = match begun {
        Begun::Runs(started) => started,
        Begun::AskedToEnd(code) => return Ok(Outcome::Ended(code)),
    };
    let masks = mask.map(|mask| Streams { out: mask.stream(), err: mask.stream() });
    let ended = follow(&mut started, &told, masks, out);
    // The terminal is the shell's again before anything else is said.
    drop(started);
    out.finish()?;
    Ok(Outcome::Ended(ended))
}

enum Begun {
    Runs(Box<Started>),
    /// Before it began, with what comes of that.
    AskedToEnd(u8),
}

struct Started {
    children: Children,
    child: Child,
    /// How many streams we read.
    streams: usize,
    /// Its terminal, if it has one of its own, and our keys, if they go there.
    keys: Option<(RawKeys, Terminal)>,
    /// Whether it is still to be told that it was stopped, as our keys have had it.
    stopping: bool,
    /// Goes when the bot has ended.
    _carrier: Carrier,
}

impl Started {
    /// The bot was stopped. Where our keys are its keys, nobody could type the command that lets it go on, so we stop as
    /// well, with our job; else whoever stopped it has stopped us, or means it alone.
    fn stop_with_it(&self) {
        let Some((keys, terminal)) = &self.keys else { return };
        keys.given_back(signals::stop_job);
        terminal.resize();
        self.children.go_on();
    }
}

struct Streams {
    out: Masked,
    err: Masked,
}

impl Streams {
    fn of(&mut self, stream: Stream) -> &mut Masked {
        match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        }
    }
}

/// With our own streams, but that what is masked comes through us.
fn beside(
    mut bot: Bot,
    masked: bool,
    tell: &(impl Fn(Event) -> bool + Clone + Send + 'static),
) -> Result<Begun, Failure> {
    let children = Children::new(Reach::Shared, || ()).map_err(|error| no_handlers(&error))?;
    if masked {
        bot.command.stdout(Stdio::piped()).stderr(Stdio::piped());
    }
    let Some((mut child, carrier)) = bot.start(&children, |mut command| command.spawn())? else {
        return Ok(Begun::AskedToEnd(asked_code(&children)));
    };
    children::watch(&mut child, tell);
    let streams = if masked { 2 } else { 0 };
    Ok(Begun::Runs(Box::new(Started {
        children,
        child,
        streams,
        keys: None,
        stopping: false,
        _carrier: carrier,
    })))
}

/// On a terminal of its own, so that it has colours and keys.
fn on_terminal(bot: Bot, tell: &(impl Fn(Event) -> bool + Clone + Send + 'static)) -> Result<Begun, Failure> {
    let (terminal, seat) = Terminal::like_ours().map_err(|error| no_handlers(&error))?;
    let on = On::ours();
    let reach = if on.input { Reach::Keyed } else { Reach::Apart };
    let resizing = terminal.clone();
    let children = Children::new(reach, move || resizing.resize()).map_err(|error| no_handlers(&error))?;
    let keys = on.input.then(RawKeys::new).transpose().map_err(|error| no_handlers(&error))?;
    let Some((mut child, carrier)) = bot.start(&children, |command| seat.start(command, on))? else {
        return Ok(Begun::AskedToEnd(asked_code(&children)));
    };
    children::hear(terminal.clone(), Stream::Out, tell);
    children::watch(&mut child, tell);
    if on.input {
        let (keyboard, listening, program, tell) =
            (terminal.clone(), children.clone(), child.id(), tell.clone());
        let stop = move || {
            listening.stop();
            tell(Event::Stopping);
        };
        // Waits for keys until the process ends.
        thread::spawn(move || keyboard.type_on(io::stdin().lock(), program, stop));
    }
    let streams = if on.err { 1 } else { 2 };
    let keys = keys.map(|keys| (keys, terminal));
    Ok(Begun::Runs(Box::new(Started { children, child, streams, keys, stopping: false, _carrier: carrier })))
}

fn asked_code(children: &Children) -> u8 {
    children.asked().and_then(|signal| u8::try_from(128 + signal).ok()).unwrap_or(u8::MAX)
}

fn no_handlers(error: &io::Error) -> Failure {
    let because = format!("the system answered: {}", error.kind());
    Failure::new(Kind::NotRunnable, "nothing was run", because, "run it without --redact and --file")
}

/// Shows what it says until it ends, and whoever it has started as well, within reason. Gives its exit code.
fn follow(started: &mut Started, told: &Receiver<Event>, mut masks: Option<Streams>, out: &mut Out) -> u8 {
    let mut ended = None;
    while ended.is_none() || started.streams > 0 {
        let waiting = masks.as_ref().is_some_and(|masks| masks.out.is_waiting() || masks.err.is_waiting());
        let patience = match ended {
            _ if waiting => PAUSE,
            Some(_) => GRACE,
            None => Duration::MAX,
        };
        match (told.recv_timeout(patience), &mut masks) {
            (Ok(Event::Said(stream, bytes)), Some(masks)) => out.pass(stream, &masks.of(stream).take(&bytes)),
            (Ok(Event::Said(stream, bytes)), None) => out.pass(stream, &bytes),
            (Ok(Event::Closed(_)), _) => started.streams -= 1,
            (Ok(Event::Ended), _) => {
                ended = Some(started.children.end(&mut started.child).map_or(u8::MAX, exit_code));
            }
            // Not only once it has stopped: where its group was stopped between vfork and exec of something it starts,
            // it waits for that and never gets to it.
            (Ok(Event::Stopping), _) => {
                started.stopping = true;
                started.stop_with_it();
            }
            (Ok(Event::Stopped), _) if started.stopping => started.stopping = false,
            (Ok(Event::Stopped), _) => started.stop_with_it(),
            // Its own terminal is for it to wait for.
            (Ok(Event::WantsTerminal), _) => {}
            (Err(RecvTimeoutError::Timeout), Some(masks)) if waiting => {
                out.pass(Stream::Out, &masks.out.idle());
                out.pass(Stream::Err, &masks.err.idle());
            }
            (Err(_), _) => break,
        }
    }
    if let Some(masks) = &mut masks {
        out.pass(Stream::Out, &masks.out.end());
        out.pass(Stream::Err, &masks.err.end());
    }
    ended.unwrap_or(u8::MAX)
}
