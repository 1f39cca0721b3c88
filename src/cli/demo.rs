//! `demo`: the screen on a throw-away vault and a simulated X, or the simulator alone as a server.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::screen;
use super::session::{Cx, Outcome};
use super::world::simulated::Simulated;
use crate::domain::secret::Secret;
use crate::failure::{Failure, Kind};
use crate::host::files;
use crate::sim::server::{ServeError, Server};
use crate::sim::transport::Latency;
use crate::tui::Start;

/// Look around: a throw-away vault and a simulated X
///
/// Nothing to sign up for, nothing written, nothing sent anywhere. With --listen it is the simulator alone, as a
/// server for scripts, tests and tutorials: it prints its bots as JSON that birdkeep imports, closes its output, and
/// serves until it is ended.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  birdkeep demo
  birdkeep demo --fault x-down
  birdkeep demo --listen 127.0.0.1:8723 > bots.json &
  birdkeep import bots.json && BIRDKEEP_X_API=http://127.0.0.1:8723 birdkeep check --all")]
pub(super) struct Args {
    /// Spoil every answer of X in this way
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,
    /// Serve on this address of this machine instead of opening the screen; port 0 takes a free one
    #[arg(long, value_name = "127.0.0.1:PORT")]
    listen: Option<SocketAddr>,
    /// Who is in the simulated world, instead of the built-in roster
    #[arg(long, value_name = "FILE")]
    roster: Option<PathBuf>,
}

pub(super) fn run(args: &Args, cx: &mut Cx) -> Result<Outcome, Failure> {
    let simulated = Simulated::new(args.roster.as_deref(), args.fault.as_deref())?;
    match args.listen {
        Some(address) => listen(cx, simulated, address),
        None => screen::show(simulated.world()?, Start::Main),
    }
}

fn listen(cx: &mut Cx, simulated: Simulated, address: SocketAddr) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| not_listening(&error.kind().to_string()))?;
    runtime.block_on(async {
        let server = Server::start(simulated.sim, address, Latency::None).await;
        let mut server = server.map_err(|error: ServeError| not_listening(&error.to_string()))?;
        cx.out.note(&format!("X is played at {0}: BIRDKEEP_X_API={0}", server.base()));
        // Whoever reads the roster may begin: the address is listened on by now.
        cx.out.raw(&Secret::new(simulated.roster.exchange_json()));
        cx.out.finish()?;
        // The reader of a pipe waits for its end; if it cannot be had, it reads what there is.
        let _ = files::end_output();
        server.run().await;
        Ok(Outcome::Fine)
    })
}

fn not_listening(because: &str) -> Failure {
    Failure::new(
        Kind::Usage,
        "the simulator cannot be reached",
        because,
        "listen on 127.0.0.1 with a free port; port 0 takes one",
    )
}
