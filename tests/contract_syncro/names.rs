//! The names of things (§9): each has a list that is read over HTTP, or stands among what the API
//! does not offer, with what to do instead.
use ficha::{
    action::Layer,
    domain::{
        action::{Action, Outcome},
        change::Edits,
        connection::ConnectionId,
        error::Error,
        query::{Compare, Filter, Query, Test},
        record::Record,
        schema::{EntityType, Field, FieldKind, ReadOnly},
        value::{Reference, Upload, Value},
    },
};
use rust_decimal::Decimal;

use super::demo::{ask, company, get, layer, name, now};

/// The name, and the entity type that stands for it; after a dash what is not offered.
const NAMES: [(&str, &str); 48] = [
    ("Customer", "Customer"),
    ("Device, Asset", "Asset"),
    ("Ticket", "Ticket"),
    ("Invoice", "Invoice"),
    ("Product", "Product"),
    ("Quote (Estimate)", "Estimate"),
    ("Script", "-Scripts"),
    ("Email Template", "-E-mail templates"),
    ("PDF Template", "-PDF templates"),
    ("Saved Search", "SavedSearch"),
    ("User", "User"),
    ("Article", "WikiPage"),
    ("Password", "-Passwords"),
    ("Integration, App", "-Apps, integrations"),
    ("Location", "-Locations"),
    ("Opportunity (Lead)", "Lead"),
    ("Task", "-Tasks"),
    ("Vendor, Supplier", "Vendor"),
    ("RMM Alert", "RmmAlert"),
    ("Contact", "Contact"),
    ("Contract", "Contract"),
    ("Matter", "-Matters"),
    ("Automation", "-Automations"),
    ("Report", "-Reports"),
    ("Schedule", "Schedule"),
    ("SO", "-Sales orders"),
    ("Tax", "-Taxes"),
    ("Custom Field", "CustomField"),
    ("Line of Business", "-Lines of business"),
    ("Labor Type", "-Labour types"),
    ("Manufacturer", "-Manufacturers"),
    ("Payment", "Payment"),
    ("Project", "-Projects"),
    ("Receipt", "-Receipts"),
    ("Role", "-Roles"),
    ("Serial Number", "ProductSerial"),
    ("Session", "-Sessions"),
    ("Setting", "Setting"),
    ("Shipping Label", "-Shipping labels"),
    ("Status", "Status"),
    ("Subscription", "Schedule"),
    ("Tag", "-Tags"),
    ("Time Entry (Timer)", "Timer"),
    ("Transaction", "-Transactions"),
    ("Warranty", "-Warranties"),
    ("Zone", "-Zones"),
    ("Appointment", "Appointment"),
    ("Purchase Order", "PurchaseOrder"),
];

/// What is listed below another record only: whose, and by which field.
const BELOW: [(&str, &str, &str); 7] = [
    ("PolicyFolder", "Customer", "customer_id"),
    ("Phone", "Customer", "customer_id"),
    ("PaymentProfile", "Customer", "customer_id"),
    ("ProductSerial", "Product", "product_id"),
    ("ProductSku", "Product", "product_id"),
    ("Patch", "Asset", "asset_id"),
    ("Application", "Asset", "asset_id"),
];

type With = (Layer, ConnectionId);

async fn page(with: &With, entity: &str, filter: Option<Filter>) -> Vec<Record> {
    let query = Query { filter, ..Query::all(name(entity), 50) };
    match ask(with, Action::List(query)).await {
        Ok(Outcome::Page(page)) => page.records.into_values().collect(),
        other => panic!("{entity}: {other:?}"),
    }
}

