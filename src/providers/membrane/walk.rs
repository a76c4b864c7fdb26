//! Lists that go on by cursors, where a page is asked for by how many stand before it. §3.
use std::collections::HashSet;

use serde_json::Value as Json;

use crate::domain::{
    error::Error,
    record::{Page, Record, Total},
};
use crate::providers::{cursors::Cursors, json::text};

/// At most so many exchanges are made to reach one page.
const STEPS: u32 = 200;

/// The way to one page.
#[derive(Debug)]
pub struct Walk {
    list: String,
    cursors: Cursors,
    offset: u64,
    limit: u64,
    /// How many stand before what is asked for next.
    at: u64,
    cursor: Option<String>,
    seen: HashSet<String>,
    kept: Vec<Json>,
    has_ended: bool,
    steps: u32,
}

impl Walk {
    /// To the page of `limit` behind `offset`. `list` names the list with all that it is asked
    /// for, but for these two.
    pub fn new(list: String, offset: u64, limit: u64, cursors: Cursors) -> Self {
        if offset == 0 {
            cursors.forget(&list);
        }
        let (at, cursor) = match cursors.before(&list, offset) {
            Some((at, cursor)) => (at, Some(cursor)),
            None => (0, None),
        };
        let (seen, kept) = (HashSet::new(), Vec::new());
        Self { list, cursors, offset, limit, at, cursor, seen, kept, has_ended: false, steps: 0 }
    }

    /// How many to ask for next, at most `most`.
    pub fn size(&self, most: u64) -> u64 {
        (self.offset + self.limit).saturating_sub(self.at).clamp(1, most.max(1))
    }

    /// Where the next ones begin; `None` = at the start.
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }

    /// How many stand before the next ones.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// Takes what came. It is the end where there is no cursor, nothing came, or nothing new. §3.
    pub fn take(&mut self, items: Vec<Json>, cursor: Option<String>) {
        self.steps += 1;
        let mut has_new = false;
        for item in items {
            let is_new = text(&item, "id").is_none_or(|id| self.seen.insert(id.to_owned()));
            if is_new {
                has_new = true;
                if self.at >= self.offset {
                    self.kept.push(item);
                }
                self.at += 1;
            }
        }
        self.has_ended = !has_new || cursor.is_none();
        if let Some(cursor) = cursor.filter(|_| !self.has_ended) {
            self.cursors.keep(&self.list, self.at, &cursor);
            self.cursor = Some(cursor);
        }
    }

    /// Whether enough came, or there is no more.
    ///
    /// Errors: [`Error::Unreadable`] where the list goes on for ever.
    pub fn is_there(&self) -> Result<bool, Error> {
        let there = self.has_ended || self.at >= self.offset + self.limit;
        if !there && self.steps >= STEPS {
            let reason = "the list goes on and on".to_owned();
            return Err(Error::Unreadable { path: "cursor".to_owned(), reason });
        }
        Ok(there)
    }

    /// All that was kept, when it is there.
    pub fn items(&self) -> &[Json] {
        &self.kept
    }

    /// The page.
    pub fn page(
        &self,
        read: impl Fn(&Json, &str) -> Result<Option<Record>, Error>,
    ) -> Result<Page, Error> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let mut page = Page { offset: self.offset, ..Page::default() };
        for (at, item) in self.kept.iter().take(limit).enumerate() {
            page.received += 1;
            if let Some(record) = read(item, &format!("items[{at}]"))? {
                page.records.insert(record.id.clone(), record);
            }
        }
        page.has_more = !self.has_ended || self.kept.len() > limit;
        page.total = if self.has_ended { Total::Exact(self.at) } else { Total::More };
        Ok(page)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn items(from: u64, count: u64) -> Vec<Json> {
        (from..from + count).map(|id| json!({"id": id.to_string()})).collect()
    }

    fn ids(walk: &Walk) -> Vec<String> {
        walk.items().iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_later_page_begins_where_an_earlier_one_ended() {
        let cursors = Cursors::default();
        let mut first = Walk::new("l".into(), 0, 2, cursors.clone());
        first.take(items(0, 2), Some("c2".into()));
        assert!(first.is_there().unwrap());
        let mut second = Walk::new("l".into(), 2, 2, cursors);
        assert_eq!((second.cursor(), second.at()), (Some("c2"), 2));
        second.take(items(2, 1), None);
        assert!(second.is_there().unwrap());
        assert_eq!(ids(&second), ["2"]);
    }

    #[test]
    fn a_page_whose_beginning_nobody_knows_is_walked_to() {
        let mut walk = Walk::new("l".into(), 3, 2, Cursors::default());
        assert_eq!(walk.size(1000), 5);
        walk.take(items(0, 2), Some("c2".into()));
        assert!(!walk.is_there().unwrap());
        assert_eq!((walk.size(1000), walk.cursor()), (3, Some("c2")));
        walk.take(items(2, 3), Some("c5".into()));
        assert!(walk.is_there().unwrap());
        assert_eq!(ids(&walk), ["3", "4"]);
    }

    #[test]
    fn a_cursor_that_leads_nowhere_is_the_end() {
        let mut walk = Walk::new("l".into(), 0, 50, Cursors::default());
        walk.take(items(0, 2), Some("c".into()));
        walk.take(items(0, 2), Some("c".into()));
        assert!(walk.is_there().unwrap());
        let mut empty = Walk::new("l".into(), 0, 50, Cursors::default());
        empty.take(Vec::new(), Some("c".into()));
        assert!(empty.is_there().unwrap());
    }

    #[test]
    fn a_list_without_an_end_is_an_error() {
        let mut walk = Walk::new("l".into(), 10_000, 50, Cursors::default());
        let mut at = 0;
        while walk.is_there() == Ok(false) {
            walk.take(items(at, 1), Some(format!("c{at}")));
            at += 1;
        }
        assert!(matches!(walk.is_there(), Err(Error::Unreadable { .. })));
    }
}
