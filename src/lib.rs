//! ficha: every CRM, one keyboard. The map of the house is in docs/ARCHITECTURE.md.

pub mod action;
pub mod app;
pub mod bootstrap;
pub mod cache;
pub mod cli;
pub mod config;
pub mod demo;
pub mod domain;
pub mod journal;
pub mod ledger;
pub mod net;
pub mod providers;
pub mod runtime;
pub mod secrets;
pub mod sqlite;
pub mod text;
pub mod ui;
