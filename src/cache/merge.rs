//! What stands of one record: what lists held of it, and the record as it was read by itself.
use jiff::Timestamp;

use super::Kept;
use crate::domain::{record::Record, value::Value};

/// Both kept apart, since a list's fewer and shortened fields must never pass for a whole record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Standing {
    pub(super) listed: Option<Kept<Record>>,
    pub(super) whole: Option<Kept<Record>>,
}

impl Standing {
    /// A list's row: newer values go into both; the whole record stays as complete, as old and
    /// of the version that it was, so that an edit against it still meets the server's check.
    pub(super) fn take_listed(&mut self, row: &Record, seen: Timestamp) {
        if let Some(whole) = self.whole.as_mut().filter(|whole| whole.seen <= seen) {
            overlay_known(&mut whole.value, row);
        }
        match self.listed.as_mut() {
            Some(listed) if listed.seen <= seen => {
                overlay(&mut listed.value, row);
                listed.seen = seen;
            }
            Some(listed) => add_missing(&mut listed.value, row),
            None => {
                let value = Record { is_complete: false, ..row.clone() };
                self.listed = Some(Kept { value, seen });
            }
        }
    }

    /// A whole record: replaces an older one; lists show its values from now on.
    pub(super) fn take_whole(&mut self, record: &Record, seen: Timestamp) {
        if self.whole.as_ref().is_some_and(|whole| whole.seen > seen) {
            return;
        }
        if let Some(listed) = self.listed.as_mut().filter(|listed| listed.seen <= seen) {
            overlay_known(&mut listed.value, record);
            listed.seen = seen;
        }
        let mut value = record.clone();
        if let Some(listed) = self.listed.as_ref().filter(|listed| listed.seen > seen) {
            overlay_known(&mut value, &listed.value);
        }
        self.whole = Some(Kept { value, seen });
    }

    /// The best there is: whole, else what lists held.
    pub(super) fn best(self) -> Option<Kept<Record>> {
        self.whole.or(self.listed)
    }

    /// When any of it was seen last.
    pub(super) fn seen(&self) -> Option<Timestamp> {
        let seen = |kept: &Option<Kept<Record>>| kept.as_ref().map(|kept| kept.seen);
        seen(&self.listed).max(seen(&self.whole))
    }

    /// Every field that is known, whole ones first.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&String, &Value)> {
        let whole = self.whole.as_ref().map(|kept| &kept.value.fields);
        let listed = self.listed.as_ref().map(|kept| &kept.value.fields);
        let known = move |name: &String| whole.is_some_and(|fields| fields.contains_key(name));
        let rest = listed.into_iter().flatten().filter(move |(name, _)| !known(name));
        whole.into_iter().flatten().chain(rest)
    }
}

/// All fields of the newer one.
fn overlay(old: &mut Record, new: &Record) {
    for (name, value) in &new.fields {
        old.fields.insert(name.clone(), value.clone());
    }
    old.cut.retain(|name| !new.fields.contains_key(name));
    old.cut.extend(new.cut.iter().cloned());
    old.url.clone_from(&new.url);
    old.version = new.version;
}

/// Only fields that the old one has, and no shortened text.
fn overlay_known(old: &mut Record, new: &Record) {
    for (name, value) in new.fields.iter().filter(|(name, _)| !new.cut.contains(name)) {
        if let Some(old_value) = old.fields.get_mut(name) {
            old_value.clone_from(value);
            old.cut.retain(|cut| cut != name);
        }
    }
}

/// Only fields that the newer one did not bring.
fn add_missing(new: &mut Record, old: &Record) {
    for (name, value) in &old.fields {
        if !new.fields.contains_key(name) {
            new.fields.insert(name.clone(), value.clone());
            new.cut.extend(old.cut.iter().filter(|cut| *cut == name).cloned());
        }
    }
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;

    use super::*;
    use crate::domain::{record::RecordId, schema::EntityName};

    fn record(fields: &[(&str, &str)], is_complete: bool) -> Record {
        let text = |(name, text): &(&str, &str)| ((*name).into(), Value::Text((*text).into()));
        Record {
            entity: EntityName::try_from("Contact").unwrap(),
            id: RecordId::from("1"),
            fields: fields.iter().map(text).collect::<IndexMap<_, _>>(),
            version: is_complete.then_some(7),
            url: None,
            is_complete,
            cut: vec![],
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn text(kept: Option<&Kept<Record>>, field: &str) -> String {
        format!("{:?}", kept.and_then(|kept| kept.value.value(field)))
    }

    #[test]
    fn a_list_row_brings_a_whole_record_newer_values_and_takes_nothing_from_it() {
        let mut standing = Standing::default();
        standing.take_whole(&record(&[("name", "old"), ("note", "long")], true), at(1));
        standing.take_listed(&record(&[("name", "new"), ("owner", "x")], false), at(2));
        let whole = standing.best().unwrap();
        assert_eq!(whole.value.fields, record(&[("name", "new"), ("note", "long")], true).fields);
        assert_eq!((whole.seen, whole.value.is_complete), (at(1), true));
        assert_eq!(whole.value.version, Some(7), "the version is that of the reading");
    }

    #[test]
    fn a_late_answer_overwrites_nothing_newer() {
        let mut standing = Standing::default();
        standing.take_whole(&record(&[("name", "new")], true), at(5));
        standing.take_listed(&record(&[("name", "older")], false), at(4));
        standing.take_whole(&record(&[("name", "oldest")], true), at(3));
        assert!(text(standing.whole.as_ref(), "name").contains("new"));
        standing.take_listed(&record(&[("name", "a")], false), at(9));
        standing.take_whole(&record(&[("name", "late"), ("note", "n")], true), at(7));
        assert!(text(standing.whole.as_ref(), "name").contains('a'), "the list knew better");
        standing.take_listed(&record(&[("name", "b"), ("more", "m")], false), at(8));
        assert!(text(standing.listed.as_ref(), "name").contains('a'));
        assert!(text(standing.listed.as_ref(), "more").contains('m'));
    }

    #[test]
    fn a_shortened_text_never_replaces_the_whole_one() {
        let mut standing = Standing::default();
        standing.take_whole(&record(&[("note", "all of it")], true), at(1));
        let cut = Record { cut: vec!["note".into()], ..record(&[("note", "all")], false) };
        standing.take_listed(&cut, at(2));
        assert!(text(standing.whole.as_ref(), "note").contains("all of it"));
        standing.take_whole(&record(&[("note", "all of it")], true), at(3));
        assert_eq!(standing.listed.unwrap().value.cut, Vec::<String>::new());
    }

    #[test]
    fn a_saved_record_shows_in_the_list_with_its_new_values() {
        let mut standing = Standing::default();
        standing.take_listed(&record(&[("name", "old")], false), at(1));
        standing.take_whole(&record(&[("name", "saved"), ("note", "n")], true), at(2));
        let fields = standing.listed.unwrap().value.fields;
        assert_eq!(fields, record(&[("name", "saved")], false).fields);
    }
}
