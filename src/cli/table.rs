//! Aligned columns.
use crate::text::{shown::Shown, width};

const GAP: usize = 2;

/// No column is made narrower than this, as long as the terminal has room for one.
const LEAST: usize = 6;

/// How wide each column is: as wide as what it holds, the widest ones cut to fit `limit`.
pub fn widths(header: &[String], rows: &[Vec<Shown>], limit: Option<usize>) -> Vec<usize> {
    let mut widths: Vec<usize> = header.iter().map(|name| width::width(name)).collect();
    for row in rows {
        for (widest, cell) in widths.iter_mut().zip(row) {
            *widest = (*widest).max(cell.width());
        }
    }
    if let Some(limit) = limit {
        let gaps = GAP * widths.len().saturating_sub(1);
        fit(&mut widths, limit.saturating_sub(gaps));
    }
    widths
}

/// Takes from the widest until all fit.
fn fit(widths: &mut [usize], limit: usize) {
    let mut over = widths.iter().sum::<usize>().saturating_sub(limit);
    while over > 0 {
        let Some(widest) = widths.iter_mut().max_by_key(|width| **width) else { return };
        if *widest <= LEAST {
            return;
        }
        *widest -= 1;
        over -= 1;
    }
}

/// A row, without blanks at its end.
pub fn line(cells: &[impl AsRef<str>], widths: &[usize]) -> String {
    let cells: Vec<String> = cells
        .iter()
        .zip(widths)
        .map(|(cell, cells)| width::pad(&width::cut(cell.as_ref(), *cells), *cells))
        .collect();
    cells.join(&" ".repeat(GAP)).trim_end().to_owned()
}
