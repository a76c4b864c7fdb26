//! Membrane on the command line, against the demo.
mod actions;
mod connections;
mod desk;
mod requests;
mod secrets;
mod signing_in;
