//! Quotes, orders and invoices: their lines, and what the server counts from them (A8).

use super::desk::{Desk, Record};
use super::entities;
use super::id::Id;
use super::reply::{Answer, Refusal, denied, missing, refuse};
use super::schema::{Field, Module};
use super::store;
use super::vtql::sql::{leading, quoted};
use super::write::{Element, value};
use rusqlite::OptionalExtension;
use rusqlite::types::Value as Sql;
use serde_json::{Map, Value, json};

/// A line with what is known of what it sells.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// The product or service.
    pub product: i64,
    /// How many.
    pub quantity: f64,
    /// The price of one.
    pub price: f64,
    /// The discount in percent.
    pub percent: f64,
    /// The discount as an amount, where there is no percentage.
    pub amount: f64,
    /// The taxes in percent.
    pub taxes: [f64; 3],
}

impl Line {
    /// Its worth without the discount.
    pub fn total(&self) -> f64 {
        self.quantity * self.price
    }

    /// The discount.
    pub fn discount(&self) -> f64 {
        if self.percent > 0.0 { self.total() * self.percent / 100.0 } else { self.amount }
    }

    /// Its worth.
    pub fn net(&self) -> f64 {
        self.total() - self.discount()
    }

    fn tax(&self) -> f64 {
        self.net() * self.taxes.iter().sum::<f64>() / 100.0
    }
}

/// What is counted over all lines.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Totals {
    /// The lines.
    pub subtotal: f64,
    /// Without the discount, with the charges.
    pub before_tax: f64,
    /// All of it.
    pub grand: f64,
    /// The discount over all.
    pub discount: f64,
    /// The taxes, where they are for the whole.
    pub tax: f64,
}

/// The header's part in the totals.
#[derive(Debug, Clone, Copy, Default)]
pub struct Head {
    /// Whether each line is taxed by itself.
    pub individual: bool,
    /// The discount in percent.
    pub percent: f64,
    /// The discount as an amount.
    pub amount: f64,
    /// The charges.
    pub charges: f64,
    /// The adjustment.
    pub adjustment: f64,
}

/// The totals of lines under a header.
pub fn count(lines: &[Line], head: Head) -> Totals {
    let subtotal: f64 =
        lines.iter().map(|line| line.net() + if head.individual { line.tax() } else { 0.0 }).sum();
    let discount = if head.percent > 0.0 { subtotal * head.percent / 100.0 } else { head.amount };
    let rate: f64 = lines.first().map_or(0.0, |line| line.taxes.iter().sum());
    let tax = if head.individual { 0.0 } else { (subtotal - discount) * rate / 100.0 };
    let before_tax = subtotal - discount + head.charges;
    Totals {
        subtotal: cents(subtotal),
        before_tax: cents(before_tax),
        grand: cents(before_tax + tax + head.adjustment),
        discount: cents(discount),
        tax: cents(tax),
    }
}

/// To eight decimals, as the database keeps them.
fn cents(number: f64) -> f64 {
    (number * 1e8).round() / 1e8
}

/// Refuses an order without lines.
pub fn check(element: &Element) -> Result<(), Refusal> {
    let lines = element.get("LineItems").and_then(Value::as_array);
    if lines.is_none_or(Vec::is_empty) {
        return Err(refuse("MANDATORY_FIELDS_MISSING", "Mandatory Fields Missing.."));
    }
    Ok(())
}

/// Refuses what PHP 8 cannot show: an order that is taxed individually.
pub fn may_be_read(desk: &Desk<'_>, module: &Module, number: i64) -> Result<(), Refusal> {
    if !desk.quirks.individual_tax_breaks {
        return Ok(());
    }
    let sql = format!("SELECT hdnTaxType FROM {} WHERE id = ?1", quoted(module.table()));
    let kind: Option<String> = desk.db.query_row(&sql, [number], |row| row.get(0)).optional()?;
    if kind.as_deref() == Some("individual") { Err(Refusal::Dead) } else { Ok(()) }
}

