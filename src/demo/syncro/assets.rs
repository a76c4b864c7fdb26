//! Assets: devices with what their agents tell. There is no delete.

use super::desk::Desk;
use super::fields::{self, Form, is_blank};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::seed::agents;
use super::settings::{self, ASSETS};
use super::shelf::{Doc, Filter, Record, doc};
use super::{ACCOUNT, customers, time};
use serde_json::{Value, json};

const LIST: &str = "Assets - List/Search";

/// Assets.
pub struct Assets;

impl Resource for Assets {
    const KIND: Kind = Kind::Asset;
    const MANY: &'static str = "assets";
    const ONE: Option<&'static str> = Some("asset");
    const VERBS: &'static str = "LGCU";
    const PAGE: Page = Page::of(50, Meta::Full);
    const RIGHTS: Rights = Rights {
        list: LIST,
        view: "Assets - View Details",
        create: "Assets - Create",
        edit: "Assets - Edit",
        delete: "",
    };
    const FIELDS: &'static [fields::Field] = &[
        ("name", Form::Text),
        ("customer_id", Form::Whole),
        ("properties", Form::Tree),
        ("asset_serial", Form::Text),
        ("policy_folder_id", Form::Whole),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        empty()
    }

    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        let ask = desk.ask;
        if let Some(id) = ask.number("customer_id") {
            filter.equal("customer_id", id);
        }
        if let Some(kind) = ask.number("asset_type_id") {
            let name =
                settings::ASSETS.iter().find(|one| one.id == kind).map_or("", |one| one.name);
            filter.equal("asset_type", name.to_owned());
        }
        if let Some(text) = ask.query("query") {
            filter.words(text);
        }
        if ask.is("snmp_enabled") {
            filter.holds("doc ->> 'snmp_enabled'");
        }
        let sorted = ["name", "asset_serial", "asset_type", "created_at", "updated_at"];
        if let Some(order) = ask.query("sort").and_then(|text| customers::order(text, &sorted)) {
            *filter = filter.clone().by(order);
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, _alone: bool) -> Result<Value, Refusal> {
        show(desk, record)
    }

    /// A type that exists, and a name. Properties of a new asset are left out in silence (§7); those of a later write
    /// take the place of all that were there.
    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let body = &desk.ask.body;
        let named = body.get("asset_type_name").and_then(Value::as_str);
        let numbered = desk.ask.sent("asset_type_id");
        if named.is_some() || numbered.is_some() {
            let known = ASSETS
                .iter()
                .find(|one| named.map_or(Some(one.id) == numbered, |it| it == one.name));
            change.doc.insert("asset_type".into(), json!(known.map(|one| one.name)));
        }
        if change.is_new || !change.doc.get("properties").is_some_and(Value::is_object) {
            change.doc.insert("properties".into(), json!({}));
        }
        let mut wrong = fields::blanks(&change.doc, &[("asset_type", "Asset type")]);
        if change.is_new && !wrong.is_empty() {
            wrong.push("Name You must have an asset type first, please go create one".into());
        } else if is_blank(change.doc.get("name")) || !change.has("name") {
            wrong.push("Name can't be blank".into());
        }
        match (wrong.is_empty(), change.is_new) {
            (true, _) => Ok(()),
            (false, true) => Err(reply::invalid(&wrong, &desk.ask.params())),
            (false, false) => Err(refuse(422, &json!({"success": false, "message": wrong}))),
        }
    }
}

/// An asset with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "name": null, "customer_id": null, "contact_id": null, "created_at": null,
        "updated_at": null, "properties": {}, "asset_type": null, "asset_serial": null,
        "external_rmm_link": null, "has_live_chat": false, "snmp_enabled": null,
        "policy_folder_id": null, "_triggered": [],
    }))
}

const TRIGGERS: [&str; 10] = [
    "bsod_triggered",
    "time_triggered",
    "no_av_triggered",
    "defrag_triggered",
    "firewall_triggered",
    "app_crash_triggered",
    "low_hd_space_triggered",
    "smart_failure_triggered",
    "device_manager_triggered",
    "agent_offline_triggered",
];

