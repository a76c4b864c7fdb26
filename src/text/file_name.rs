//! Names of files as servers give them, made into names that stay in their folder.

/// No longer, in characters.
const LONGEST: usize = 120;

/// The last part of a name, without what a file system takes for something else. Never empty,
/// never hidden, never a path.
pub fn safe(raw: &str) -> String {
    let last = raw.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or_default();
    let plain = |c: char| {
        let is_special = c.is_control() || super::shown::is_harmful(c) || "<>:\"|?*".contains(c);
        if is_special { '_' } else { c }
    };
    let name: String = last.chars().map(plain).collect();
    let name = name.trim().trim_matches('.').trim();
    if name.is_empty() {
        return "file".to_owned();
    }
    let count = name.chars().count();
    if count <= LONGEST {
        return name.to_owned();
    }
    // Its ending says what it is.
    let ending: String = match name.rsplit_once('.') {
        Some((_, ending)) if ending.chars().count() <= 10 => format!(".{ending}"),
        Some(_) | None => String::new(),
    };
    let room = LONGEST - ending.chars().count();
    name.chars().take(room).chain(ending.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_or_a_trick_is_no_name() {
        for (raw, name) in [
            ("report.pdf", "report.pdf"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\a.txt", "a.txt"),
            (".bashrc", "bashrc"),
            ("..", "file"),
            ("", "file"),
            ("a\u{1b}[31m\nb", "a_[31m_b"),
            ("请款单.pdf", "请款单.pdf"),
        ] {
            assert_eq!(safe(raw), name, "{raw:?}");
        }
        assert_eq!(safe(&format!("{}.pdf", "x".repeat(500))).chars().count(), 120);
    }
}
