//! The same command for several bots: one after the other or some at once, each line with the name of who says it.

mod chosen;
mod landed;
mod lines;

use std::collections::{BTreeMap, VecDeque};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::thread;
use std::time::Duration;

use self::chosen::chosen;
use self::landed::{Landed, Landing};
use self::lines::Lines;
use super::bot::{Bot, Carrier};
use super::watched::GRACE;
use super::{Args, mask, remark};
use crate::cli::output::{Out, Paint};
use crate::cli::session::{self, Cx, Open, Outcome};
use crate::domain::id::ProfileId;
use crate::failure::{Failure, Kind};
use crate::host::children::{self, Children, Event, Reach, Stream};
use crate::ops::Clock;
use crate::ops::ran;
use crate::ops::refresh::Stopped;
use crate::ops::run::{self, Ask, Handed, Plan};

/// How much news waits for being told, before the bots have to.
const WAITING: usize = 256;

/// Runs the command for each profile that is meant.
///
/// # Errors
/// Nobody is meant, or signals cannot be heard.
pub(super) fn run(args: &Args, cx: &mut Cx, open: Open, ask: Ask) -> Result<Outcome, Failure> {
    let chosen = chosen(args, open.session.document())?;
    let children = Children::new(Reach::Groups, || ()).map_err(|error| {
        let because = format!("the system answered: {}", error.kind());
        Failure::new(Kind::NotRunnable, "nothing was run", because, "run it for one profile at a time")
    })?;
    if let Some(banner) = &open.world.banner {
        args.note(&mut cx.out, banner);
    }
    let width = chosen.iter().map(|(name, _)| lines::width(name)).max().unwrap_or_default();
    let (tell, told) = mpsc::sync_channel(WAITING);
    let mut flock = Flock {
        args,
        ask,
        out: &mut cx.out,
        clock: Arc::clone(&open.world.clock),
        open: Some(open),
        children,
        waiting: chosen.into_iter().enumerate().map(|(number, (name, id))| (number, name, id)).collect(),
        flying: BTreeMap::new(),
        landed: Landed::default(),
        tell,
        width,
        given_up: false,
    };
    flock.fly(&told);
    for (number, name, _) in std::mem::take(&mut flock.waiting) {
        flock.landed.note(number, name, Landing::NotBegun);
    }
    let outcome = flock.outcome();
    if !args.quiet {
        flock.landed.sum_up(flock.out);
    }
    cx.out.finish()?;
    Ok(outcome)
}

/// What is news.
enum News {
    /// The values are there, or are not to be had.
    Ready(Box<(Plan, Result<Handed, Box<Stopped>>)>),
    /// Something about a child.
    Child(Event),
}

struct Flock<'a> {
    args: &'a Args,
    ask: Ask,
    out: &'a mut Out,
    /// Closed once nobody needs it any more.
    open: Option<Open>,
    clock: Arc<dyn Clock>,
    children: Children,
    waiting: VecDeque<(usize, String, ProfileId)>,
    flying: BTreeMap<usize, Bird>,
    landed: Landed,
    tell: SyncSender<(usize, News)>,
    /// Of the longest name, in cells.
    width: usize,
    /// One has failed, and nobody is to follow.
    given_up: bool,
}

/// One bot under way.
struct Bird {
    name: String,
    id: ProfileId,
    began: Duration,
    run: Option<Run>,
}

/// Its process.
struct Run {
    child: Child,
    /// How many of its streams are open.
    streams: usize,
    /// How it ended, and when.
    ended: Option<(Option<ExitStatus>, Duration)>,
    out: Lines,
    err: Lines,
    /// Goes when it has ended.
    _carrier: Carrier,
}

