//! The state and its only transition.

pub mod command;
pub mod edit;
pub mod keymap;
pub mod list;
pub mod msg;
pub mod notice;
pub mod rail;
pub mod slots;
pub mod state;
pub mod update;
pub mod window;
pub mod world;
