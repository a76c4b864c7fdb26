//! The right names nearest to a wrong one.

/// Up to three of `names` that are spelt most like `wrong`, the nearest first.
pub fn nearest<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wrong: Vec<char> = wrong.to_lowercase().chars().take(64).collect();
    let limit = (wrong.len() / 3).clamp(1, 4);
    let mut found: Vec<(usize, &str)> =
        names.into_iter().filter_map(|name| Some((rank(&wrong, name, limit)?, name))).collect();
    found.sort_by_key(|(rank, _)| *rank);
    found.into_iter().map(|(_, name)| name).take(3).collect()
}

/// How far a name is off; one that begins alike counts as near.
fn rank(wrong: &[char], name: &str, limit: usize) -> Option<usize> {
    let name: Vec<char> = name.to_lowercase().chars().take(64).collect();
    let distance = distance(wrong, &name);
    let begins_alike = wrong.len() >= 3 && (name.starts_with(wrong) || wrong.starts_with(&name));
    if distance <= limit {
        Some(distance)
    } else if begins_alike && name.len() >= 3 {
        Some(limit + 1)
    } else {
        None
    }
}

/// Letters to add, drop, change or swap between the two.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut least = (above[j] + usize::from(x != y)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *x == b[j - 1] && a[i - 1] == *y {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_the_right_one_first() {
        let names = ["timeout", "theme", "mouse", "page_size"];
        assert_eq!(nearest("tiemout", names), ["timeout"]);
        assert_eq!(nearest("Mouse", names), ["mouse"]);
        assert_eq!(nearest("page", names), ["page_size"]);
        assert!(nearest("zebra", names).is_empty());
    }
}
