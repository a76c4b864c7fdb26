//! Long texts, HTML, and values that mean to do harm.

use crate::demo::random::Random;

const SENTENCES: [&str; 8] = [
    "The cell runs in two shifts and must not stop for longer than four hours.",
    "They decide with the plant manager first, the price comes last.",
    "Delivery through gate 4, please call half an hour before.",
    "The old line stays in use until the acceptance test is signed.",
    "Wants the drawings in German and English.",
    "Asked for a second offer without the vision system.",
    "Spare parts are kept in the container behind hall 2.",
    "Prefers e-mail; never answers before ten o'clock.",
];

/// A few sentences, or none.
pub fn note(random: &mut Random) -> Option<String> {
    let count = random.below(4);
    let sentence = |random: &mut Random| {
        SENTENCES.get(random.below(SENTENCES.len())).copied().unwrap_or_default()
    };
    (count > 0).then(|| (0..count).map(|_| sentence(random)).collect::<Vec<_>>().join(" "))
}

/// A text of more than 10,000 characters: lists cut it, reads do not.
pub fn long() -> String {
    let line = |number: usize| {
        let sentence = SENTENCES.get(number % SENTENCES.len()).copied().unwrap_or_default();
        format!("{number}. {sentence} 日本語のメモ。\n")
    };
    let mut text: String = (1..200).map(line).collect::<Vec<_>>().concat();
    text.push_str("THE END");
    text
}

/// HTML as an editor leaves it.
pub const HTML: &str = "<h2>Service visit</h2><p>Replaced the <b>gripper</b> &amp; checked <a href=\"https://example.test/?a=1&amp;b=2\">the manual</a>.</p><ul><li>Axis 1: fine</li><li>Axis 3: <i>worn</i></li></ul><table><tr><td>Hours</td><td>12&nbsp;840</td></tr></table><script>alert(1)</script>";

/// Values that a terminal must not take at their word: escape codes, overrides, invisible letters, markup.
pub const HOSTILE: [&str; 6] = [
    "\u{1b}[2J\u{1b}[31mCleared\u{1b}[0m Ltd",
    "\u{1b}]0;owned\u{7}Title Thief",
    "Invoice \u{202e}fdp.exe",
    "Zero\u{200b}Width\u{200d}\u{feff} Works",
    "<b>Bold</b> & <script>alert(1)</script>",
    "Line\nBreak\tTab\r\u{8}Bell\u{7}",
];
