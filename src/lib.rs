//! ficha: every CRM, one keyboard. The map of the house is in docs/ARCHITECTURE.md.

pub mod action;
pub mod app;
pub mod cache;
pub mod demo;
pub mod domain;
pub mod journal;
pub mod net;
pub mod providers;
pub mod text;
pub mod ui;
