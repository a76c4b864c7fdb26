//! Metadata, lists and records.

use crate::house::{assert_same_keys, house, recorded};

#[tokio::test]
async fn records_have_the_attributes_that_the_real_server_gives() {
    let house = house().await;
    for (entity, recording) in [
        ("Account", "get-account"),
        ("Contact", "get-contact"),
        ("Lead", "get-lead"),
        ("Opportunity", "get-opportunity"),
        ("Task", "get-task-datetime"),
        ("Meeting", "get-meeting"),
        ("Call", "get-call"),
        ("Case", "get-case"),
        ("Document", "get-document"),
    ] {
        let id = house.first_id(entity).await;
        let record = house.get(&format!("{entity}/{id}")).await;
        assert_eq!(record.status, 200, "{entity}: {}", record.body);
        if let Some(recorded) = recorded(recording) {
            assert_same_keys(&record.json(), &recorded, entity);
        }
    }
}
