//! Contracts, and the schedules that bill them.

use super::{Source, pick, set};
use crate::demo::company::texts;
use crate::demo::random::Random;
use crate::demo::syncro::kinds::Kind;
use crate::demo::syncro::shelf::Doc;
use crate::demo::syncro::{contracts, schedules, time};
use serde_json::{Value, json};

/// Every second customer has a contract, and most contracts are billed by a schedule.
pub fn fill(source: &Source<'_>) -> rusqlite::Result<()> {
    let mut rows = source.rows(Kind::Contract)?;
    let mut plans = source.rows(Kind::Schedule)?;
    let mut lines = source.rows(Kind::ScheduleLine)?;
    for place in (1..=source.made.customers).step_by(2) {
        let random = &mut source.random(Kind::Contract, place);
        let start = -random.upto(900) * 1440;
        let tier = pick(random, &["Gold", "Silver", "Platinum", "保守契約"]);
        let status = pick(random, &["Won", "Won", "Opportunity", "In Negotiation", "Lost"]);
        let contract = contract(source, (place, start), (tier, status), random);
        let contract = source.add(&mut rows, start, place, &contract)?;
        if status != "Won" || random.chance(200) {
            continue;
        }
        let plan = plan(source, (place, contract), tier, random);
        let plan = source.add(&mut plans, start, place, &plan)?;
        for (position, at) in (0..).zip([9, 10, 11]) {
            if position == 0 || random.chance(400) {
                let line = line(source, plan, (position, at), random);
                source.add(&mut lines, start, place, &line)?;
            }
        }
    }
    Ok(())
}

fn contract(
    source: &Source<'_>,
    (place, start): (i64, i64),
    (tier, status): (&str, &str),
    random: &mut Random,
) -> Doc {
    let price = source.made.products.get(9).filter(|_| random.chance(300));
    let prices: Vec<Value> = price
        .map(|sold| {
            json!({
                "id": 1, "contract_id": null, "product_id": sold.id,
                "price_retail_cents": sold.retail * 9 / 10, "discount_percentage": null,
                "blacklisted": false, "created_at": null, "updated_at": null,
            })
        })
        .into_iter()
        .collect();
    let amount = pick(random, &["30k", "1.200 € / Monat", "999.50", "", "¥480,000"]);
    let mut contract = contracts::empty();
    set(
        &mut contract,
        json!({
            "customer_id": Kind::Customer.base() + place, "name": format!("Service {tier}"),
            "contract_amount": amount, "start_date": time::day(source.at(start, 0)),
            "end_date": time::day(source.at(start + 730 * 1440, 0)),
            "description": texts::note(random), "status": status,
            "likelihood": if status == "Won" { 100 } else { 10 * random.upto(10) },
            "tag_list": [tier], "product_price_overrides": prices,
            "non_billable_product_ids": source.made.products.get(1).map(|it| vec![it.id]),
        }),
    );
    contract
}

fn plan(
    source: &Source<'_>,
    (place, contract): (i64, i64),
    tier: &str,
    random: &mut Random,
) -> Doc {
    let paused = random.chance(150);
    let often = pick(random, &["Monthly", "Monthly", "Quarterly", "Annually"]);
    let mut plan = schedules::empty();
    set(
        &mut plan,
        json!({
            "customer_id": Kind::Customer.base() + place, "contract_id": contract,
            "frequency": often, "name": format!("Service {tier}"),
            "next_run": time::day(source.at(1440 * (1 + random.upto(28)), 0)),
            "last_run": time::day(source.at(-1440 * random.upto(28), 0)), "paused": paused,
            "subscription_status": if paused { "paused" } else { "active" },
            "user_id": Source::worker(random), "generated_invoice_name": "Managed services",
            "memo": format!("Billed under the {tier} agreement"),
            "email_customer": random.chance(500),
        }),
    );
    plan
}

fn line(source: &Source<'_>, plan: i64, (position, at): (i64, usize), random: &mut Random) -> Doc {
    let mut line = schedules::empty_line(plan);
    if let Some(sold) = source.made.products.get(at) {
        set(
            &mut line,
            json!({
                "cost_cents": sold.cost, "retail_cents": sold.retail, "name": sold.name,
                "description": sold.description, "position": position, "product_id": sold.id,
                "quantity": format!("{}.0", 1 + random.upto(30)), "taxable": true,
                "product_category": "Managed services",
            }),
        );
    }
    line
}
