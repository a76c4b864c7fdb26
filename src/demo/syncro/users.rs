//! Who works here, and who asks.

use super::desk::Desk;
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing};
use super::resource::{self, Meta, Page};
use super::shelf::{Filter, Record};
use super::{SUBDOMAIN, time};
use serde_json::{Value, json};

/// The code that the second factor asks for.
const CODE: &str = "314159";

/// `/me`, `/users`, `/otp_login`.
pub fn route(desk: &Desk<'_>, parts: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), parts) {
        ("GET", ["me"]) => me(desk),
        ("GET", ["users"]) => list(desk),
        ("GET", ["users", id]) => {
            let user = desk.find(Kind::User, id)?;
            reply::ok(&json!({"user": show(&user)}))
        }
        ("POST", ["otp_login"]) => otp(desk),
        _ => Err(missing()),
    }
}

/// A user as tickets show them. The key `admin?` is what real servers write (§6).
pub fn show(user: &Record) -> Value {
    json!({
        "id": user.id, "email": user.at("email"), "full_name": user.at("full_name"),
        "created_at": time::local(user.created), "updated_at": time::local(user.updated),
        "group": user.at("group"), "admin?": user.at("admin"), "color": user.at("color"),
    })
}

/// A user by id; `null` where there is none.
pub fn by_id(desk: &Desk<'_>, id: &Value) -> Result<Value, Refusal> {
    Ok(desk.linked(Kind::User, id)?.map_or(Value::Null, |user| show(&user)))
}

fn me(desk: &Desk<'_>) -> Answer {
    let user = desk.find(Kind::User, &desk.me().to_string())?;
    let may = |right: &str| desk.caller.may(right);
    let three = |name: &str| {
        json!({
            "read": may(&format!("{name} - List/Search")),
            "write": may(&format!("{name} - Edit")),
            "delete": may(&format!("{name} - Delete")),
        })
    };
    let mut ticket = three("Tickets");
    ticket["mine_only"] = json!(false);
    reply::ok(&json!({
        "user_email": user.at("email"), "user_name": user.at("full_name"), "user_id": user.id,
        "admin": desk.caller.is_admin(), "can_use_app": true, "two_factor_required": false,
        "subdomain": SUBDOMAIN, "default_location": null, "enable_multi_locations": false,
        "locations_allowed": [],
        "permissions": {
            "asset": three("Assets"),
            "customer": three("Customers"),
            "ticket": ticket,
            "invoice": three("Invoices"),
            "payment": {"read": may("Payments - View List"), "write": may("Payments - Create"), "delete": may("Payments - Delete")},
            "worksheet": {"add": may("Tickets - Edit"), "manage": desk.caller.is_admin(), "delete": desk.caller.is_admin()},
            "script": {"execute": may("Scripts - Execute")},
        },
        "accessible_customer_ids": null,
    }))
}

/// Pairs, not objects (§4).
fn list(desk: &Desk<'_>) -> Answer {
    let page = Page::of(100, Meta::Full);
    let (users, meta) = resource::paged(desk, Kind::User, &Filter::all(), page)?;
    let pairs = users.iter().map(|user| json!([user.id, user.at("full_name")])).collect();
    reply::ok(&resource::enveloped("users", pairs, meta))
}

fn otp(desk: &Desk<'_>) -> Answer {
    if desk.ask.body.get("code").and_then(Value::as_str) != Some(CODE) {
        return Err(reply::refuse(
            401,
            &json!({"login": false, "instructions": "Your multi-factor authentication attempt failed, please try again."}),
        ));
    }
    reply::ok(&json!({"login": true, "session_token": format!("session-{}", desk.me())}))
}