/// Some records of a type; of what stands below others, those of the first that has some.
async fn some(with: &With, entity: &str) -> Vec<Record> {
    let below = BELOW.iter().find(|(name, ..)| *name == entity).map(|it| (it.1, it.2));
    let below = if entity == "Worksheet" { Some(("Ticket", "ticket_id")) } else { below };
    let Some((parent, field)) = below else { return page(with, entity, None).await };
    for of in page(with, parent, None).await {
        let id = of.id.as_str().to_owned();
        let is = Compare::Is(Value::Reference(Reference { entity: None, id, name: None }));
        let filter = Filter::Test(Test { field: field.to_owned(), test: is });
        let found = page(with, entity, Some(filter)).await;
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

#[tokio::test]
async fn every_name_of_the_product_has_its_list_or_says_what_to_do_instead() {
    let demo = company().await;
    super::demo::without_limit(&demo).await;
    let with = layer(&demo, &demo.introduction().syncro.token, now);
    ask(&with, Action::Types).await.unwrap();
    let schema = with.0.schema(with.1).unwrap();
    let (mut lists, mut absent) = (0, 0);
    for (called, at) in NAMES {
        if let Some(label) = at.strip_prefix('-') {
            let it = schema.not_offered.iter().find(|it| it.label == label);
            let it = it.unwrap_or_else(|| panic!("{called} is nowhere"));
            assert!(it.instead.ends_with('.'), "{called}: {}", it.instead);
            absent += 1;
            continue;
        }
        let entity_type = schema.entity_type(&name(at)).unwrap_or_else(|| panic!("no {at}"));
        assert!(entity_type.is_tab && entity_type.group.is_some(), "{called} is not in the rail");
        let records = some(&with, at).await;
        assert!(!records.is_empty(), "{called}: nothing is listed");
        let whole = get(&with, &records[0]).await;
        assert!(whole.is_complete && whole.id == records[0].id, "{called}");
        lists += 1;
    }
    super::say(&format!("contract_syncro: {lists} names have lists, {absent} are not offered"));
}

/// What a new record needs, and a word in its title.
async fn edits(with: &With, entity_type: &EntityType) -> Edits {
    let mut edits = Edits::new();
    for field in entity_type.fields.values() {
        let is_written = matches!(field.read_only, None | Some(ReadOnly::AfterCreate));
        let is_wanted = field.is_required || field.name == entity_type.title;
        let is_wanted = is_wanted || wants(entity_type.name.as_str(), &field.name);
        if is_written && is_wanted {
            edits.insert(field.name.clone(), value(with, field).await);
        }
    }
    edits
}

/// What a type needs in practice, beyond what its schema says.
fn wants(entity: &str, field: &str) -> bool {
    matches!(
        (entity, field),
        ("Customer", "business_name" | "lastname")
            | ("Asset", "asset_type")
            | ("Lead", "business_name" | "ticket_description")
            | ("Contract", "name")
            | ("PortalUser", "contact_id" | "customer_id")
            | ("Payment", "payment_method" | "invoice_id")
    )
}

async fn value(with: &With, field: &Field) -> Value {
    match field.kind {
        FieldKind::Reference => {
            let target = field.targets[0].as_str().to_owned();
            let first = Box::pin(some(with, &target)).await.remove(0);
            // Below another record the API knows it by the second half.
            let id = first.id.as_str().rsplit('-').next().unwrap().to_owned();
            Value::Reference(Reference { entity: None, id, name: None })
        }
        FieldKind::Bool => Value::Bool(true),
        FieldKind::Integer | FieldKind::Duration => Value::Integer(1),
        FieldKind::Number | FieldKind::Money => Value::Number(Decimal::from(5)),
        FieldKind::Date => Value::Date(jiff::civil::date(2026, 12, 24)),
        FieldKind::DateTime => Value::DateTime("2026-12-24T10:00:00Z".parse().unwrap()),
        _ if field.name.contains("email") => Value::Text("new@example.com".to_owned()),
        _ if field.name == "number" => Value::Text("5551234567".to_owned()),
        _ => {
            let first = field.choices.first().map(|choice| choice.value.clone());
            Value::Text(first.unwrap_or_else(|| "Brand new".to_owned()))
        }
    }
}

/// A text that can be changed, and is read back.
fn changed<'a>(entity_type: &'a EntityType, base: &Record) -> Option<&'a Field> {
    let is_text = |field: &&Field| {
        let is_plain = matches!(field.kind, FieldKind::Text | FieldKind::LongText);
        is_plain
            && base.value(&field.name).is_some()
            && field.read_only.is_none()
            && !field.wire_type.contains("property")
    };
    let mut all = entity_type.fields.values().filter(is_text);
    let is_odd = |name: &str| ["number", "email", "upc_code", "slug", "visibility"].contains(&name);
    all.find(|field| !is_odd(&field.name))
}

