//! Columns: which are shown, how wide, and where. SCREENS §7: who gives way first.
use super::field::{Cell, is_never_cut, is_right};
use crate::domain::schema::FieldKind;

/// Between columns.
const GAP: u16 = 2;
/// Text columns shrink to this before any is dropped.
const LEAST: u16 = 12;
/// From this weight on columns are texts of little use at a glance.
const TEXTS: u8 = 7;
/// The title column keeps so much before others are dropped.
const TITLE_LEAST: u16 = 20;
/// The title column may be so wide before others are dropped.
const TITLE: u16 = 40;

/// A column to be placed.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// Its place among the list's columns.
    pub(super) index: usize,
    /// What it holds.
    pub(super) kind: FieldKind,
    /// Cells that its heading needs.
    pub(super) heading: u16,
    /// Cells that its widest visible value needs.
    pub(super) widest: u16,
    /// Whether the list is ordered by it.
    pub(super) is_order: bool,
}

/// A column with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Placed {
    /// Its place among the list's columns.
    pub(super) index: usize,
    /// From the left edge of the table.
    pub(super) x: u16,
    /// Cells.
    pub(super) width: u16,
    /// Whether it stands at the right.
    pub(super) is_right: bool,
}

impl Column {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "the kinds that differ are named, the rest are alike"
    )]
    fn wish(&self) -> u16 {
        let most = match self.kind {
            FieldKind::LongText | FieldKind::Html | FieldKind::Other => 40,
            _ => 60,
        };
        self.heading.max(self.widest).clamp(3, most)
    }

    fn least(&self, title: u16) -> u16 {
        let least = if is_never_cut(self.kind) {
            self.wish()
        } else {
            self.wish().min(if self.index == 0 { title } else { LEAST })
        };
        // The arrow behind the heading is never cut away.
        if self.is_order { least.max(self.heading.min(TITLE_LEAST)) } else { least }
    }

    /// Who gives way first: the highest.
    fn weight(&self) -> u8 {
        match self.kind {
            _ if self.index == 0 => 0,
            _ if self.is_order => 1,
            FieldKind::Money | FieldKind::Integer | FieldKind::Number => 2,
            FieldKind::Enum => 3,
            FieldKind::Reference | FieldKind::AnyReference => 4,
            FieldKind::Date | FieldKind::DateTime | FieldKind::DateOrTime => 5,
            FieldKind::Bool | FieldKind::Duration => 6,
            FieldKind::Phones => 7,
            FieldKind::Text | FieldKind::PersonName | FieldKind::MultiEnum => 8,
            FieldKind::Emails | FieldKind::Url => 9,
            FieldKind::Address => 10,
            FieldKind::LongText
            | FieldKind::Html
            | FieldKind::References
            | FieldKind::File
            | FieldKind::Lines
            | FieldKind::Other => 11,
        }
    }
}

/// The columns that fit, left to right; the last one ends at the right edge if it stands there.
pub(super) fn place(columns: &[Column], width: u16) -> Vec<Placed> {
    let mut shown: Vec<&Column> = columns.iter().collect();
    let mut title = TITLE_LEAST;
    let needs = |shown: &[&Column], title: u16| {
        let gaps = GAP * u16::try_from(shown.len().saturating_sub(1)).unwrap_or(u16::MAX);
        shown.iter().map(|it| it.least(title)).fold(gaps, u16::saturating_add)
    };
    while shown.len() > 1 && needs(&shown, title) > width {
        let weight = |at: &usize| shown.get(*at).map_or(0, |it| it.weight());
        let worst = (0..shown.len()).max_by_key(weight).unwrap_or(0);
        // Numbers and states stay longer than the title's own comfort.
        if weight(&worst) < TEXTS && title > LEAST {
            title = LEAST;
        } else {
            shown.remove(worst);
        }
    }
    let widths = share(&shown, title, width);
    spread(&shown, &widths, width)
}

/// What each gets: its wish where all fit, else the widest texts shrink first.
fn share(shown: &[&Column], title: u16, width: u16) -> Vec<u16> {
    let gaps = GAP * u16::try_from(shown.len().saturating_sub(1)).unwrap_or(u16::MAX);
    let mut widths: Vec<u16> = shown.iter().map(|it| it.wish()).collect();
    let mut over = widths.iter().sum::<u16>().saturating_add(gaps).saturating_sub(width);
    while over > 0 {
        let can = |at: &usize| match (shown.get(*at), widths.get(*at)) {
            (Some(column), Some(has)) if *has > column.least(title) => {
                // The title keeps its width longest.
                Some(if column.index == 0 && *has <= TITLE { *has / 2 } else { *has })
            }
            _ => None,
        };
        let widest = (0..shown.len()).filter(|at| can(at).is_some()).max_by_key(can);
        match widest.and_then(|at| widths.get_mut(at)) {
            Some(has) => *has -= 1,
            None => break,
        }
        over -= 1;
    }
    if let (true, Some(first)) = (over > 0, widths.first_mut()) {
        *first = (*first).min(width);
    }
    widths
}

/// Room that is left stands before a last column at the right, else behind the last one.
fn spread(shown: &[&Column], widths: &[u16], width: u16) -> Vec<Placed> {
    let mut placed = Vec::with_capacity(shown.len());
    let mut x = 0;
    for (column, wide) in shown.iter().zip(widths) {
        let is_right = is_right(column.kind)
            || (column.index + 1 == shown.len() && is_never_cut(column.kind) && column.is_order);
        placed.push(Placed { index: column.index, x, width: *wide, is_right });
        x += wide + GAP;
    }
    let used = x.saturating_sub(GAP);
    let spare = width.saturating_sub(used);
    let count = placed.len();
    if let Some(last) = placed.last_mut().filter(|last| last.is_right && count > 1) {
        last.x += spare;
    }
    placed
}

/// Cells that a value needs.
pub(super) fn cells(cell: &Cell) -> u16 {
    u16::try_from(cell.width()).unwrap_or(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(index: usize, kind: FieldKind, widest: u16) -> Column {
        Column { index, kind, heading: 6, widest, is_order: false }
    }

    #[test]
    fn numbers_are_dropped_whole_and_texts_shrink_first() {
        let columns = [
            column(0, FieldKind::Text, 30),
            column(1, FieldKind::Emails, 40),
            column(2, FieldKind::Money, 14),
        ];
        let placed = place(&columns, 70);
        assert_eq!(placed.len(), 3);
        assert_eq!((placed[2].width, placed[2].x + placed[2].width), (14, 70));
        let narrow: Vec<_> = place(&columns, 34).iter().map(|it| it.index).collect();
        assert_eq!(narrow, [0, 2]);
        let least: Vec<_> = place(&columns, 12).iter().map(|it| it.index).collect();
        assert_eq!(least, [0]);
    }

    #[test]
    fn columns_never_leave_the_table() {
        for width in 0..120 {
            let columns: Vec<_> = (0..6)
                .map(|at| column(at, FieldKind::Text, u16::try_from(at).unwrap() * 9))
                .collect();
            for placed in place(&columns, width) {
                assert!(placed.x + placed.width <= width.max(3), "{placed:?} in {width}");
            }
        }
    }
}
