use indexmap::IndexMap;
use proptest::prelude::*;
use serde_json::{Map, json};

use super::*;
use crate::{
    domain::{
        schema::{Field, FieldKind},
        value::{Address, Money, Person, Point, Reference},
    },
    providers::espocrm::{
        codec::{self, Extent},
        encode::encode,
        value::decode,
    },
};

fn field(name: &str) -> Field {
    account().field(name).unwrap().clone()
}

fn read(name: &str, row: &Json) -> Option<Value> {
    decode(&field(name), row.as_object().unwrap())
}

#[test]
fn each_type_is_decoded_as_what_it_is() {
    let row = json!({
        "name": "Ä", "type": "", "website": null, "amount": 0.1, "amountCurrency": "EUR",
        "employees": 7.0, "share": 33.333, "isActive": false, "tags": ["a"], "level": 2,
        "since": "2026-02-28", "due": "2026-12-06 00:00:00", "dueDate": "2026-12-05",
        "assignedUserId": "u", "assignedUserName": "Ada", "parentId": "c", "parentType": "Contact",
        "teamsIds": ["t"], "teamsNames": {"t": "Team"}, "createdAt": "2026-11-22 19:56",
        "emailAddress": "a@x.test", "billingAddressCity": "Berlin", "options": {"a": [1]},
    });
    assert_eq!(read("name", &row), Some(text("Ä")));
    assert_eq!(read("type", &row), Some(Value::Empty));
    assert_eq!(read("website", &row), Some(Value::Empty));
    assert_eq!(read("description", &row), None, "it was not read");
    let amount = Money { amount: "0.1".parse().unwrap(), currency: "EUR".into() };
    assert_eq!(read("amount", &row), Some(Value::Money(amount)));
    assert!(read("employees", &row).unwrap().means_the_same(&Value::Integer(7)));
    assert_eq!(read("share", &row), Some(Value::Number("33.333".parse().unwrap())));
    assert_eq!(read("isActive", &row), Some(Value::Bool(false)));
    assert_eq!(read("level", &row), Some(text("2")));
    assert_eq!(read("due", &row), Some(Value::Date("2026-12-05".parse().unwrap())));
    assert_eq!(
        read("createdAt", &row),
        Some(Value::DateTime("2026-11-22T19:56:00Z".parse().unwrap()))
    );
    let contact = Reference { entity: Some(name("Contact")), id: "c".into(), name: None };
    assert_eq!(read("parent", &row), Some(Value::Reference(contact)));
    let Some(Value::References(teams)) = read("teams", &row) else { panic!("no teams") };
    assert_eq!(teams[0].name.as_deref(), Some("Team"));
    let Some(Value::Points(points)) = read("emailAddress", &row) else { panic!("no mail") };
    assert!(points[0].is_primary);
    let berlin = Address { city: "Berlin".into(), ..Address::default() };
    assert_eq!(read("billingAddress", &row), Some(Value::Address(berlin)));
    assert_eq!(read("options", &row), Some(Value::Json(json!({"a": [1]}))));
}

#[test]
fn a_surprise_is_kept_as_it_came() {
    let row = json!({"name": 5, "since": "soon", "employees": "many", "assignedUserId": [1]});
    for (name, kept) in [
        ("name", json!(5)),
        ("since", json!("soon")),
        ("employees", json!("many")),
        ("assignedUser", json!([1])),
    ] {
        assert_eq!(read(name, &row), Some(Value::Json(kept)), "{name}");
    }
}

#[test]
fn stale_numbers_beside_an_emptied_primary_are_not_believed() {
    let data = json!([{"phoneNumber": "+1", "type": "Office", "primary": true}]);
    let row = json!({"phoneNumber": null, "phoneNumberData": data});
    assert_eq!(read("phoneNumber", &row), Some(Value::Empty));
    let row = json!({"phoneNumber": "+1", "phoneNumberData": data});
    let Some(Value::Points(points)) = read("phoneNumber", &row) else { panic!("no phone") };
    assert_eq!(points[0].kind.as_deref(), Some("Office"));
}

