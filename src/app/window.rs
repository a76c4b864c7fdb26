//! What a list holds: some rows around the cursor. What lies further off is asked for again (and
//! comes from the cache), so that memory and the cost of an answer follow the window, not the list.
use indexmap::IndexMap;

use crate::domain::{
    record::{Page, Record, RecordId, Total},
    value::Value,
};

/// At most so many rows are held.
const MOST: usize = 1_200;

/// Rows around the cursor.
#[derive(Debug, Default)]
pub struct Window {
    rows: IndexMap<RecordId, Record>,
    /// How many stand before the first row.
    start: u64,
    /// Where the page behind the last row begins.
    next: u64,
    has_more: bool,
    total: Total,
    /// Part of the filter was applied on this side: [`Page::is_filtered_here`].
    is_filtered_here: bool,
    /// An id, never a position: a new page may put the record elsewhere.
    selected: Option<RecordId>,
    /// The first visible row, as far as the last key knew.
    top: usize,
    newer: usize,
}

impl Window {
    /// The rows, in the server's order.
    pub fn rows(&self) -> &IndexMap<RecordId, Record> {
        &self.rows
    }

    /// How many stand before the first row.
    pub fn start(&self) -> u64 {
        self.start
    }

    /// Where the page behind the last row begins.
    pub fn next(&self) -> u64 {
        self.next
    }

    /// Whether the server has more behind the last row.
    pub fn has_more(&self) -> bool {
        self.has_more
    }

    /// How many there are.
    pub fn total(&self) -> Total {
        self.total
    }

    /// Whether part of the filter was applied on this side ([`Page::is_filtered_here`]).
    pub fn is_filtered_here(&self) -> bool {
        self.is_filtered_here
    }

    /// How many came to stand above what is shown.
    pub fn newer(&self) -> usize {
        self.newer
    }

    /// The record under the cursor.
    pub fn selected(&self) -> Option<&Record> {
        self.rows.get(self.selected.as_ref()?)
    }

    /// Its id.
    pub fn selected_id(&self) -> Option<&RecordId> {
        self.selected.as_ref()
    }

    /// Where it stands among the rows.
    pub fn position(&self) -> usize {
        self.selected.as_ref().and_then(|id| self.rows.get_index_of(id)).unwrap_or(0)
    }

    /// The first visible row of a view so high: the cursor is always in it.
    pub fn top(&self, height: usize) -> usize {
        let (at, height) = (self.position(), height.max(1));
        let last = self.rows.len().saturating_sub(height);
        self.top.min(last).clamp((at + 1).saturating_sub(height), at)
    }

    /// Puts the cursor on the row, or on the last one.
    pub(super) fn select(&mut self, position: usize, height: usize) {
        let position = position.min(self.rows.len().saturating_sub(1));
        self.selected = self.rows.get_index(position).map(|(id, _)| id.clone());
        self.top = self.top(height);
        if position == 0 {
            self.newer = 0;
        }
    }

    pub(super) fn select_id(&mut self, id: &RecordId, height: usize) {
        if let Some(position) = self.rows.get_index_of(id) {
            self.select(position, height);
        }
    }

    /// The wheel: the view moves, and takes the cursor along only at its edges.
    pub(super) fn scroll(&mut self, rows: isize, height: usize) {
        let last = self.rows.len().saturating_sub(height);
        let top = self.top(height).saturating_add_signed(rows).min(last);
        let at = self.position().clamp(top, top + height.saturating_sub(1));
        self.top = top;
        self.select(at, height);
    }

    /// A page: behind the rows, before them, among them, or in their place.
    pub(super) fn take(&mut self, page: Page, height: usize) {
        self.is_filtered_here = page.is_filtered_here;
        if !self.rows.is_empty() && page.offset == self.next && page.offset > self.start {
            self.append(page);
        } else if page.offset < self.start && page.offset + page.received >= self.start {
            self.prepend(page);
        } else if self.is_among(&page) {
            self.splice(page);
        } else {
            self.replace(page, height);
        }
        let lost = self.selected.as_ref().is_none_or(|id| !self.rows.contains_key(id));
        if lost && !self.rows.is_empty() {
            let first = self.top.min(self.rows.len() - 1);
            self.select(first, height);
        }
        if self.rows.is_empty() {
            self.selected = None;
        }
    }

    fn append(&mut self, page: Page) {
        self.next = page.offset + page.received;
        self.has_more = page.has_more;
        self.total = page.total;
        // An id that came already keeps its place: the order may have ties (E§5).
        for (id, record) in page.records {
            self.rows.insert(id, record);
        }
        let surplus = self.rows.len().saturating_sub(MOST);
        if surplus > 0 {
            self.rows.drain(..surplus);
            self.start += surplus as u64;
            self.top = self.top.saturating_sub(surplus);
        }
    }

