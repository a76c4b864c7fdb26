//! Lines of quotes, orders and invoices. A8: the whole set is sent, totals are the server's.
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};

use super::{labels::decoded, stock, value};
use crate::{
    domain::{
        error::Error,
        schema::{EntityName, Field, FieldKind, ReadOnly, Schema},
        value::{Line, Reference, Value},
    },
    providers::json::{items, text},
};

/// The API's own name of them.
pub const FIELD: &str = "LineItems";

/// A line's amount after its own discount: counted here, since the API gives none.
const TOTAL: &str = "total";

/// The field of an entity type whose records have lines.
pub fn field(described: &Json) -> Field {
    let mut columns = vec![
        Field {
            label: "Item".to_owned(),
            is_required: true,
            targets: ["Products", "Services"]
                .iter()
                .filter_map(|n| EntityName::try_from(*n).ok())
                .collect(),
            ..Field::new("productid", FieldKind::AnyReference)
        },
        Field {
            label: "Quantity".to_owned(),
            is_required: true,
            ..Field::new("quantity", FieldKind::Number)
        },
        Field { label: "List price".to_owned(), ..Field::new("listprice", FieldKind::Number) },
        Field {
            label: "Discount %".to_owned(),
            ..Field::new("discount_percent", FieldKind::Number)
        },
        Field { label: "Discount".to_owned(), ..Field::new("discount_amount", FieldKind::Number) },
    ];
    let taxes = items(described, &["fields"]).filter_map(|json| {
        let name = text(json, "name").filter(|name| stock::is_tax(name))?;
        let label = decoded(text(json, "label").unwrap_or(name)).into_owned();
        Some(Field { label, ..Field::new(name, FieldKind::Number) })
    });
    columns.extend(taxes);
    columns
        .push(Field { label: "Comment".to_owned(), ..Field::new("comment", FieldKind::LongText) });
    columns.push(Field {
        label: "Total".to_owned(),
        read_only: Some(ReadOnly::Computed),
        ..Field::new(TOTAL, FieldKind::Number)
    });
    let has = |name: &&str| items(described, &["fields"]).any(|it| text(it, "name") == Some(*name));
    let totals = ["hdnSubTotal", "pre_tax_total", "hdnGrandTotal"].iter().filter(|name| has(name));
    Field {
        label: "Lines".to_owned(),
        wire_type: "lines".to_owned(),
        is_required: true,
        is_sortable: false,
        columns,
        totals: totals.map(|&name| name.to_owned()).collect(),
        ..Field::new(FIELD, FieldKind::Lines)
    }
}

/// The lines of a record that was read whole; `None` where it was not.
pub fn decode(field: &Field, row: &Map<String, Json>, schema: Option<&Schema>) -> Option<Value> {
    let lines = row.get(FIELD)?.as_array()?;
    let mut lines: Vec<&Json> = lines.iter().collect();
    let place = |line: &&Json| {
        text(line, "sequence_no").and_then(|number| number.parse::<u32>().ok()).unwrap_or(u32::MAX)
    };
    lines.sort_by_key(place);
    let lines: Vec<Line> = lines.into_iter().map(|line| self::line(field, line, schema)).collect();
    Some(if lines.is_empty() { Value::Empty } else { Value::Lines(lines) })
}

/// A line as `LineItems` or the entity type `LineItem` give it.
pub fn line(field: &Field, json: &Json, schema: Option<&Schema>) -> Line {
    let mut fields = IndexMap::new();
    let object = json.as_object();
    for column in field.columns.iter().filter(|column| column.name != TOTAL) {
        if let Some(json) = object.and_then(|object| object.get(&column.name)) {
            fields.insert(column.name.clone(), value::simple(column, json, schema));
        }
    }
    if let Some(Value::Reference(item)) = fields.get_mut("productid") {
        name_item(item, json);
    }
    if let Some(total) = total(&fields) {
        fields.insert(TOTAL.to_owned(), Value::Number(total));
    }
    Line { id: text(json, "id").map(str::to_owned), fields }
}

/// The item's name stands beside it, encoded as HTML. A4.
fn name_item(item: &mut Reference, json: &Json) {
    item.name = text(json, "product_name").map(|name| decoded(name).into_owned());
    let named = text(json, "entity_type").and_then(|name| EntityName::try_from(name).ok());
    item.entity = item.entity.take().or(named);
}

fn total(fields: &IndexMap<String, Value>) -> Option<rust_decimal::Decimal> {
    let number = |name: &str| fields.get(name).and_then(value::number_of);
    let gross = number("quantity")?.checked_mul(number("listprice")?)?;
    let percent = number("discount_percent").unwrap_or_default();
    let amount = number("discount_amount").unwrap_or_default();
    let hundred = rust_decimal::Decimal::ONE_HUNDRED;
    let discount = gross.checked_mul(percent)?.checked_div(hundred)?.checked_add(amount)?;
    Some(
        gross
            .checked_sub(discount)?
            .round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero)
            .normalize(),
    )
}

/// The lines as they are sent: all of them, in order, without ids, since they are made anew.
///
/// Errors: [`Error::Invalid`] for none at all, or one without an item.
pub fn encode(field: &Field, lines: &[Line]) -> Result<Json, Error> {
    let refused =
        |reason: &str| Error::Invalid { field: Some(FIELD.to_owned()), reason: reason.to_owned() };
    if lines.is_empty() {
        return Err(refused("at least one line is needed"));
    }
    lines.iter().map(|line| one(field, line).map_err(|reason| refused(&reason))).collect()
}

fn one(field: &Field, line: &Line) -> Result<Json, String> {
    let mut sent = Map::new();
    for column in field.columns.iter().filter(|column| column.read_only.is_none()) {
        if let Some(value) = line.fields.get(&column.name).filter(|value| !value.is_empty()) {
            let text = value::text_of(column, value)
                .ok_or_else(|| format!("{}: no such value", column.label))?;
            sent.insert(column.name.clone(), json!(text));
        }
    }
    // Either discount, not both: the percentage goes first there.
    if sent.get("discount_percent").and_then(Json::as_str).is_some_and(is_zero) {
        sent.shift_remove("discount_percent");
    }
    if sent.contains_key("discount_percent") {
        sent.shift_remove("discount_amount");
    }
    if !sent.contains_key("productid") {
        return Err("each line needs a product or a service".to_owned());
    }
    sent.entry("quantity").or_insert(json!("1"));
    sent.entry("listprice").or_insert(json!("0"));
    Ok(Json::Object(sent))
}

fn is_zero(text: &str) -> bool {
    text.parse::<rust_decimal::Decimal>().is_ok_and(|number| number.is_zero())
}

/// The item of the first line, which the header wants to be named too. A8.
pub fn first_item(lines: &Json) -> Option<&str> {
    lines.as_array()?.first().and_then(|line| text(line, "productid"))
}