/// Puts the lines that were sent in the place of all others, and counts again. A revision that sends lines and no tax
/// type loses the tax type (recording 52c).
pub fn replace_lines(
    desk: &Desk<'_>,
    module: &Module,
    number: i64,
    element: &Element,
) -> Result<(), Refusal> {
    let sent = element.get("LineItems").and_then(Value::as_array).cloned().unwrap_or_default();
    let items = desk.core.schema.modules.get("LineItem").ok_or(Refusal::Dead)?;
    desk.db.execute("DELETE FROM LineItem WHERE parent_id = ?1", [number])?;
    for (place, line) in sent.iter().enumerate() {
        let mut line = line.as_object().cloned().unwrap_or_default();
        line.remove("parent_id");
        if line.get("productid").is_none() {
            return Err(missing("productid"));
        }
        let mut values = value::all(desk, items, &line)?;
        values.retain(|(name, _)| name != "sequence_no");
        values.push(("parent_id".into(), Sql::Integer(number)));
        values.push(("sequence_no".into(), Sql::Integer(i64::try_from(place).unwrap_or(0) + 1)));
        values.push(("incrementondel".into(), Sql::Text("0".into())));
        let values: Vec<(&str, Sql)> =
            values.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        store::add(desk.db, "LineItem", store::next(desk.db, "LineItem")?, &values)?;
    }
    if !element.contains_key("hdnTaxType") {
        store::set(desk.db, module.table(), number, &[("hdnTaxType", Sql::Text(String::new()))])?;
    }
    write_totals(desk.db, module.table(), number).map_err(Refusal::from)
}

/// After a line was made alone: its parent is counted again.
pub fn count_again(desk: &Desk<'_>, element: &Element) -> Result<(), Refusal> {
    let parent = element.get("parent_id").and_then(Value::as_str).and_then(Id::read);
    let Some(parent) = parent else { return Ok(()) };
    match desk.core.schema.by_prefix(parent.prefix).filter(|module| module.has_lines) {
        Some(module) => write_totals(desk.db, module.table(), parent.number).map_err(Refusal::from),
        None => Err(denied("")),
    }
}

/// Counts an order's totals from its lines and keeps them.
pub fn write_totals(db: &rusqlite::Connection, table: &str, number: i64) -> rusqlite::Result<()> {
    let totals = count(&lines(db, number)?, head(db, table, number)?);
    store::set(
        db,
        table,
        number,
        &[
            ("hdnSubTotal", Sql::Real(totals.subtotal)),
            ("hdnGrandTotal", Sql::Real(totals.grand)),
            ("pre_tax_total", Sql::Real(totals.before_tax)),
        ],
    )
}

fn lines(db: &rusqlite::Connection, number: i64) -> rusqlite::Result<Vec<Line>> {
    let sql = "SELECT productid, quantity, listprice, discount_percent, discount_amount, tax1, tax2, tax3 FROM LineItem \
               WHERE parent_id = ?1 ORDER BY sequence_no, id";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Line {
            product: row.get(0)?,
            quantity: row.get(1)?,
            price: row.get(2)?,
            percent: row.get(3)?,
            amount: row.get(4)?,
            taxes: [row.get(5)?, row.get(6)?, row.get(7)?],
        })
    };
    db.prepare_cached(sql)?.query_map([number], read)?.collect()
}

fn head(db: &rusqlite::Connection, table: &str, number: i64) -> rusqlite::Result<Head> {
    let sql = format!(
        "SELECT hdnTaxType, COALESCE(hdnDiscountPercent, 0), COALESCE(hdnDiscountAmount, 0), hdnS_H_Amount, txtAdjustment FROM {} WHERE id = ?1",
        quoted(table)
    );
    db.prepare_cached(&sql)?.query_row([number], |row| {
        let kind: String = row.get(0)?;
        Ok(Head {
            individual: kind == "individual",
            percent: row.get(1)?,
            amount: row.get(2)?,
            charges: row.get(3)?,
            adjustment: row.get(4)?,
        })
    })
}

/// An order as retrieve gives it, with its lines.
pub fn retrieved(desk: &Desk<'_>, module: &Module, number: i64) -> Answer {
    may_be_read(desk, module, number)?;
    let mut record = desk.whole(module, number)?;
    add_lines(desk, module, number, &mut record, true)?;
    Ok(Value::Object(record))
}

/// An order as create answers: the id first, totals as numbers, `new`.
pub fn created(desk: &Desk<'_>, module: &Module, number: i64) -> Answer {
    may_be_read(desk, module, number)?;
    let mut record = desk.whole(module, number)?;
    if let Some(id) = record.shift_remove("id") {
        record.shift_insert(0, "id".into(), id);
    }
    as_numbers(&mut record);
    add_lines(desk, module, number, &mut record, true)?;
    record.insert("new".into(), json!(true));
    Ok(Value::Object(record))
}

/// An order as revise answers: what was sent first; totals as numbers where lines were sent.
pub fn revised(desk: &Desk<'_>, module: &Module, number: i64, element: &Element) -> Answer {
    may_be_read(desk, module, number)?;
    let mut rest = desk.whole(module, number)?;
    let with_lines = element.contains_key("LineItems");
    let mut record = Record::new();
    for name in std::iter::once("id").chain(element.keys().map(String::as_str)) {
        if let Some(value) = rest.shift_remove(name) {
            record.insert(name.to_owned(), value);
        }
    }
    record.extend(rest);
    if with_lines {
        as_numbers(&mut record);
    }
    add_lines(desk, module, number, &mut record, with_lines)?;
    Ok(Value::Object(record))
}

