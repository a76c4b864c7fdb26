//! The cache, for `ficha cache`: the command line itself does not know it.
use serde_json::{Value as Json, json};

use crate::{
    cache::Cache,
    cli::shell::{Boxed, Kept},
};

/// Answers for the cache.
pub struct OfCache(pub Cache);

impl Kept for OfCache {
    fn status(&self) -> Boxed<Json> {
        let cache = self.0.clone();
        Box::pin(async move {
            let status = cache.status().await;
            let held = status.held.iter().map(|held| {
                json!({
                    "identity": held.identity,
                    "pages": held.pages,
                    "records": held.records,
                    "values": held.values,
                    "oldest": held.oldest.map(|oldest| oldest.to_string()),
                    "newest": held.newest.map(|newest| newest.to_string()),
                })
            });
            let held: Vec<Json> = held.collect();
            json!({"path": status.path, "in_memory": status.in_memory, "bytes": status.bytes, "connections": held})
        })
    }

    fn clear(&self, identity: Option<String>) -> Boxed<()> {
        let cache = self.0.clone();
        Box::pin(async move { cache.clear(identity.as_deref()).await })
    }
}
