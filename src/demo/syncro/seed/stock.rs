//! Vendors, products, categories, serial numbers.

use super::{Sold, Source, pick, set};
use crate::demo::syncro::kinds::Kind;
use crate::demo::syncro::money;
use crate::demo::syncro::products;
use crate::demo::syncro::shelf::doc;
use serde_json::json;

/// All that is bought and sold.
pub fn fill(source: &mut Source<'_>) -> rusqlite::Result<()> {
    vendors(source)?;
    categories(source)?;
    goods(source)
}

const VENDORS: [(&str, &str, &str); 9] = [
    ("C & S Wholesalers", "Bill", "Sales"),
    ("Gripper Depot", "Ivana", "Horváth"),
    ("東京精密部品", "健太", "高橋"),
    ("Kabel & Stecker Großhandel", "Jörg", "Weiß"),
    ("مؤسسة القطع الصناعية", "ليلى", "حسن"),
    ("Ømega Sensors AS", "Åse", "Nilsen"),
    ("Łódź Bearings", "Paweł", "Żuraw"),
    ("Pax8", "Pat", "Lee"),
    ("Backup & Söhne", "Grete", "Löwe"),
];

fn vendors(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Vendor)?;
    for (place, (name, first, last)) in (0..).zip(VENDORS) {
        let vendor = json!({
            "name": name, "rep_first_name": first, "rep_last_name": last,
            "email": format!("sales@vendor-{place}.example"), "phone": format!("603344{place:04}"),
            "account_number": (place % 3 > 0).then(|| format!("A-{}", 7000 + place)),
            "created_at": null, "updated_at": null, "address": format!("{} Billings Circle", 40 + place),
            "city": "Keene", "state": "NH", "zip": "03455",
            "website": format!("www.vendor-{place}.example"), "notes": "Trucks on Tuesdays",
        });
        source.add(&mut rows, -500_000 + place, place, &doc(vendor))?;
    }
    Ok(())
}

/// The categories, in the order of their places.
pub const CATEGORIES: [&str; 6] =
    ["Labor", "Spare parts", "Hardware", "Software", "Managed services", "消耗品"];

fn categories(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Category)?;
    for (place, name) in (0..).zip(CATEGORIES) {
        source.add(&mut rows, -500_000, place, &products::category(name))?;
    }
    Ok(())
}

const GOODS: [(&str, usize, i64); 14] = [
    ("On-site work", 0, 9_500),
    ("Remote work", 0, 7_200),
    ("Gripper finger set", 1, 14_900),
    ("Axis 3 gearbox", 1, 238_000),
    ("Teach pendant", 2, 119_900),
    ("SSD 1 TB", 2, 8_999),
    ("Safety light curtain", 2, 64_500),
    ("RoboCell Studio licence", 3, 49_000),
    ("Endpoint protection", 3, 399),
    ("Managed workstation", 4, 3_500),
    ("Managed server", 4, 12_000),
    ("Backup per TB", 4, 2_500),
    ("グリースカートリッジ", 5, 1_250),
    ("Cable tie 200 mm", 5, 1),
];

fn goods(source: &mut Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Product)?;
    let mut serials = source.rows(Kind::Serial)?;
    let mut skus = source.rows(Kind::Sku)?;
    let mut stock = source.rows(Kind::Stock)?;
    let count = (source.made.customers / 4).clamp(60, 5_000);
    for place in 0..count {
        let random = &mut source.random(Kind::Product, place);
        let at = usize::try_from(place).unwrap_or(0);
        let Some((base, category, price)) = GOODS.get(at % GOODS.len()).copied() else { continue };
        let round = at / GOODS.len();
        let name = if round == 0 {
            base.to_owned()
        } else {
            format!("{base} {}", pick(random, &["S", "M", "L", "XL", "Pro"])) + &format!(" {round}")
        };
        let category = CATEGORIES.get(category).copied().unwrap_or_default();
        let retail = price + price * i64::try_from(round).unwrap_or(0) / 20;
        let cost = retail * 6 / 10;
        let kept = matches!(category, "Spare parts" | "Hardware" | "消耗品");
        let is_serial = name.starts_with("Teach pendant") || name.starts_with("SSD");
        let quantity = if kept { random.upto(60) } else { 0 };
        let description = format!(
            "{base}, {}",
            pick(
                random,
                &["as quoted", "incl. delivery", "für alle Modelle", "<b>new</b> & sealed"]
            )
        );
        let mut product = products::empty();
        set(
            &mut product,
            json!({
                "price_cost": money::float(money::of_cents(cost)), "price_retail": money::float(money::of_cents(retail)),
                "condition": if kept { json!("New") } else { json!(null) }, "description": description,
                "maintain_stock": kept, "name": name, "quantity": quantity,
                "warranty": is_serial.then_some("24 months"), "taxable": place % 9 != 8,
                "disabled": place % 31 == 30, "product_category": category, "category_path": category,
                "upc_code": format!("40{place:010}"), "price_wholesale": money::float(money::of_cents(cost)),
                "physical_location": kept.then(|| format!("Shelf {}", place % 14)), "serialized": is_serial,
                "vendor_ids": [Kind::Vendor.base() + 1 + place % 9],
            }),
        );
        let id = source.add(&mut rows, -400_000 + place, place, &product)?;
        let sku = json!({"product_id": id, "vendor_name": VENDORS[at % VENDORS.len()].0, "sku": format!("V{}-{place}", place % 9)});
        source.add(&mut skus, -400_000, place, &doc(sku))?;
        if kept {
            source.add(&mut stock, -400_000, place, &products::stock_of(id, quantity))?;
        }
        for piece in 0..if is_serial { 1 + random.upto(8) } else { 0 } {
            let mut serial = products::serial(id, &format!("S{place:03}-{piece:04}"));
            let status = pick(random, &["In Stock", "In Stock", "Sold", "Returned", "Reserved"]);
            set(
                &mut serial,
                json!({"status": status, "instance_price_cost": money::float(money::of_cents(cost)), "instance_price_retail": money::float(money::of_cents(retail))}),
            );
            source.add(&mut serials, -300_000 + piece, place, &serial)?;
        }
        source.made.products.push(Sold { id, name, description, retail, cost });
    }
    Ok(())
}