#[test]
fn a_row_without_an_id_names_the_place() {
    let error = codec::record(&json!({"id": 5}), "list[3]", &account(), "", Extent::Part);
    let Err(Error::Unreadable { path, .. }) = error else { panic!("{error:?}") };
    assert_eq!(path, "list[3].id");
    let error = codec::record(&json!([]), "list[0]", &account(), "", Extent::Part);
    assert!(matches!(error, Err(Error::Unreadable { .. })));
}

#[test]
fn a_value_of_the_wrong_kind_is_refused_by_name() {
    let error = encode(&field("employees"), &text("seven")).unwrap_err();
    assert!(matches!(error, Error::Invalid { field: Some(name), .. } if name == "employees"));
    let nowhere = Reference { entity: None, id: "1".into(), name: None };
    assert!(encode(&field("parent"), &Value::Reference(nowhere)).is_err());
}

#[test]
fn clearing_sends_null_and_never_a_companion() {
    let cleared = |name: &str| Json::Object(encode(&field(name), &Value::Empty).unwrap());
    assert_eq!(cleared("phoneNumber"), json!({"phoneNumber": null}));
    assert_eq!(cleared("due"), json!({"due": null, "dueDate": null}));
    assert_eq!(cleared("assignedUser"), json!({"assignedUserId": null}));
    assert_eq!(cleared("teams"), json!({"teamsIds": []}));
    assert_eq!(cleared("isActive"), json!({"isActive": false}));
}

#[test]
fn money_keeps_every_digit() {
    let exact = Money { amount: "12345678901234567.89".parse().unwrap(), currency: "EUR".into() };
    let sent = encode(&field("amount"), &Value::Money(exact)).unwrap();
    assert_eq!(sent["amount"], json!("12345678901234567.89"));
    let usual = Money { amount: "48200.50".parse().unwrap(), currency: String::new() };
    let sent = encode(&field("amount"), &Value::Money(usual)).unwrap();
    assert_eq!(Json::Object(sent), json!({"amount": 48200.5}));
}

fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9 äß\"'%{}日\\\\]{1,12}"
}

fn id() -> impl Strategy<Value = String> {
    "[a-z0-9]{1,17}"
}

fn maybe() -> impl Strategy<Value = String> {
    "[a-z ü]{0,6}"
}

fn address() -> impl Strategy<Value = Value> {
    (words(), maybe(), maybe(), maybe(), maybe()).prop_map(
        |(street, city, state, postal_code, country)| {
            Value::Address(Address { street, city, state, postal_code, country })
        },
    )
}

/// Values that a field of that kind holds, without what the server composes.
fn value_of(kind: FieldKind) -> BoxedStrategy<Value> {
    let number = (-9_999_999_999i64..9_999_999_999, 0u32..6)
        .prop_map(|(digits, scale)| rust_decimal::Decimal::new(digits, scale));
    let date = (1900i16..2100, 1i8..=12, 1i8..=28);
    let date = date.prop_map(|(y, m, d)| jiff::civil::date(y, m, d));
    let moment = (0i64..4_000_000_000).prop_map(|s| jiff::Timestamp::from_second(s).unwrap());
    match kind {
        FieldKind::Text | FieldKind::LongText | FieldKind::Html | FieldKind::Url => {
            words().prop_map(Value::Text).boxed()
        }
        FieldKind::Enum => "[1-9]".prop_map(Value::Text).boxed(),
        FieldKind::Integer | FieldKind::Duration => any::<i64>().prop_map(Value::Integer).boxed(),
        FieldKind::Number => number.prop_map(Value::Number).boxed(),
        FieldKind::Money => (number, "[A-Z]{3}")
            .prop_map(|(amount, currency)| Value::Money(Money { amount, currency }))
            .boxed(),
        FieldKind::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        FieldKind::MultiEnum => {
            proptest::collection::vec(words(), 1..4).prop_map(Value::Many).boxed()
        }
        FieldKind::Date => date.prop_map(Value::Date).boxed(),
        FieldKind::DateTime => moment.prop_map(Value::DateTime).boxed(),
        FieldKind::DateOrTime => {
            prop_oneof![date.prop_map(Value::Date), moment.prop_map(Value::DateTime)].boxed()
        }
        FieldKind::Reference | FieldKind::AnyReference => id()
            .prop_map(|id| {
                Value::Reference(Reference { entity: Some(name("Contact")), id, name: None })
            })
            .boxed(),
        FieldKind::References | FieldKind::File => proptest::collection::vec(id(), 1..4)
            .prop_map(|ids| {
                let one = |id| Reference { entity: None, id, name: None };
                Value::References(ids.into_iter().map(one).collect())
            })
            .boxed(),
        FieldKind::Emails | FieldKind::Phones => {
            (words(), words(), proptest::option::of(words()), any::<[bool; 3]>())
                .prop_map(|(first, second, kind, [is_first, out, bad])| {
                    let point = |value: String, is_primary| Point {
                        value,
                        kind: kind.clone(),
                        is_primary,
                        is_opted_out: out,
                        is_invalid: bad,
                    };
                    Value::Points(vec![point(first, is_first), point(second, !is_first)])
                })
                .boxed()
        }
        FieldKind::Address => address().boxed(),
        FieldKind::PersonName => (maybe(), maybe(), maybe(), words())
            .prop_map(|(salutation, first, middle, last)| {
                Value::Person(Person { salutation, first, middle, last, full: String::new() })
            })
            .boxed(),
        FieldKind::Lines | FieldKind::Other => {
            words().prop_map(|text| Value::Json(json!([text]))).boxed()
        }
    }
}

