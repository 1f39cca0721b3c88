//! What a bot is handed when it is run: which values under which names ([`plan()`]), an OAuth 2.0 token that lives
//! ([`hand_over()`]), the rest of its surroundings ([`environment()`]), the text of a file ([`written()`]), and what is masked in
//! what it says ([`Mask`]).
//!
//! A bot gets what its names ask for and no more: never a refresh token or a client secret that nobody has named. How the
//! command is started, watched and ended is the business of whoever runs it: `host` and `cli`.

mod environment;
mod hand_over;
mod mask;
mod plan;
mod presets;
mod written;

pub use self::environment::{Surroundings, environment};
pub use self::hand_over::{Handed, Until, at_hand, hand_over};
pub use self::mask::{Mask, Masked};
pub use self::plan::{Ask, Names, Plan, plan, secrets, variable};
pub use self::presets::{PRESETS, Preset, by_word};
pub use self::written::{Form, written};
