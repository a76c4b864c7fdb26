//! A hundred thousand contacts. Slow in a debug build: `cargo test --release --test demo -- --ignored`.

use crate::house::{house_with, options};
use std::time::{Duration, Instant};

#[tokio::test]
#[ignore = "makes 100,000 contacts: for release builds"]
async fn a_hundred_thousand_contacts_are_made_and_paged_in_good_time() {
    let begun = Instant::now();
    let house = house_with(ficha::demo::Options { records: 100_000, ..options() }).await;
    println!("seeded in {:?}: {:?}", begun.elapsed(), house.demo.introduction().records);
    for path in [
        "Contact?maxSize=200&offset=0&select=name,accountName,emailAddress,modifiedAt",
        "Contact?maxSize=200&offset=0&select=name,accountName,emailAddress,modifiedAt",
        "Contact?maxSize=200&offset=99000&select=name,accountName,emailAddress",
        "Contact?maxSize=200&orderBy=name&order=asc&select=name",
        "Contact?maxSize=50&textFilter=grace&select=name",
        "Contact?maxSize=50&orderBy=account&select=name",
        "Opportunity?maxSize=200&select=name,stage,amount&primaryFilter=open",
    ] {
        let begun = Instant::now();
        assert_eq!(house.get(path).await.status, 200);
        println!("{:>10.2?}  {path}", begun.elapsed());
        assert!(begun.elapsed() < Duration::from_secs(5), "{path}");
    }
}
