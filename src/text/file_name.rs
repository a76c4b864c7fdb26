//! A file's name as a server says it, made into one that is safe to write under.

/// Common file systems take 255 bytes.
const MAX_BYTES: usize = 200;

/// Names that mean a device to Windows, with a digit or without, whatever stands behind a dot.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The last part of a path, without what could name another folder, hide the file, turn its
/// letters around, or speak to a terminal; `file` where nothing is left.
pub fn harmless(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| is_plain(*c)).collect();
    let plain = plain.trim_matches([' ', '.']);
    let (stem, ending) = match plain.rsplit_once('.') {
        // The ending says what it is, so the stem gives way.
        Some((stem, ending)) if ending.len() <= 16 => (stem, format!(".{ending}")),
        Some(_) | None => (plain, String::new()),
    };
    let stem = beginning(stem, MAX_BYTES - ending.len());
    match stem {
        "" if ending.is_empty() => "file".to_owned(),
        stem if is_device(stem) => format!("_{stem}{ending}"),
        stem => format!("{stem}{ending}"),
    }
}

/// Bidi marks are out too: `fdp.exe` must not be read as `exe.pdf`.
fn is_plain(c: char) -> bool {
    let turns = matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    !c.is_control() && !turns && !"<>:\"|?*".contains(c)
}

fn beginning(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

fn is_device(stem: &str) -> bool {
    let first = stem.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let rest = DEVICES.iter().find_map(|device| first.strip_prefix(device));
    rest.is_some_and(|rest| rest.len() <= 1 && rest.chars().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_never_leaves_its_folder_and_never_hides() {
        for (name, safe) in [
            ("test ü 文.txt", "test ü 文.txt"),
            ("../../.bashrc", "bashrc"),
            ("C:\\Windows\\system.ini", "system.ini"),
            ("..", "file"),
            ("", "file"),
            ("a\u{1b}[2J\n.txt", "a[2J.txt"),
            ("bill\u{202e}fdp.exe", "billfdp.exe"),
            ("NUL.txt", "_NUL.txt"),
            ("com1", "_com1"),
            ("console.log", "console.log"),
        ] {
            assert_eq!(harmless(name), safe, "{name:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = harmless(&format!("{}.pdf", "資".repeat(300)));
        assert!(name.len() <= MAX_BYTES && name.ends_with("資.pdf"), "{name}");
    }
}
