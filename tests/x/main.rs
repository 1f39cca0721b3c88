//! The X side end to end: checks, rotations and faults against the simulator, over real HTTP where it matters.

mod authorize;
mod causes;
mod check;
mod checklists;
mod http;
mod logins;
mod paper;
mod proxied;
mod retries;
mod revoke;
mod rotate;
mod scripted;
mod storms;
mod support;
mod together;
