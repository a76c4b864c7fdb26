//! PLACEHOLDER of branch `net`, replaced at the merge by the cache of branch `store`: the same
//! signatures over maps in memory, so that the action layer compiles and its tests run.
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use crate::domain::{
    query::Query,
    record::{Page, Record, RecordId},
    schema::EntityName,
};

/// A value and when the server said it.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept<T> {
    /// What was kept.
    pub value: T,
    /// When the server said it.
    pub seen: Timestamp,
}

#[derive(Default)]
struct Maps {
    pages: HashMap<String, Kept<Page>>,
    records: HashMap<String, Kept<Record>>,
    values: HashMap<String, Kept<String>>,
}

/// What was seen before.
#[derive(Clone, Default)]
pub struct Cache(Arc<Mutex<Maps>>);

#[expect(clippy::unused_async, reason = "the real one asks a worker")]
impl Cache {
    /// One that forgets at the end.
    pub fn in_memory() -> Self {
        Self::default()
    }

    fn maps(&self) -> MutexGuard<'_, Maps> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A kept page.
    pub async fn page(&self, identity: &str, stamp: &str, query: &Query) -> Option<Kept<Page>> {
        self.maps().pages.get(&format!("{identity}\n{stamp}\n{query:?}")).cloned()
    }

    /// Keeps a page.
    pub async fn keep_page(
        &self,
        identity: &str,
        stamp: &str,
        query: &Query,
        page: &Page,
        seen: Timestamp,
    ) {
        let kept = Kept { value: page.clone(), seen };
        self.maps().pages.insert(format!("{identity}\n{stamp}\n{query:?}"), kept);
    }

    /// A kept record.
    pub async fn record(
        &self,
        identity: &str,
        entity: &EntityName,
        id: &RecordId,
    ) -> Option<Kept<Record>> {
        self.maps().records.get(&format!("{identity}\n{entity}\n{}", id.as_str())).cloned()
    }

    /// Keeps a record.
    pub async fn keep_record(&self, identity: &str, record: &Record, seen: Timestamp) {
        let key = format!("{identity}\n{}\n{}", record.entity, record.id.as_str());
        self.maps().records.insert(key, Kept { value: record.clone(), seen });
    }

    /// Forgets a record.
    pub async fn forget_record(&self, identity: &str, entity: &EntityName, id: &RecordId) {
        self.maps().records.remove(&format!("{identity}\n{entity}\n{}", id.as_str()));
    }

    /// A kept value.
    pub async fn value(&self, identity: &str, key: &str) -> Option<Kept<String>> {
        self.maps().values.get(&format!("{identity}\n{key}")).cloned()
    }

    /// Keeps a value.
    pub async fn keep_value(&self, identity: &str, key: &str, value: &str, seen: Timestamp) {
        let kept = Kept { value: value.to_owned(), seen };
        self.maps().values.insert(format!("{identity}\n{key}"), kept);
    }

    /// Kept records that hold the text.
    pub async fn search(&self, identity: &str, text: &str, limit: u32) -> Vec<Record> {
        let maps = self.maps();
        let mine = maps.records.iter().filter(|(key, _)| key.starts_with(identity));
        let records = mine.map(|(_, kept)| &kept.value);
        let holds = |record: &&Record| format!("{:?}", record.fields).contains(text);
        records.filter(holds).take(limit as usize).cloned().collect()
    }
}