    fn prepend(&mut self, page: Page) {
        let before = self.rows.len();
        let mut rows = page.records;
        for (id, record) in std::mem::take(&mut self.rows) {
            rows.entry(id).or_insert(record);
        }
        self.top += rows.len() - before;
        self.start = page.offset;
        self.rows = rows;
        let surplus = self.rows.len().saturating_sub(MOST);
        if surplus > 0 {
            self.rows.truncate(MOST);
            self.next = self.next.saturating_sub(surplus as u64);
            self.has_more = true;
        }
    }

    /// Whether a page is of rows that are held, beside the one under the cursor: they were kept, and
    /// the server's own come now.
    fn is_among(&self, page: &Page) -> bool {
        let behind = page.offset > self.start && page.offset < self.next;
        let is_selected_elsewhere = || {
            let selected = self.selected.as_ref().filter(|id| self.rows.contains_key(*id));
            page.offset == self.start && selected.is_some_and(|id| !page.records.contains_key(id))
        };
        behind || (page.received > 0 && self.is_beyond(page) && is_selected_elsewhere())
    }

    /// Whether the cursor stands behind what the page covers.
    fn is_beyond(&self, page: &Page) -> bool {
        self.start + self.position() as u64 >= page.offset + page.received
    }

    /// Fresh rows in the place of those that were held of the same part of the list.
    fn splice(&mut self, page: Page) {
        let place = |number: u64| usize::try_from(number - self.start).unwrap_or(usize::MAX);
        let end = page.offset + page.received;
        let (from, upto) = (place(page.offset), place(end));
        let mut old = std::mem::take(&mut self.rows);
        let mut behind = old.split_off(upto.min(old.len()));
        old.truncate(from);
        old.retain(|id, _| !page.records.contains_key(id));
        old.extend(page.records);
        if end >= self.next || !page.has_more {
            (self.next, self.has_more) = (end, page.has_more);
            behind.clear();
        }
        behind.retain(|id, _| !old.contains_key(id));
        old.extend(behind);
        self.total = page.total;
        self.rows = old;
    }

    /// Fresh rows in the place of old ones: the selected record keeps its row on the screen.
    fn replace(&mut self, page: Page, height: usize) {
        let row = self.position().saturating_sub(self.top(height));
        let stays = self.selected.as_ref().and_then(|id| page.records.get_index_of(id));
        let known = page.records.keys().position(|id| self.rows.contains_key(id));
        let same_place = page.offset == self.start && !self.rows.is_empty();
        let was_at_top = self.top == 0 && self.position() == 0;
        self.start = page.offset;
        self.next = page.offset + page.received;
        self.has_more = page.has_more;
        self.total = page.total;
        self.rows = page.records;
        if was_at_top || stays.is_none() {
            self.newer = 0;
        } else if let (true, Some(newer)) = (same_place, known) {
            self.newer += newer;
        }
        if was_at_top && !self.rows.is_empty() && stays == Some(0) {
            self.top = 0;
        } else if let Some(at) = stays {
            self.top = at.saturating_sub(row);
        }
        if self.top == 0 {
            self.newer = 0;
        }
    }

    /// A record as it is now, if it is among the rows; fields that the rows show are replaced.
    pub(super) fn refresh(&mut self, record: &Record) -> bool {
        let Some(row) = self.rows.get_mut(&record.id) else { return false };
        for (field, value) in &record.fields {
            if let Some(shown) = row.fields.get_mut(field) {
                shown.clone_from(value);
            }
        }
        true
    }

    /// Whether the row shows anything else than the record says.
    pub(super) fn differs(&self, record: &Record) -> bool {
        let Some(row) = self.rows.get(&record.id) else { return true };
        let differs = |(field, value): (&String, &Value)| {
            row.fields.get(field).is_some_and(|shown| shown != value)
        };
        record.fields.iter().any(differs)
    }

    /// A new record above the others: it is announced, and pushes nothing away.
    pub(super) fn put_above(&mut self, record: Record) {
        self.rows.shift_insert(0, record.id.clone(), record);
        self.next = self.next.saturating_add(1);
        if let Total::Exact(total) = &mut self.total {
            *total = total.saturating_add(1);
        }
        self.top += 1;
        self.newer += 1;
    }

    /// A record that is gone; the cursor goes to the one in its place.
    pub(super) fn remove(&mut self, id: &RecordId, height: usize) {
        let Some((position, ..)) = self.rows.shift_remove_full(id) else { return };
        self.next = self.next.saturating_sub(1);
        if let Total::Exact(total) = &mut self.total {
            *total = total.saturating_sub(1);
        }
        if self.selected.as_ref() == Some(id) {
            self.select(position, height);
        }
    }