fn fields() -> Vec<Field> {
    let schema = schema();
    let contact = schema.entity_type(&name("Contact")).unwrap();
    account().fields.into_values().chain(contact.fields.clone().into_values()).collect()
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,12}".prop_map(Json::from),
        "[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}( [0-9:]{1,8})?".prop_map(Json::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Json::from),
            proptest::collection::hash_map("[a-zA-Z]{1,10}", inner, 0..3)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_encoded_is_decoded_as_the_same(
        (field, value) in proptest::sample::select(fields()).prop_flat_map(|field| {
            let value = if field.wire_type == "image" { Just(Value::Empty).boxed() } else { value_of(field.kind) };
            (Just(field), value)
        })
    ) {
        let row = encode(&field, &value).unwrap();
        let back = decode(&field, &row).unwrap();
        prop_assert!(value.means_the_same(&back), "{} {:?} -> {:?} -> {:?}", field.name, value, row, back);
    }

    #[test]
    fn no_json_for_any_attribute_makes_it_panic(
        field in proptest::sample::select(fields()),
        values in proptest::collection::vec(any_json(), 8),
    ) {
        let mut row = Map::new();
        for (attribute, json) in codec::attributes(&field).into_iter().zip(values) {
            row.insert(attribute, json);
        }
        let decoded = decode(&field, &row);
        prop_assert!(decoded.is_some());
        let mut fields = IndexMap::new();
        fields.insert(field.name.clone(), field);
        let row = Json::Object(row);
        let read = codec::record(&row, "", &EntityType { fields, ..account() }, "", Extent::Whole);
        let is_unreadable = matches!(read, Err(Error::Unreadable { .. }));
        prop_assert!(is_unreadable, "it has no id");
    }

    #[test]
    fn no_answer_makes_a_conversation_panic(body in any_json(), status in 100u16..600) {
        let response = answer(status, &[("content-type", "text/html")], &body.to_string());
        for action in [
            Action::Whoami,
            Action::Get { entity: name("Account"), id: RecordId::from("1") },
            Action::List(crate::domain::query::Query::all(name("Account"), 5)),
            Action::Search { text: "x".into(), limit: 5 },
            Action::Describe(name("Account")),
            Action::Activity { entity: name("Account"), id: RecordId::from("1"), limit: 3 },
        ] {
            let mut conversation = super::super::Conversation::new(action, context());
            let mut step = conversation.next(Input::Go);
            for _ in 0..6 {
                if !matches!(step, Step::Send(_)) {
                    break;
                }
                step = conversation.next(Input::Answer(response.clone()));
            }
            prop_assert!(matches!(step, Step::Done(_)));
        }
    }
}
