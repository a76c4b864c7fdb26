//! Deep lists: every record comes exactly once, though others are added while they are read.
use std::collections::BTreeSet;

use futures_util::future::join_all;

use ficha::{
    action::Layer,
    domain::{
        action::{Action, Outcome},
        connection::{ConnectionId, Kind},
        query::{Order, Query},
        record::{Page, RecordId, Total},
        schema::EntityName,
        value::Value,
    },
};

use super::{
    stage::{Stage, Who},
    stand::Stand,
};

/// Somebody adds a contact behind every so many pages.
const ADDED_EVERY: usize = 3;

struct Reader<'a> {
    layer: &'a Layer,
    id: ConnectionId,
    order: Option<Order>,
}

impl Reader<'_> {
    async fn page(&self, offset: u64) -> Page {
        let contacts = EntityName::try_from("Contacts").unwrap();
        let columns = vec!["lastname".to_owned()];
        let query =
            Query { columns, order: self.order.clone(), offset, ..Query::all(contacts, 100) };
        match self.layer.run(self.id, Action::List(query), |_| {}).await.unwrap().outcome {
            Outcome::Page(page) => page,
            other => panic!("no page but {other:?}"),
        }
    }

    async fn add(&self, name: &str) -> RecordId {
        let edits = [("lastname".to_owned(), Value::Text(name.to_owned()))].into_iter().collect();
        let entity = EntityName::try_from("Contacts").unwrap();
        let action = Action::Create { entity, edits, despite_duplicates: true };
        match self.layer.run(self.id, action, |_| {}).await.unwrap().outcome {
            Outcome::Written(written) => written.record.id,
            other => panic!("nothing was written but {other:?}"),
        }
    }

    /// Reads all, page after page, while others are added: whether each that was there comes, and
    /// none twice. How many there were.
    async fn reads_each_once(&self, title: &str) -> u64 {
        let (mut all, mut added) = (Vec::new(), BTreeSet::new());
        let (mut offset, mut total) = (0, 0);
        for place in 0.. {
            let page = self.page(offset).await;
            if let (0, Total::Exact(counted)) = (offset, page.total) {
                total = counted;
            }
            offset = page.offset + page.received;
            all.extend(page.records.into_keys());
            if !page.has_more {
                break;
            }
            if place % ADDED_EVERY == 0 {
                // At the beginning of every order, in its middle, and at its end.
                added.insert(self.add(["Aaa", "Moe", "Zzz"][place % 3]).await);
            }
        }
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len(), "{title}: some came twice");
        let old = all.iter().filter(|id| !added.contains(id)).count();
        assert_eq!(old as u64, total, "{title}: some never came");
        assert!(!added.is_empty(), "{title}: nothing was added");
        total
    }
}

fn stands() -> [Stand; 2] {
    [Kind::Vtiger, Kind::VtigerCloud].map(|kind| Stand { kind, through: false })
}

#[tokio::test]
async fn ten_thousand_records_are_paged_through_exactly_once_while_others_are_added() {
    let each = stands().map(|stand| async move {
        let mut stage = Stage::open(stand, 10_000).await;
        let (layer, id) = stage.layer(Who::Full).await;
        let reader = Reader { layer: &layer, id, order: None };
        let total = reader.reads_each_once(&format!("{stand}, the newest first")).await;
        assert!(total >= 10_000, "only {total} records");
    });
    join_all(each).await;
}

/// By a name that many share, by a day that many lack, and by the name that has two parts.
#[tokio::test]
async fn so_they_are_in_every_order() {
    for stand in stands() {
        let mut stage = Stage::open(stand, 330).await;
        let (layer, id) = stage.layer(Who::Full).await;
        for field in ["lastname", "birthday", "createdtime", "label"] {
            for descending in [false, true] {
                let order = Some(Order { field: field.to_owned(), descending });
                let reader = Reader { layer: &layer, id, order };
                reader.reads_each_once(&format!("{stand}, by {field}, {descending}")).await;
            }
        }
    }
}
