//! Query strings as PHP reads them: `where[0][value][]=x`.

use serde_json::{Map, Value, json};

/// The query as a tree of objects and texts. Lists are objects with the keys 0, 1, 2…
pub fn tree(query: &str) -> Value {
    let mut root = Value::Object(Map::new());
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (key, value) = (decode(key), decode(value));
        insert(&mut root, &path(&key), value);
    }
    root
}

fn path(key: &str) -> Vec<String> {
    let Some((head, rest)) = key.split_once('[') else { return vec![key.to_owned()] };
    let mut path = vec![head.to_owned()];
    path.extend(rest.split('[').map(|part| part.trim_end_matches(']').to_owned()));
    path
}

fn insert(at: &mut Value, path: &[String], value: String) {
    let Some((head, rest)) = path.split_first() else {
        *at = json!(value);
        return;
    };
    if !at.is_object() {
        *at = Value::Object(Map::new());
    }
    let Some(map) = at.as_object_mut() else { return };
    let key = if head.is_empty() { map.len().to_string() } else { head.clone() };
    insert(map.entry(key).or_insert(Value::Null), rest, value);
}

/// The items of a list, whether JSON gave an array or PHP an object with the keys 0..n.
pub fn items(value: &Value) -> Option<Vec<&Value>> {
    match value {
        Value::Array(items) => Some(items.iter().collect()),
        Value::Object(map) => (0..map.len()).map(|place| map.get(&place.to_string())).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => None,
    }
}

/// A value's text, for texts, numbers and booleans.
pub fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Percent-decoded, `+` as a space. What is not UTF-8 becomes replacement characters.
pub fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = bytes.get(at + 1..at + 3).and_then(|two| std::str::from_utf8(two).ok());
        match (byte, hex.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(value)) => {
                decoded.push(value);
                at += 3;
                continue;
            }
            (b'+', _) => decoded.push(b' '),
            _ => decoded.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn php_arrays_become_a_tree() {
        let tree = tree(
            "where%5B0%5D%5Btype%5D=in&where[0][value][]=a+b&where[0][value][]=%C3%A9&boolFilterList[]=onlyMy",
        );
        assert_eq!(tree["where"]["0"]["value"], json!({"0": "a b", "1": "é"}));
        assert_eq!(items(&tree["boolFilterList"]), Some(vec![&json!("onlyMy")]));
    }
}
