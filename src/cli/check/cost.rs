//! What a check will cost: said before X is asked, and asked about where X bills more than one call for it.

use super::Args;
use crate::cli::input;
use crate::cli::output::Out;
use crate::cli::session::Open;
use crate::domain::phrase::counted;
use crate::domain::time::spelled;
use crate::failure::Failure;
use crate::ops::check::{self, PRICES_OF, Plan, Split};
use crate::ops::snapshot::Snapshot;

impl Args {
    /// Tells whoever looks what it will cost, and asks where X bills more than one call for it.
    pub(super) fn consent(
        &self,
        out: &mut Out,
        open: &Open,
        snapshot: &Snapshot,
        split: &Split,
        plan: &Plan,
    ) -> Result<(), Failure> {
        if !Out::is_watched() {
            return Ok(());
        }
        if let Some(banner) = open.world.banner.as_ref().filter(|_| !self.quiet) {
            out.note(banner);
        }
        let this = self.announcement(open, snapshot, split, plan);
        if plan.billed > 1 && !self.yes && input::has_person() {
            return input::consent(out, input::Given::No, &this);
        }
        if !self.quiet && plan.profiles > 0 {
            out.note(&this);
        }
        Ok(())
    }

    /// What it will cost, and what is spared or could be.
    fn announcement(&self, open: &Open, snapshot: &Snapshot, split: &Split, plan: &Plan) -> String {
        let (requests, profiles) = (counted(plan.requests, "request"), counted(plan.profiles, "profile"));
        let cost = plan.cost;
        let this = format!("checking {profiles}: at most {requests}, at most {cost} (prices of {PRICES_OF})");
        match self.max_age {
            Some(max_age) if !split.fresh.is_empty() => {
                format!("{this}; {} younger than {} and not asked about", split.fresh.len(), spelled(max_age))
            }
            Some(_) => this,
            None => {
                let after = open.world.settings.stale_after;
                let fresh = check::split(snapshot, &split.stale, open.world.clock.now(), after).fresh.len();
                match fresh {
                    0 => this,
                    _ if plan.profiles == 1 => this,
                    fresh => format!("{this}; {fresh} are fresh: --max-age {} spares them", spelled(after)),
                }
            }
        }
    }
}
