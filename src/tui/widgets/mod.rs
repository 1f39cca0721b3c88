//! Parts of pictures that screens share: an input line, boxes, text that is cut and padded to cells.
//!
//! Not here: anything that knows what a profile is.

pub mod bird;
pub mod boxed;
pub mod buttons;
pub mod form;
pub mod input;
pub mod leaf;
pub mod new_passphrase;
pub mod page;
pub mod prose;
pub mod roll;
pub mod sheet;
pub mod stepper;
pub mod text;
pub mod typed_name;