impl Flock<'_> {
    fn fly(&mut self, told: &Receiver<(usize, News)>) {
        loop {
            self.begin();
            if self.flying.is_empty() {
                return;
            }
            let news = match self.patience() {
                Some(patience) => told.recv_timeout(patience).ok(),
                None => told.recv().ok(),
            };
            match news {
                Some((number, News::Ready(ready))) => self.ready(number, *ready),
                Some((number, News::Child(event))) => self.hear(number, event),
                None => {}
            }
            self.land_the_late();
        }
    }

    /// Begins as many as may be under way.
    fn begin(&mut self) {
        while self.flying.len() < usize::from(self.args.jobs) && !self.is_over() {
            let Some((number, name, id)) = self.waiting.pop_front() else { break };
            self.prepare(number, name, id);
        }
        let needed = !self.waiting.is_empty() && !self.is_over();
        if !needed && self.flying.values().all(|bird| bird.run.is_some()) {
            // A bot may run for days; the vault is not open meanwhile.
            self.open = None;
        }
    }

    fn is_over(&self) -> bool {
        self.given_up || self.children.asked().is_some()
    }

    /// Fetches the values of one, on a thread: X may take its time, and the others go on.
    fn prepare(&mut self, number: usize, name: String, id: ProfileId) {
        let Some(open) = &self.open else { return };
        let plan = match run::plan(open.session.document(), id, &self.ask) {
            Ok(plan) => plan,
            Err(failure) => return self.not_run(number, name, &failure),
        };
        self.flying.insert(number, Bird { name, id, began: self.clock.boot(), run: None });
        let (world, session, tell) = (open.world.clone(), open.session.clone(), self.tell.clone());
        let min_ttl = self.args.min_ttl();
        thread::spawn(move || {
            let handed = run::hand_over(&world, &session, id, &plan, min_ttl);
            // Whoever began it waits for this.
            let _ = tell.send((number, News::Ready(Box::new((plan, handed)))));
        });
    }

    fn ready(&mut self, number: usize, (plan, handed): (Plan, Result<Handed, Box<Stopped>>)) {
        let Some(bird) = self.flying.get(&number) else { return };
        let (name, id) = (bird.name.clone(), bird.id);
        let started = match handed {
            Ok(handed) => self.start(number, &name, (id, &plan), &handed),
            Err(stopped) => {
                let Some(open) = &self.open else { return };
                match session::rescued(self.out, &open.world, *stopped) {
                    Ok(_saved) => {
                        self.flying.remove(&number);
                        return self.prepare(number, name, id);
                    }
                    Err(failure) => Err(failure),
                }
            }
        };
        match started {
            Ok(Some(run)) => {
                if let Some(bird) = self.flying.get_mut(&number) {
                    bird.run = Some(run);
                }
            }
            // They were asked to end meanwhile.
            Ok(None) => {
                self.flying.remove(&number);
                self.waiting.push_front((number, name, id));
            }
            Err(failure) => {
                self.flying.remove(&number);
                self.not_run(number, name, &failure);
            }
        }
    }

    fn start(
        &mut self,
        number: usize,
        name: &str,
        (id, plan): (ProfileId, &Plan),
        handed: &Handed,
    ) -> Result<Option<Run>, Failure> {
        let Some(open) = self.open.as_ref().filter(|_| !self.is_over()) else { return Ok(None) };
        remark(self.args, self.out, name, plan, handed);
        let mask = self.args.redact.then(|| mask(open.session.document(), id, handed));
        let lines = || Lines::new(mask.as_ref());
        let mut bot = Bot::new(self.args, self.out, &open.world, name, plan, handed)?;
        bot.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        ran::note(&open.world, (open.session.loaded().vault, open.session.document()), id);
        let Some((mut child, carrier)) = bot.start(&self.children, |mut command| command.spawn())? else {
            return Ok(None);
        };
        let tell = self.tell.clone();
        children::watch(&mut child, &move |event| tell.send((number, News::Child(event))).is_ok());
        Ok(Some(Run { child, streams: 2, ended: None, out: lines(), err: lines(), _carrier: carrier }))
    }

    fn hear(&mut self, number: usize, event: Event) {
        let now = self.now();
        let Some(bird) = self.flying.get_mut(&number) else { return };
        let Some(run) = &mut bird.run else { return };
        match event {
            Event::Said(stream, bytes) => {
                let lines = run.lines(stream).take(&bytes);
                self.say(number, stream, &lines);
            }
            Event::Closed(_) => run.streams -= 1,
            Event::Ended => {
                run.ended = Some((self.children.end(&mut run.child).ok(), now));
            }
            // Whoever stopped it lets it go on.
            Event::Stopped | Event::Stopping => {}
            Event::WantsTerminal => {
                self.children.kill(&run.child);
                let name = bird.name.clone();
                self.out.warn(&format!(
                    "{name} wants the terminal, which several cannot have, and was ended: run it alone"
                ));
            }
        }
        let over = |bird: &Bird| bird.run.as_ref().is_some_and(|run| run.ended.is_some() && run.streams == 0);
        if self.flying.get(&number).is_some_and(over) {
            self.land(number);
        }
    }

    /// Those that have ended, while somebody they have started keeps their output open.
    fn land_the_late(&mut self) {
        let now = self.now();
        let since = |bird: &Bird| Some(now.saturating_sub(bird.run.as_ref()?.ended?.1));
        let late = |bird: &Bird| since(bird).is_some_and(|since| since >= GRACE);
        let late: Vec<usize> =
            self.flying.iter().filter(|(_, bird)| late(bird)).map(|(number, _)| *number).collect();
        for number in late {
            self.land(number);
        }
    }

    /// How long to wait for news, where one has ended and may still have something to say.
    fn patience(&self) -> Option<Duration> {
        let ended = |bird: &Bird| bird.run.as_ref().is_some_and(|run| run.ended.is_some());
        self.flying.values().any(ended).then_some(GRACE)
    }

    fn land(&mut self, number: usize) {
        for stream in [Stream::Out, Stream::Err] {
            let run = self.flying.get_mut(&number).and_then(|bird| bird.run.as_mut());
            let rest = run.map(|run| run.lines(stream).end()).unwrap_or_default();
            self.say(number, stream, &rest);
        }
        let Some(bird) = self.flying.remove(&number) else { return };
        let Some((status, at)) = bird.run.and_then(|run| run.ended) else { return };
        let landing = Landing::Ended(status, at.saturating_sub(bird.began));
        if !landing.is_well() {
            self.failed();
        }
        self.landed.note(number, bird.name, landing);
    }

    fn not_run(&mut self, number: usize, name: String, failure: &Failure) {
        self.out.warn(&format!("{name} is not run"));
        self.out.failure(failure);
        self.landed.note(number, name, Landing::NotRun(failure.what.clone()));
        self.failed();
    }

    fn failed(&mut self) {
        if self.args.fail_fast && !self.is_over() {
            self.given_up = true;
            self.children.ask();
        }
    }

    fn say(&mut self, number: usize, stream: Stream, lines: &[Vec<u8>]) {
        let Some(bird) = self.flying.get(&number) else { return };
        let prefix = self.out.paint_on(stream, Paint::Quiet, &lines::prefix(&bird.name, self.width));
        for line in lines {
            self.out.pass(stream, &[prefix.as_bytes(), line, b"\n"].concat());
        }
    }

    fn now(&self) -> Duration {
        self.clock.boot()
    }

    /// Whoever asked them to end has the say; else it is well only if all is.
    fn outcome(&self) -> Outcome {
        let asked = self.children.asked().filter(|_| !self.given_up);
        let ended = |signal| Outcome::Ended(u8::try_from(128 + signal).unwrap_or(u8::MAX));
        asked.map_or_else(|| Outcome::fine_if(self.landed.all_well()), ended)
    }
}

impl Run {
    const fn lines(&mut self, stream: Stream) -> &mut Lines {
        match stream {
            Stream::Out => &mut self.out,
            Stream::Err => &mut self.err,
        }
    }
}
