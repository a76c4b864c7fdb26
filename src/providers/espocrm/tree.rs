//! Where-items as a tree, and its opposite. E§5: `not` is forbidden to API callers, so a
//! negation is pushed down to the items; and since an empty attribute is neither equal nor
//! unequal to anything in SQL, the opposite of an item also matches what is empty.
use serde_json::{Value as Json, json};

/// A condition as the server takes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// All of these.
    All(Vec<Tree>),
    /// At least one of these.
    Any(Vec<Tree>),
    /// One item.
    Item {
        /// How.
        test: Test,
        /// Of which attribute or link.
        attribute: String,
        /// Against what; `Null` = nothing.
        value: Json,
    },
}

/// The types of items that are used here, by the server's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::Display)]
#[strum(serialize_all = "camelCase")]
pub enum Test {
    Equals,
    NotEquals,
    In,
    NotIn,
    IsNull,
    IsNotNull,
    IsTrue,
    IsFalse,
    Like,
    NotLike,
    Contains,
    NotContains,
    StartsWith,
    GreaterThan,
    GreaterThanOrEquals,
    LessThan,
    LessThanOrEquals,
    LinkedWith,
    NotLinkedWith,
    IsLinked,
    IsNotLinked,
    ArrayAnyOf,
    ArrayNoneOf,
    ArrayIsEmpty,
    ArrayIsNotEmpty,
}

impl Tree {
    /// One item.
    pub fn item(test: Test, attribute: &str, value: Json) -> Self {
        Self::Item { test, attribute: attribute.to_owned(), value }
    }

    /// Nothing at all.
    pub fn nothing() -> Self {
        Self::item(Test::IsNull, "id", Json::Null)
    }

    /// As JSON.
    pub fn to_json(&self) -> Json {
        let group = |kind: &str, trees: &[Self]| {
            let items: Vec<_> = trees.iter().map(Self::to_json).collect();
            json!({ "type": kind, "value": items })
        };
        match self {
            // The server reads a group of nothing as no condition at all.
            Self::All(trees) if trees.is_empty() => Self::nothing().opposite().to_json(),
            Self::Any(trees) if trees.is_empty() => Self::nothing().to_json(),
            Self::All(trees) => group("and", trees),
            Self::Any(trees) => group("or", trees),
            Self::Item { test, attribute, value: Json::Null } => {
                json!({ "type": test.to_string(), "attribute": attribute })
            }
            Self::Item { test, attribute, value } => {
                json!({ "type": test.to_string(), "attribute": attribute, "value": value })
            }
        }
    }

    /// What matches exactly the others.
    #[must_use]
    pub fn opposite(&self) -> Self {
        match self {
            Self::All(trees) => Self::Any(trees.iter().map(Self::opposite).collect()),
            Self::Any(trees) => Self::All(trees.iter().map(Self::opposite).collect()),
            Self::Item { test, attribute, value } => opposite(*test, attribute, value),
        }
    }
}