    /// A new record, on top until the list is asked again.
    pub(super) fn put_first(&mut self, record: Record, height: usize) {
        let id = record.id.clone();
        self.rows.shift_insert(0, id.clone(), record);
        self.next = self.next.saturating_add(1);
        if let Total::Exact(total) = &mut self.total {
            *total = total.saturating_add(1);
        }
        self.select_id(&id, height);
    }

    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::schema::EntityName;

    const HEIGHT: usize = 10;

    fn page(offset: u64, ids: impl IntoIterator<Item = u64>, has_more: bool) -> Page {
        let record = |id: u64| {
            let id = RecordId::from(id.to_string().as_str());
            let entity = EntityName::try_from("Account").unwrap();
            let fields = IndexMap::new();
            let (version, url, is_complete, cut) = (None, None, false, Vec::new());
            (id.clone(), Record { entity, id, fields, version, url, is_complete, cut })
        };
        let records: IndexMap<_, _> = ids.into_iter().map(record).collect();
        let received = records.len() as u64;
        Page { records, total: Total::Unknown, offset, received, has_more, ..Page::default() }
    }

    fn ids(window: &Window) -> Vec<&str> {
        window.rows().keys().map(RecordId::as_str).collect()
    }

    #[test]
    fn the_selection_follows_its_record_not_its_place() {
        let mut window = Window::default();
        window.take(page(0, [1, 2, 3], false), HEIGHT);
        window.select(1, HEIGHT);
        window.take(page(0, [9, 8, 2], false), HEIGHT);
        assert_eq!((window.selected_id().unwrap().as_str(), window.position()), ("2", 2));
    }

    #[test]
    fn a_record_that_went_gives_its_place_to_the_next() {
        let mut window = Window::default();
        window.take(page(0, [1, 2, 3], false), HEIGHT);
        window.select(1, HEIGHT);
        window.remove(&RecordId::from("2"), HEIGHT);
        assert_eq!(window.selected_id().unwrap().as_str(), "3");
    }

    #[test]
    fn pages_are_joined_without_repeated_ids() {
        let mut window = Window::default();
        window.take(page(0, [1, 2, 3], true), HEIGHT);
        window.take(page(3, [3, 4, 5], false), HEIGHT);
        assert_eq!(ids(&window), ["1", "2", "3", "4", "5"]);
        assert_eq!((window.next(), window.has_more()), (6, false));
    }

    #[test]
    fn fresh_rows_of_a_page_behind_leave_the_cursor_and_the_rows_before() {
        let mut window = Window::default();
        window.take(page(0, 0..50, true), 10);
        window.select(15, 10);
        window.take(page(50, 50..100, true), 10); // kept
        window.take(page(50, 60..110, true), 10); // the server's own
        assert_eq!((window.start(), window.next(), window.rows().len()), (0, 100, 100));
        assert_eq!((window.position(), window.selected_id().unwrap().as_str()), (15, "15"));
        let last = window.rows().keys().last().unwrap().as_str().to_owned();
        assert_eq!((last.as_str(), window.has_more()), ("109", true));
        // The first page anew, with a record that came: what stands behind stays.
        window.select(80, 10);
        window.take(page(0, 200..250, true), 10);
        assert_eq!((window.position(), window.selected_id().unwrap().as_str()), (80, "90"));
        // The list became shorter.
        window.take(page(50, 60..70, false), 10);
        assert_eq!((window.rows().len(), window.next(), window.has_more()), (60, 60, false));
        assert!(window.selected().is_some());
    }

    #[test]
    fn a_window_forgets_what_lies_far_off_and_takes_it_back() {
        let mut window = Window::default();
        for number in 0..10 {
            window.take(page(number * 200, number * 200..(number + 1) * 200, true), HEIGHT);
            window.select(usize::MAX, HEIGHT);
        }
        assert_eq!((window.rows().len(), window.start(), window.next()), (1_200, 800, 2_000));
        assert_eq!(window.selected_id().unwrap().as_str(), "1999");
        window.select(0, HEIGHT);
        window.take(page(600, 600..800, true), HEIGHT);
        assert_eq!((window.start(), window.rows().len()), (600, 1_200));
        assert_eq!(window.selected_id().unwrap().as_str(), "800");
        assert!(window.has_more() && window.next() == 1_800);
    }

    #[test]
    fn newer_records_are_announced_and_push_nothing_away() {
        let mut window = Window::default();
        window.take(page(0, 10..60, false), HEIGHT);
        window.select(20, HEIGHT);
        let row = window.position() - window.top(HEIGHT);
        window.take(page(0, 7..57, false), HEIGHT);
        assert_eq!(window.newer(), 3);
        assert_eq!(window.position() - window.top(HEIGHT), row);
        window.select(0, HEIGHT);
        assert_eq!(window.newer(), 0);
    }
}
