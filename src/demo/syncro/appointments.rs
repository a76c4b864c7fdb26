//! Appointments, wrapped twice in lists, and their types, which are wrapped when made and bare when read (§4).

use super::desk::Desk;
use super::fields::{self, Form, flag};
use super::kinds::Kind;
use super::reply::{self, Answer, Refusal, missing, refuse};
use super::resource::{self, Change, Meta, Page, Resource, Rights, base};
use super::shelf::{Doc, Filter, Record, doc};
use super::{ACCOUNT, customers, time};
use serde_json::{Value, json};

/// Appointments.
pub struct Appointments;

impl Resource for Appointments {
    const KIND: Kind = Kind::Appointment;
    const MANY: &'static str = "appointments";
    const ONE: Option<&'static str> = Some("appointment");
    const VERBS: &'static str = "LGCUD";
    const PAGE: Page = Page::of(25, Meta::None);
    const RIGHTS: Rights = Rights::all("");
    const FIELDS: &'static [fields::Field] = &[
        ("description", Form::Text),
        ("ticket_id", Form::Whole),
        ("start_at", Form::Moment),
        ("end_at", Form::Moment),
        ("location", Form::Text),
        ("summary", Form::Text),
        ("customer_id", Form::Whole),
        ("all_day", Form::Flag),
    ];
    const ORDER: &'static str = "doc ->> 'start_at', id";
    const CREATED: u16 = 201;

    fn blank(desk: &Desk<'_>) -> Doc {
        let mut blank = empty();
        blank.insert("_user_id".into(), json!(desk.me()));
        blank
    }

    /// Everybody sees their own; those of others need a permission.
    fn narrow(desk: &Desk<'_>, filter: &mut Filter) -> Result<(), Refusal> {
        if desk.ask.is("mine") || !desk.caller.may("Appointments - View All") {
            filter.equal("_user_id", desk.me());
        }
        for (name, way) in [("date_from", ">="), ("date_to", "<=")] {
            if let Some(moment) = desk.ask.moment(name) {
                filter.term(format!("doc ->> 'start_at' {way} ?"), time::kept(moment));
            }
        }
        Ok(())
    }

    fn show(desk: &Desk<'_>, record: &Record, alone: bool) -> Result<Value, Refusal> {
        let mut shown = bare(desk, record)?;
        if alone {
            shown["appointment_type_id"] = record.at("_type_id").clone();
            return Ok(shown);
        }
        Ok(json!({"appointment": shown}))
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        let doc = &mut change.doc;
        // Whose it is can be written, and is not read.
        for (sent, kept) in [("user_id", "_user_id"), ("appointment_type_id", "_type_id")] {
            if let Some(id) = desk.ask.body.get(sent) {
                doc.insert(kept.into(), Form::Whole.keep(id));
            }
        }
        if let Some(first) = desk.ask.body.get("user_ids").and_then(|ids| ids.get(0)) {
            doc.insert("_user_id".into(), Form::Whole.keep(first));
        }
        let minutes = desk.ask.sent("appointment_duration");
        let start = time::read(doc.get("start_at").unwrap_or(&Value::Null));
        if let (Some(start), Some(minutes)) = (start, minutes) {
            doc.insert("end_at".into(), json!(time::kept(time::later(start, minutes))));
        }
        let wanted = [("summary", "Summary"), ("start_at", "Start at"), ("end_at", "End at")];
        let mut wrong = fields::blanks(doc, &wanted);
        if !change.is_new && !change.has("start_at") {
            wrong.push("Start at can't be blank".into());
        }
        if wrong.is_empty() {
            let email = desk.ask.body.get("do_not_email").and_then(flag);
            if let Some(silent) = email {
                change.doc.insert("do_not_email".into(), json!(if silent { "1" } else { "0" }));
            }
            return Ok(());
        }
        let text = wrong.join(",");
        Err(refuse(
            422,
            &json!({"success": false, "error": text, "message": text, "params": desk.ask.params()}),
        ))
    }

    fn written(desk: &Desk<'_>, record: &mut Record, _is_new: bool) -> Result<(), Refusal> {
        if desk.ask.body.get("email_customer").and_then(flag) == Some(true) {
            let customer = desk.linked(Kind::Customer, record.at("customer_id"))?;
            let to = customer.as_ref().map_or("", |it| it.text("email"));
            let about = format!("appointment {}", record.text("summary"));
            desk.send("email", to, about, json!({"start_at": record.at("start_at")}));
        }
        Ok(())
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove(Kind::Appointment, record.id)?;
        Ok(reply::nothing(200))
    }
}

