//! The X side end to end: checks, rotations and faults against the simulator, over real HTTP where it matters.

mod authorize;
mod check;
mod http;
mod rotate;
mod support;
