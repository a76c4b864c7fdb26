//! The settings file, the places where files stand, and what the environment says.
//!
//! A file that cannot be used never stops the program: what can be read is used, the rest is a
//! [`Problem`] that the user is shown.
mod connections;
mod environment;
mod load;
mod nearest;
mod origin;
mod paths;
mod settings;
mod units;
mod write;

pub use self::{
    connections::{check_name, check_url},
    environment::{Environment, variable},
    load::{Config, DEFAULTS, Problem, load},
    nearest::nearest,
    origin::{Origin, Setting, show_origin},
    paths::Paths,
    settings::{AmbiguousWidth, CacheLimits, Clipboard, Settings, Signs, ThemeChoice},
    units::{parse_bytes, parse_duration},
    write::{add_connection, remove_connection, replace_connection, set_value},
};