/// An appointment with nothing in it.
pub fn empty() -> Doc {
    doc(json!({
        "summary": null, "description": null, "customer_id": null, "created_at": null,
        "updated_at": null, "start_at": null, "end_at": null, "duration": 0, "location": null,
        "ticket_id": null, "appointment_location_type": null, "start_at_label": null,
        "all_day": null, "ticket": null, "do_not_email": "1", "_type_id": null,
        "_user_id": null,
    }))
}

/// An appointment; its duration is in hours.
pub fn bare(desk: &Desk<'_>, record: &Record) -> Result<Value, Refusal> {
    let mut shown = base(record);
    let start = time::read(record.at("start_at"));
    let end = time::read(record.at("end_at"));
    if let (Some(start), Some(end)) = (start, end) {
        shown["duration"] = json!(end.duration_since(start).as_hours());
        shown["start_at_label"] = json!(time::label(start));
    }
    if let Some(ticket) = desk.linked(Kind::Ticket, record.at("ticket_id"))? {
        shown["ticket"] = json!({"id": ticket.id, "number": ticket.at("number"), "subject": ticket.at("subject")});
    }
    let kind = desk.linked(Kind::AppointmentType, record.at("_type_id"))?;
    shown["appointment_location_type"] =
        kind.map_or(Value::Null, |kind| kind.at("location_type").clone());
    shown["customer"] = customers::by_id(desk, record.at("customer_id"))?;
    Ok(shown)
}

/// `/appointments/…`.
pub fn route(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    resource::route::<Appointments>(desk, rest)
}

/// Types of appointments.
pub struct Types;

/// Written as a number, read as a name (§5).
const PLACES: [&str; 4] = ["manual_entry", "customer_address", "hard_coded", "phone_call"];

impl Resource for Types {
    const KIND: Kind = Kind::AppointmentType;
    const MANY: &'static str = "appointment_types";
    const ONE: Option<&'static str> = None;
    const VERBS: &'static str = "LGUD";
    const PAGE: Page = Page::of(100, Meta::None);
    const RIGHTS: Rights = Rights::all("Global Admin");
    const FIELDS: &'static [fields::Field] = &[
        ("name", Form::Text),
        ("email_instructions", Form::Text),
        ("location_hard_code", Form::Text),
    ];

    fn blank(_desk: &Desk<'_>) -> Doc {
        kind("", "")
    }

    fn check(desk: &Desk<'_>, change: &mut Change) -> Result<(), Refusal> {
        if let Some(sent) = desk.ask.body.get("location_type") {
            let place = fields::whole(sent).and_then(|place| usize::try_from(place).ok());
            let name = place.and_then(|place| PLACES.get(place));
            change.doc.insert("location_type".into(), json!(name));
        }
        let wrong =
            fields::blanks(&change.doc, &[("name", "Name"), ("location_type", "Location type")]);
        if wrong.is_empty() {
            return Ok(());
        }
        let mut record = change.doc.clone();
        record.insert("id".into(), Value::Null);
        Err(refuse(422, &json!({"record": record, "errors": wrong.join(",")})))
    }

    fn remove(desk: &Desk<'_>, record: &Record) -> Answer {
        desk.shelf.remove(Kind::AppointmentType, record.id)?;
        Ok(reply::nothing(200))
    }
}

/// A type of appointments.
pub fn kind(name: &str, place: &str) -> Doc {
    let place = if place.is_empty() { Value::Null } else { json!(place) };
    doc(json!({
        "account_id": ACCOUNT, "name": name, "email_instructions": null, "location_type": place,
        "location_hard_code": null, "created_at": null, "updated_at": null, "buffer": null,
        "appointment_reminders_schedule_id": null,
    }))
}

/// `/appointment_types/…`.
pub fn types(desk: &Desk<'_>, rest: &[&str]) -> Answer {
    match (desk.ask.method.as_str(), rest) {
        ("POST", []) => {
            desk.needs(Types::RIGHTS.create)?;
            let made = resource::make::<Types>(desk, &desk.ask.body)?;
            reply::ok(&json!({"appointment_type": base(&made)}))
        }
        (_, [_, _, ..]) => Err(missing()),
        _ => resource::route::<Types>(desk, rest),
    }
}