fn opposite(test: Test, attribute: &str, value: &Json) -> Tree {
    let other = |test| Tree::item(test, attribute, value.clone());
    let or_null =
        |test| Tree::Any(vec![other(test), Tree::item(Test::IsNull, attribute, Json::Null)]);
    match test {
        Test::Equals => or_null(Test::NotEquals),
        Test::NotEquals => or_null(Test::Equals),
        Test::In => or_null(Test::NotIn),
        Test::NotIn => or_null(Test::In),
        Test::Like => or_null(Test::NotLike),
        Test::NotLike => or_null(Test::Like),
        Test::Contains => or_null(Test::NotContains),
        Test::NotContains => or_null(Test::Contains),
        // There is no opposite of its own; as there, `%` stands for anything.
        Test::StartsWith => {
            let pattern = json!(format!("{}%", value.as_str().unwrap_or_default()));
            let unlike = Tree::item(Test::NotLike, attribute, pattern);
            Tree::Any(vec![unlike, Tree::item(Test::IsNull, attribute, Json::Null)])
        }
        Test::GreaterThan => or_null(Test::LessThanOrEquals),
        Test::GreaterThanOrEquals => or_null(Test::LessThan),
        Test::LessThan => or_null(Test::GreaterThanOrEquals),
        Test::LessThanOrEquals => or_null(Test::GreaterThan),
        Test::IsNull => other(Test::IsNotNull),
        Test::IsNotNull => other(Test::IsNull),
        Test::IsTrue => other(Test::IsFalse),
        Test::IsFalse => other(Test::IsTrue),
        Test::LinkedWith => other(Test::NotLinkedWith),
        Test::NotLinkedWith => other(Test::LinkedWith),
        Test::IsLinked => other(Test::IsNotLinked),
        Test::IsNotLinked => other(Test::IsLinked),
        Test::ArrayAnyOf => other(Test::ArrayNoneOf),
        Test::ArrayNoneOf => other(Test::ArrayAnyOf),
        Test::ArrayIsEmpty => other(Test::ArrayIsNotEmpty),
        Test::ArrayIsNotEmpty => other(Test::ArrayIsEmpty),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    type Row = HashMap<String, Option<i64>>;

    /// SQL's logic over a small row: what is unknown does not match.
    fn matches(json: &Json, row: &Row) -> bool {
        let items = || json["value"].as_array().cloned().unwrap_or_default();
        let value = row.get(json["attribute"].as_str().unwrap_or_default()).copied().flatten();
        let given = json["value"].as_i64();
        let compare = |test: fn(i64, i64) -> bool| match (value, given) {
            (Some(value), Some(given)) => test(value, given),
            _ => false,
        };
        let is_in = |v: i64| items().iter().any(|item| item.as_i64() == Some(v));
        match json["type"].as_str().unwrap() {
            "and" => items().iter().all(|item| matches(item, row)),
            "or" => items().iter().any(|item| matches(item, row)),
            "equals" => compare(|a, b| a == b),
            "notEquals" => compare(|a, b| a != b),
            "in" => value.is_some_and(is_in),
            "notIn" => value.is_some_and(|v| !is_in(v)),
            "greaterThan" => compare(|a, b| a > b),
            "greaterThanOrEquals" => compare(|a, b| a >= b),
            "lessThan" => compare(|a, b| a < b),
            "lessThanOrEquals" => compare(|a, b| a <= b),
            "isNull" => value.is_none(),
            "isNotNull" => value.is_some(),
            other => panic!("{other} is not evaluated here"),
        }
    }

    fn tree() -> impl Strategy<Value = Tree> {
        let attribute = prop_oneof![Just("a"), Just("b")];
        let test = prop_oneof![
            Just(Test::Equals),
            Just(Test::NotEquals),
            Just(Test::GreaterThan),
            Just(Test::GreaterThanOrEquals),
            Just(Test::LessThan),
            Just(Test::LessThanOrEquals),
        ];
        let empty = prop_oneof![Just(Test::IsNull), Just(Test::IsNotNull)];
        let several = prop_oneof![Just(Test::In), Just(Test::NotIn)];
        let leaf = prop_oneof![
            (test, attribute.clone(), -2i64..3).prop_map(|(t, a, v)| Tree::item(t, a, json!(v))),
            (empty, attribute.clone()).prop_map(|(t, a)| Tree::item(t, a, Json::Null)),
            (several, attribute, proptest::collection::vec(-2i64..3, 1..3))
                .prop_map(|(t, a, v)| Tree::item(t, a, json!(v))),
        ];
        leaf.prop_recursive(3, 16, 3, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(Tree::All),
                proptest::collection::vec(inner, 0..3).prop_map(Tree::Any),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_opposite_matches_exactly_the_other_rows(
            tree in tree(),
            a in proptest::option::of(-2i64..3),
            b in proptest::option::of(-2i64..3),
        ) {
            let row = Row::from([
                ("id".to_owned(), Some(1)), ("a".to_owned(), a), ("b".to_owned(), b),
            ]);
            let is_matched = matches(&tree.to_json(), &row);
            prop_assert_eq!(is_matched, !matches(&tree.opposite().to_json(), &row));
            prop_assert_eq!(is_matched, matches(&tree.opposite().opposite().to_json(), &row));
        }
    }

    #[test]
    fn no_item_has_a_key_that_the_server_does_not_know() {
        let tree = Tree::All(vec![Tree::item(Test::StartsWith, "name", json!("A"))]);
        let item = tree.opposite().to_json();
        assert_eq!(item["value"][0]["value"][0]["type"], "notLike");
        assert_eq!(item["value"][0]["value"][0]["value"], "A%");
        assert_eq!(Tree::nothing().to_json(), json!({"type": "isNull", "attribute": "id"}));
    }
}