fn as_numbers(record: &mut Record) {
    for name in ["hdnSubTotal", "hdnGrandTotal", "pre_tax_total"] {
        if let Some(value) = record.get_mut(name)
            && let Some(text) = value.as_str()
        {
            let number = leading(text);
            *value = if number.fract() == 0.0 {
                json!(super::vtql::sql::whole(number))
            } else {
                json!(number)
            };
        }
    }
}

/// What an order has beside its fields.
fn add_lines(
    desk: &Desk<'_>,
    module: &Module,
    number: i64,
    record: &mut Record,
    details: bool,
) -> Result<(), Refusal> {
    if details {
        record.insert("shipping_&_handling".into(), Value::Null);
        for tax in 1..=3 {
            record.insert(format!("shipping_&_handling_shtax{tax}"), json!(0));
        }
    }
    let items = line_records(desk, module, number)?;
    let first = items.first().and_then(|line| line.get("productid")).cloned().unwrap_or_default();
    if details {
        record.insert("LineItems".into(), json!(items));
        record.insert("productid".into(), first);
        record
            .insert("LineItems_FinalDetails".into(), final_details(desk, module, number, &items)?);
        return Ok(());
    }
    if let Some(first) = items.first() {
        let parts = [
            "productid",
            "quantity",
            "listprice",
            "comment",
            "discount_amount",
            "discount_percent",
            "tax1",
            "tax2",
            "tax3",
        ];
        for name in parts {
            record.insert(name.into(), first.get(name).cloned().unwrap_or_default());
        }
    }
    record.insert("LineItems".into(), json!(items));
    Ok(())
}

fn line_records(desk: &Desk<'_>, module: &Module, number: i64) -> Result<Vec<Record>, Refusal> {
    let items = desk.core.schema.modules.get("LineItem").ok_or(Refusal::Dead)?;
    let fields: Vec<&Field> = items.fields.values().collect();
    let columns = super::vtql::sql::selected(&fields);
    let sql = format!(
        "SELECT t.id{columns} FROM LineItem t WHERE t.parent_id = {number} ORDER BY t.sequence_no, t.id"
    );
    let plan = super::vtql::sql::Plan { sql, values: Vec::new(), fields };
    let mut records = desk.records(items, &plan)?;
    for record in &mut records {
        if desk.quirks.junk_parents {
            record.insert("parent_id".into(), json!(format!("{}xArray", module.prefix)));
        }
        let id = record.shift_remove("id").unwrap_or_default();
        record.insert("id".into(), id);
        let product = record.get("productid").and_then(Value::as_str).and_then(Id::read);
        let (name, kind) = sold(desk, product)?;
        record.insert("product_name".into(), json!(entities::encode(&name)));
        record.insert("entity_type".into(), json!(kind));
        record.insert("deleted".into(), json!(if kind.is_empty() { "1" } else { "0" }));
    }
    Ok(records)
}

/// The name and the module of what a line sells.
fn sold(desk: &Desk<'_>, id: Option<Id>) -> Result<(String, &'static str), Refusal> {
    let Some(id) = id else { return Ok((String::new(), "")) };
    let (sql, kind) = if id.prefix == desk.core.schema.prefix("Services") {
        ("SELECT servicename FROM Services WHERE id = ?1", "Services")
    } else {
        ("SELECT productname FROM Products WHERE id = ?1", "Products")
    };
    let name: Option<String> =
        desk.db.prepare_cached(sql)?.query_row([id.number], |row| row.get(0)).optional()?;
    Ok(name.map_or((String::new(), ""), |name| (name, kind)))
}

fn money(number: f64) -> String {
    format!("{number:.2}")
}

/// The lines as the form of the web client wants them, keyed `1`, `2`, …
fn final_details(desk: &Desk<'_>, module: &Module, number: i64, items: &[Record]) -> Answer {
    let lines = lines(desk.db, number)?;
    let head = head(desk.db, module.table(), number)?;
    let mut all = Map::new();
    for (place, (line, item)) in lines.iter().zip(items).enumerate() {
        all.insert((place + 1).to_string(), Value::Object(detail(place + 1, line, item)));
    }
    let last = last_detail(&lines, head);
    match all.get_mut("1").and_then(Value::as_object_mut) {
        Some(first) => {
            first.insert("final_details".into(), last);
        }
        None => {
            all.insert("1".into(), json!({"final_details": last}));
        }
    }
    Ok(Value::Object(all))
}