#[tokio::test]
async fn whatever_can_be_made_is_made_changed_and_deleted() {
    let demo = company().await;
    super::demo::without_limit(&demo).await;
    let with = layer(&demo, &demo.introduction().syncro.token, now);
    ask(&with, Action::Types).await.unwrap();
    let schema = with.0.schema(with.1).unwrap();
    let (mut made, mut changes, mut gone) = (0, 0, 0);
    for entity_type in schema.entity_types.values().filter(|it| it.rights.create) {
        let entity = entity_type.name.clone();
        let edits = edits(&with, entity_type).await;
        let create = Action::Create { entity: entity.clone(), edits, despite_duplicates: false };
        let created = match ask(&with, create).await {
            Ok(Outcome::Written(written)) => written.record,
            other => panic!("{entity}: {other:?}"),
        };
        made += 1;
        changes += usize::from(change(&with, entity_type, &created).await);
        if entity_type.rights.delete {
            let delete = Action::Delete { entity: entity.clone(), id: created.id.clone() };
            assert_eq!(ask(&with, delete).await.unwrap(), Outcome::Done, "{entity}");
            gone += 1;
        }
    }
    super::say(&format!("contract_syncro: {made} types made, {changes} changed, {gone} deleted"));
    assert!(made >= 18 && changes >= 15 && gone >= 10, "{made} {changes} {gone}");
}

async fn change(with: &With, entity_type: &EntityType, made: &Record) -> bool {
    let base = get(with, made).await;
    let field = changed(entity_type, &base).filter(|_| entity_type.rights.edit);
    let Some(field) = field else { return false };
    let mut edits: Edits =
        [(field.name.clone(), Value::Text("Changed".into()))].into_iter().collect();
    if entity_type.name.as_str() == "ProductSku" {
        // Which vendor's it is, the API does not say, and wants to know.
        edits.insert("vendor_id".to_owned(), value(with, &entity_type.fields["vendor_id"]).await);
    }
    let update = Action::Update { base: Box::new(base), edits, resolved: false };
    match ask(with, update).await {
        Ok(Outcome::Written(written)) => {
            let stands = written.record.value(&field.name);
            assert_eq!(stands, Some(&Value::Text("Changed".into())), "{}", entity_type.name);
            true
        }
        other => panic!("{}.{}: {other:?}", entity_type.name, field.name),
    }
}

#[tokio::test]
async fn a_worksheet_is_answered_an_order_gets_a_file_and_a_saved_search_leads_to_its_list() {
    let demo = company().await;
    super::demo::without_limit(&demo).await;
    let with = layer(&demo, &demo.introduction().syncro.token, now);
    ask(&with, Action::Types).await.unwrap();

    let sheet = get(&with, &some(&with, "Worksheet").await[0]).await;
    let Some(Value::Lines(mut steps)) = sheet.value("answers").cloned() else {
        panic!("{sheet:?}")
    };
    steps[1].fields.insert("value".to_owned(), Value::Text("they do".to_owned()));
    let edits = [("answers".to_owned(), Value::Lines(steps))].into_iter().collect();
    let update = Action::Update { base: Box::new(sheet), edits, resolved: false };
    let Ok(Outcome::Written(written)) = ask(&with, update).await else { panic!("no worksheet") };
    let Some(Value::Lines(steps)) = written.record.value("answers") else { panic!("no answers") };
    assert_eq!(steps[1].fields["value"], Value::Text("they do".to_owned()));
    assert!(written.not_stored.is_empty(), "{:?}", written.not_stored);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("prices.csv").to_str().unwrap().to_owned();
    std::fs::write(&path, "a,b\n").unwrap();
    let order = get(&with, &some(&with, "PurchaseOrder").await[0]).await;
    let attach = |path: String| {
        let upload = Value::Upload(Upload { path, content: None });
        let edits = [("attachments".to_owned(), upload)].into_iter().collect();
        Action::Update { base: Box::new(order.clone()), edits, resolved: false }
    };
    let written = ask(&with, attach(path.clone())).await;
    assert!(matches!(written, Ok(Outcome::Written(_))), "{written:?}");
    let script = path.replace(".csv", ".sh");
    std::fs::write(&script, "echo").unwrap();
    let refused = ask(&with, attach(script)).await;
    assert!(matches!(refused, Err(Error::Invalid { field: Some(it), .. }) if it == "attachments"));

    let searches = page(&with, "SavedSearch", None).await;
    let waiting = searches.iter().find(|it| it.title(None).contains("parts")).unwrap();
    let (entity, id) = (waiting.entity.clone(), waiting.id.clone());
    let query = Query::all(name("Ticket"), 50);
    let related = Action::Related { entity, id, link: "tickets".to_owned(), query };
    let Ok(Outcome::Page(found)) = ask(&with, related).await else { panic!("no list") };
    let is_it = |it: &Record| it.value("status") == Some(&Value::Text("Waiting for Parts".into()));
    assert!(!found.records.is_empty() && found.records.values().all(is_it));
}
