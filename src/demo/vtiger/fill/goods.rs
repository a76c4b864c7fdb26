//! Products, services, price books.

use super::{Filler, one_of, text};
use crate::demo::random::Random;
use rusqlite::types::Value as Sql;

/// A price from the chance: 12.50 to some thousands.
fn price(random: &mut Random, most: usize) -> f64 {
    let quarters = u32::try_from(random.below(most * 4)).unwrap_or(0);
    12.5 + f64::from(quarters) / 4.0
}

/// All of them.
pub fn fill(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    products(filler)?;
    services(filler)?;
    let books = ["Wholesale & Partners", "小売価格", "Spring <b>offer</b>"];
    filler.invent(
        "PriceBooks",
        books.len(),
        "bookname active currency_id description",
        |filler, place, random| {
            let name = books.get(place).copied().unwrap_or_default();
            let currency = i64::try_from(place % 2).unwrap_or(0) + 1;
            (
                filler.stamps(400, random),
                vec![text(name), Sql::Integer(1), currency.into(), text("")],
            )
        },
    )?;
    let products: Vec<i64> = filler.all("Products").iter().take(40).copied().collect();
    for (book, product) in filler.all("PriceBooks").iter().cycle().zip(products) {
        filler.relate(*book, product)?;
    }
    Ok(())
}

fn products(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let count = (filler.count("Contacts") / 25).clamp(40, 2_000);
    let columns = "productname productcode discontinued productcategory unit_price commissionrate usageunit qty_per_unit qtyinstock \
                   reorderlevel vendor_id serial_no website description purchase_cost sales_start_date manufacturer";
    filler.invent("Products", count, columns, |filler, place, random| {
        let model = random.pick(&filler.names.models).to_owned();
        let part = one_of(
            random,
            &[
                "gripper",
                "Großer Kessel",
                "ガジェット",
                "arm “long”",
                "fence & gate",
                "controller",
                "vision kit",
            ],
        );
        let cost = price(random, 800);
        let vendor = filler.some("Vendors", random);
        let stock = f64::from(u32::try_from(random.below(600)).unwrap_or(0));
        let values = vec![
            text(format!("{model} {part} #{}", place + 1)),
            text(format!("RH-{:05}", place * 7 + 11)),
            Sql::Integer(i64::from(!random.chance(60))),
            text(one_of(random, &["Hardware", "Software", ""])),
            Sql::Real(cost * 1.6),
            Sql::Real(2.5),
            text(one_of(random, &["Each", "Box", "Hours"])),
            Sql::Real(1.0),
            Sql::Real(stock),
            Sql::Integer(10),
            vendor.into(),
            text(format!("SN{:07}", place * 13)),
            text(format!("https://parts.example/{place}")),
            text(if place == 2 {
                crate::demo::company::texts::HTML
            } else {
                "Replaces the older one."
            }),
            Sql::Real(cost),
            text(filler.day(-i64::try_from(place % 700).unwrap_or(0))),
            text(""),
        ];
        (filler.stamps(500, random), values)
    })
}

fn services(filler: &mut Filler<'_>) -> rusqlite::Result<()> {
    let names = [
        "Commissioning",
        "Safety “Consulting”",
        "Training week",
        "保守契約",
        "Remote support",
        "Migration",
        "Acceptance test",
        "Spare parts storage",
        "Programming hour",
        "Night shift & weekend",
        "Layout study",
        "Welding course",
    ];
    let columns = "servicename discontinued service_usageunit qty_per_unit servicecategory unit_price commissionrate description website";
    filler.invent("Services", names.len(), columns, |filler, place, random| {
        let values = vec![
            text(names.get(place).copied().unwrap_or_default()),
            Sql::Integer(1),
            text(one_of(random, &["Hours", "Days", "Incidents"])),
            Sql::Real(1.0),
            text(one_of(random, &["Support", "Installation", "Training", "Customization"])),
            Sql::Real(price(random, 300)),
            Sql::Real(0.0),
            text("Travel is not included."),
            text(""),
        ];
        (filler.stamps(600, random), values)
    })
}