fn detail(place: usize, line: &Line, item: &Record) -> Map<String, Value> {
    let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
    let mut map = Map::new();
    let mut put = |name: &str, value: Value| map.insert(format!("{name}{place}"), value);
    put("purchaseCost", json!("0.00"));
    put("margin", json!("0.00"));
    put("productDeleted", json!(text("entity_type").is_empty()));
    put("entityType", json!(text("entity_type")));
    if place > 1 {
        put("delRow", json!("Del"));
    }
    put("hdnProductId", json!(line.product.to_string()));
    put("productName", json!(text("product_name")));
    put("hdnProductcode", json!(""));
    put("productDescription", json!(""));
    put("comment", json!(entities::encode(text("comment"))));
    put("qtyInStock", json!("NA"));
    put("qty", json!(line.quantity.to_string()));
    put("listPrice", json!(money(line.price)));
    put("unitPrice", json!(money(line.price)));
    put("productTotal", json!(money(line.total())));
    put("subproduct_ids", json!(""));
    put("subprod_qty_list", json!([]));
    put("subprod_names", json!(""));
    put(
        "discount_percent",
        if line.percent > 0.0 { json!(line.percent.to_string()) } else { json!(0) },
    );
    put("discount_amount", if line.amount > 0.0 { json!(money(line.amount)) } else { json!(0) });
    put("discountTotal", json!(money(line.discount())));
    put("totalAfterDiscount", json!(money(line.net())));
    put("taxTotal", json!(money(line.tax())));
    put("netPrice", json!(money(line.net())));
    map
}

fn last_detail(lines: &[Line], head: Head) -> Value {
    let totals = count(lines, head);
    let first = lines.first().cloned().unwrap_or_default();
    let base = totals.subtotal - totals.discount;
    let mut taxes = Map::new();
    for (place, (label, rate)) in ["VAT", "Sales", "Service"].iter().zip(first.taxes).enumerate() {
        let number = (place + 1).to_string();
        let tax = json!({
            "taxname": format!("tax{number}"), "taxlabel": label, "percentage": format!("{rate:.3}"),
            "amount": money(base * rate / 100.0), "taxid": number, "type": "Fixed", "method": "Simple",
            "regions": [], "compoundon": [],
        });
        taxes.insert(number, tax);
    }
    let kind = match head {
        Head { percent, .. } if percent > 0.0 => "percentage",
        Head { amount, .. } if amount > 0.0 => "amount",
        Head { .. } => "zero",
    };
    json!({
        "taxtype": if head.individual { "individual" } else { "group" },
        "discount_type_final": kind,
        "hdnSubTotal": money(totals.subtotal),
        "discount_percentage_final": head.percent,
        "discount_amount_final": money(head.amount),
        "discountTotal_final": money(totals.discount),
        "taxes": taxes,
        "tax_totalamount": money(totals.tax),
        "shipping_handling_charge": money(head.charges),
        "sh_taxes": [],
        "shtax_totalamount": "0.00",
        "adjustment": money(head.adjustment),
        "grandTotal": money(totals.grand),
        "preTaxTotal": money(totals.before_tax),
        "totalAfterDiscount": money(base),
        "chargesAndItsTaxes": {"1": {"value": null, "taxes": {"1": 0, "2": 0, "3": 0}}},
        "deductTaxes": [],
        "deductTaxesTotalAmount": "0.00",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_those_of_the_recordings() {
        let lines = [
            Line { quantity: 2.0, price: 10.5, ..Line::default() },
            Line { quantity: 1.0, price: 100.0, percent: 10.0, ..Line::default() },
        ];
        let totals = count(&lines, Head { percent: 10.0, adjustment: 5.0, ..Head::default() });
        let wanted =
            Totals { subtotal: 111.0, before_tax: 99.9, grand: 104.9, discount: 11.1, tax: 0.0 };
        assert_eq!(totals, wanted);
    }

    #[test]
    fn an_individual_tax_counts_in_its_line_and_a_group_tax_over_all() {
        let lines =
            [Line { quantity: 1.0, price: 100.0, taxes: [10.0, 0.0, 0.0], ..Line::default() }];
        let own = count(&lines, Head { individual: true, ..Head::default() });
        let wanted =
            Totals { subtotal: 110.0, before_tax: 110.0, grand: 110.0, ..Totals::default() };
        assert_eq!(own, wanted);
        let group = count(&lines, Head::default());
        let wanted =
            Totals { subtotal: 100.0, before_tax: 100.0, grand: 110.0, discount: 0.0, tax: 10.0 };
        assert_eq!(group, wanted);
    }
}
