//! The state and its only transition.

pub mod command;
pub mod confirm;
pub mod conflict;
pub mod connect;
pub mod detail;
pub mod duplicates;
pub mod edit;
pub mod exchange;
pub mod form;
pub mod geometry;
pub mod help;
pub mod keymap;
pub mod lines;
pub mod list;
pub mod menu;
pub mod msg;
pub mod notice;
pub mod palette;
pub mod picker;
pub mod rail;
pub mod run;
pub mod save;
pub mod show;
pub mod slots;
pub mod state;
pub mod tested;
#[cfg(test)]
pub(crate) mod trial;
pub mod update;
pub mod values;
pub mod window;
pub mod world;
pub mod yank;
