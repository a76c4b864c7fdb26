//! Keys as people write them: `j j enter ctrl-s "typed text"`.
use ficha::app::keymap::Key;

/// The keys of a line: names apart by blanks, text to type in double quotes.
///
/// Panics on a key that there is not.
pub fn keys(line: &str) -> Vec<Key> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(at, part)| {
            if at % 2 == 1 {
                part.chars().map(Key::char).collect::<Vec<_>>()
            } else {
                part.split_whitespace().map(|name| name.parse().unwrap()).collect()
            }
        })
        .collect()
}
