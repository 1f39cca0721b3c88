//! The X side end to end: checks, rotations and faults against the simulator, over real HTTP where it matters.

mod authorize;
mod check;
mod checklists;
mod http;
mod logins;
mod paper;
mod proxied;
mod revoke;
mod rotate;
mod support;