/// An asset with its customer and its health.
pub fn show(desk: &Desk<'_>, record: &Record) -> Result<Value, Refusal> {
    let mut shown = base(record);
    let customer = desk.linked(Kind::Customer, record.at("customer_id"))?;
    shown["customer"] = customer.as_ref().map_or(Value::Null, customers::short);
    shown["rmm_links"] = json!([]);
    let stamp = time::local(record.created);
    let triggered = record.at("_triggered").as_array().cloned().unwrap_or_default();
    let flags: Doc = TRIGGERS
        .iter()
        .map(|name| {
            let is_set = triggered.iter().any(|it| it == name);
            ((*name).to_owned(), json!(is_set.to_string()))
        })
        .collect();
    shown["rmm_store"] = json!({
        "id": record.id + 300_000, "asset_id": record.id, "account_id": ACCOUNT, "triggers": flags,
        "windows_updates": {}, "emsisoft": {}, "general": {}, "created_at": stamp,
        "updated_at": stamp, "override_alert_agent_offline_mins": null,
        "override_alert_agent_rearm_after_mins": null, "override_low_hd_threshold": null,
        "override_autoresolve_offline_alert": null, "override_low_hd_thresholds": null,
    });
    shown["address"] = customer.as_ref().map_or(Value::Null, |customer| site(record, customer));
    Ok(shown)
}

fn site(asset: &Record, customer: &Record) -> Value {
    let stamp = time::local(asset.created);
    json!({
        "id": customer.id + 600_000, "name": "Office", "customer_id": customer.id,
        "address_type_id": 2, "address1": customer.at("address"),
        "address2": customer.at("address_2"), "city": customer.at("city"),
        "state": customer.at("state"), "zip": customer.at("zip"), "latitude": null,
        "longitude": null, "created_at": stamp, "updated_at": stamp, "account_id": ACCOUNT,
    })
}

/// Assets by their ids, without those that are gone.
pub fn of_ids(desk: &Desk<'_>, ids: &Value) -> Result<Vec<Value>, Refusal> {
    let mut shown = Vec::new();
    for id in ids.as_array().into_iter().flatten() {
        if let Some(asset) = desk.linked(Kind::Asset, id)? {
            shown.push(show(desk, &asset)?);
        }
    }
    Ok(shown)
}

fn gone() -> Refusal {
    refuse(404, &json!({"error": "Asset not found"}))
}

/// `/customer_assets/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("GET", ["chat_information_by_ids"]) => chat(desk),
        ("GET", ["assets_by_contact", contact]) => {
            desk.needs(LIST)?;
            let contact = desk
                .look(Kind::Contact, contact)?
                .ok_or_else(|| refuse(404, &json!({"error": "Contact not found"})))?;
            resource::listed::<Assets>(desk, &Filter::of("contact_id", contact.id))
        }
        ("GET", [id, "patches"]) => patches(desk, id),
        ("GET", [id, "installed_applications"]) => applications(desk, id),
        _ => resource::route::<Assets>(desk, rest),
    }
}

/// A bare list (§4).
fn chat(desk: &Desk<'_>) -> Answer {
    desk.needs(LIST)?;
    let ids = desk.ask.query("ids").ok_or_else(missing)?;
    let ids: Value = ids.split(',').map(|id| json!(id.trim())).collect();
    reply::ok(&Value::Array(of_ids(desk, &ids)?))
}

fn patches(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(LIST)?;
    let asset = desk.look(Kind::Asset, id)?.ok_or_else(gone)?;
    let (installed, available) = agents::patches(&asset, desk.syncro.started);
    let (number, size) = resource::asked_page(desk, Page::of(50, Meta::Full));
    let total = i64::try_from(available.len()).unwrap_or(0);
    reply::ok(&json!({
        "installed_patches": installed,
        "available_patches": part(available, number, size),
        "available_patches_meta": resource::meta(Meta::Full, number, size, total),
    }))
}

fn applications(desk: &Desk<'_>, id: &str) -> Answer {
    desk.needs(LIST)?;
    let asset = desk.look(Kind::Asset, id)?.ok_or_else(gone)?;
    let all = agents::applications(&asset, desk.syncro.started);
    let (number, size) = resource::asked_page(desk, Page::up_to(100, 100, Meta::Full));
    let meta = resource::meta(Meta::Full, number, size, i64::try_from(all.len()).unwrap_or(0));
    reply::ok(&resource::enveloped("installed_applications", part(all, number, size), meta))
}

/// The items of a page.
fn part(items: Vec<Value>, number: i64, size: i64) -> Vec<Value> {
    let size = usize::try_from(size).unwrap_or(1);
    let number = usize::try_from(number).unwrap_or(1);
    items.into_iter().skip(size.saturating_mul(number - 1)).take(size).collect()
}
