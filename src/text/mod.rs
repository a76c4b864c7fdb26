//! Text for people: outside text made harmless, widths, numbers and days, HTML, fuzzy search.

pub mod cluster;
pub mod file_name;
pub mod format;
pub mod fuzzy;
pub mod html;
pub mod shown;
pub mod width;
