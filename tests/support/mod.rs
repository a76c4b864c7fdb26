//! What several test programs share: the screen as text, keys as text, the whole program in
//! process.
#![allow(dead_code, reason = "each test program uses a part of it")]

pub mod company;
pub mod desk;
pub mod keys;
pub mod screen;
pub mod story;
pub mod studio;
pub mod terminal;
