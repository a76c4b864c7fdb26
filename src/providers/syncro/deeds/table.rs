//! What each deed is called, and what it wants.
use serde_json::{Map, Value as Json, json};

use crate::{
    domain::{action::Run, error::Error, verb::Verb},
    providers::{
        json::items,
        syncro::{reading, schema::Told},
    },
};

/// One deed.
#[derive(Debug)]
pub struct Row {
    /// Its key.
    pub key: &'static str,
    /// For people.
    pub label: &'static str,
    /// A sentence about it; may be empty.
    pub about: &'static str,
    /// The type of record that it is done to; `""` = none.
    pub entity: &'static str,
    /// The type of record that comes of it; `""` = none.
    pub makes: &'static str,
    /// What it wants.
    pub inputs: &'static [Input],
    /// The question before it is done; `""` = none.
    pub asks: &'static str,
    /// The permission that it needs.
    pub needs: &'static str,
}

/// One thing that a deed wants.
#[derive(Debug)]
pub struct Input {
    name: &'static str,
    label: &'static str,
    kind: Kind,
    is_required: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    /// Text of several lines.
    Long,
    Whole,
    Yes,
    Moment,
    Script,
    /// One of the account's ticket statuses.
    Status,
    /// One of its users.
    User,
    /// The id of a record of that type.
    Id(&'static str),
    /// A number with decimals.
    Amount,
    One(&'static [&'static str]),
}

const fn input(name: &'static str, label: &'static str, kind: Kind) -> Input {
    Input { name, label, kind, is_required: false }
}

const fn needed(name: &'static str, label: &'static str, kind: Kind) -> Input {
    Input { name, label, kind, is_required: true }
}

const NONE: Row =
    Row { key: "", label: "", about: "", entity: "", makes: "", inputs: &[], asks: "", needs: "" };

const TICKET: Row = Row { entity: "Ticket", needs: "Tickets - Edit", ..NONE };
const TIMER: Row = Row { entity: "Timer", needs: "Ticket Timers - Overview", ..NONE };
const INVOICE: Row = Row { entity: "Invoice", needs: "Invoices - View Details", ..NONE };
const ESTIMATE: Row = Row { entity: "Estimate", needs: "Estimates - View Details", ..NONE };

/// Who reads a comment that is not sent by e-mail; the first is the default (§8).
const READERS: &[&str] = &["private", "public"];

/// What a new line takes, for tickets, invoices and estimates alike.
const LINE: &[Input] = &[
    needed("name", "Item", Kind::Text),
    needed("description", "Description", Kind::Text),
    input("quantity", "Qty", Kind::Amount),
    input("price", "Price", Kind::Amount),
    input("product_id", "Product", Kind::Id("Product")),
    input("taxable", "Taxable", Kind::Yes),
];

const MUTE_FOR: &[&str] = &["1-hour", "1-day", "2-days", "1-week", "2-weeks", "1-month", "forever"];

/// All of them.
pub static ROWS: &[Row] = &[
    Row {
        key: "set-status",
        label: "Set status",
        inputs: &[needed("status", "Status", Kind::Status)],
        ..TICKET
    },
    Row { key: "take-ticket", label: "Take", about: "Assigns the ticket to you.", ..TICKET },
    Row {
        key: "assign-ticket",
        label: "Assign",
        inputs: &[needed("user_id", "To", Kind::User)],
        ..TICKET
    },
    Row {
        key: "comment-ticket",
        label: "Comment",
        about: "Only the team reads it, unless it is public; nothing is sent by e-mail.",
        inputs: &[
            needed("text", "Text", Kind::Long),
            input("audience", "Who reads it", Kind::One(READERS)),
        ],
        ..TICKET
    },
    Row {
        key: "email-comment",
        label: "Comment by e-mail",
        about: "The customer gets it by e-mail.",
        inputs: &[needed("text", "Text", Kind::Long)],
        asks: "Send this comment by e-mail to the customer?",
        ..TICKET
    },
    Row {
        key: "start-timer",
        label: "Start timer",
        about: "Starts your timer on this ticket, or goes on with the one that is paused.",
        inputs: &[
            input("notes", "Notes", Kind::Text),
            input("billable", "Billable", Kind::Yes),
            input("product_id", "Labour product", Kind::Id("Product")),
        ],
        needs: "Ticket Timers - Overview",
        ..TICKET
    },
    Row {
        key: "stop-timer",
        label: "Stop timer",
        about: "Stops your running timers on this ticket.",
        needs: "Ticket Timers - Overview",
        ..TICKET
    },
    Row {
        key: "log-time",
        label: "Log time",
        about: "Writes down time that was worked already.",
        inputs: &[
            needed("duration_minutes", "Minutes", Kind::Whole),
            input("start_at", "Begun at", Kind::Moment),
            input("notes", "Notes", Kind::Text),
            input("product_id", "Labour product", Kind::Id("Product")),
        ],
        needs: "Ticket Timers - Overview",
        ..TICKET
    },
    Row {
        key: "charge-timer",
        label: "Charge time",
        about: "Makes a line of one timer, or of every stopped one that is not charged yet.",
        inputs: &[input("timer_entry_id", "Timer's id", Kind::Whole)],
        needs: "Ticket Timers - Overview",
        ..TICKET
    },
    Row { key: "add-ticket-line", label: "Add line", inputs: LINE, ..TICKET },
    Row {
        key: "print-ticket",
        label: "Print",
        asks: "Print this ticket at the office's printer?",
        needs: "Tickets - View Details",
        ..TICKET
    },
    Row {
        key: "attach-file",
        label: "Attach file by URL",
        about: "Syncro fetches the file from a public address, a moment later.",
        inputs: &[
            needed("url", "Public address", Kind::Text),
            input("filename", "File's name", Kind::Text),
        ],
        ..TICKET
    },
    Row {
        key: "delete-attachment",
        label: "Delete attachment",
        inputs: &[needed("attachment_id", "Attachment's id", Kind::Whole)],
        asks: "Delete this attachment? It cannot be brought back.",
        ..TICKET
    },
    Row {
        key: "new-worksheet",
        label: "New worksheet",
        about: "From a template that was set up in the browser.",
        makes: "",
        inputs: &[
            needed("worksheet_template_id", "Template's id", Kind::Whole),
            input("title", "Title", Kind::Text),
        ],
        needs: "Tickets - View Details",
        ..TICKET
    },
    Row {
        key: "invoice-ticket",
        label: "Make invoice",
        about: "A new invoice for this ticket, with the ticket's lines.",
        asks: "Make an invoice of this ticket? Products get the prices of the price list.",
        makes: "Invoice",
        needs: "Invoices - Create",
        ..TICKET
    },
    Row { key: "resume-timer", label: "Start again", ..TIMER },
    Row { key: "pause-timer", label: "Pause", ..TIMER },
    Row { key: "end-timer", label: "Stop", ..TIMER },
    Row {
        key: "charge-time",
        label: "Charge",
        about: "Makes a line of the ticket of it.",
        ..TIMER
    },
    Row {
        key: "delete-time",
        label: "Delete",
        asks: "Delete this time entry? It cannot be brought back.",
        ..TIMER
    },
    Row {
        key: "apply-blueprint",
        label: "New ticket from blueprint",
        entity: "TicketBlueprint",
        makes: "Ticket",
        inputs: &[needed("customer_id", "Customer", Kind::Id("Customer"))],
        needs: "Ticket Blueprints - Create Ticket From Blueprint",
        ..NONE
    },
    Row {
        key: "fill-ticket-form",
        label: "New ticket by form",
        entity: "NewTicketForm",
        makes: "Ticket",
        inputs: &[
            needed("subject", "Subject", Kind::Text),
            input("description", "Description", Kind::Text),
            input("problem_type", "Issue type", Kind::Text),
            input("firstname", "First name", Kind::Text),
            input("lastname", "Last name", Kind::Text),
            input("business_name", "Business", Kind::Text),
            input("email", "E-mail", Kind::Text),
            input("phone", "Phone", Kind::Text),
        ],
        needs: "Tickets - Create",
        ..NONE
    },
    Row {
        key: "check-in-lead",
        label: "Check in",
        about: "Takes the lead in as from the check-in desk.",
        entity: "Lead",
        inputs: &[
            needed("ticket_description", "What is wrong", Kind::Text),
            input("ticket_subject", "Ticket's subject", Kind::Text),
            input("ticket_problem_type", "Issue type", Kind::Text),
        ],
        ..NONE
    },
    Row {
        key: "invite-portal-user",
        label: "Invite to the portal",
        entity: "PortalUser",
        asks: "Send the invitation by e-mail to the customer?",
        needs: "Global Admin",
        ..NONE
    },
    Row {
        key: "run-script",
        label: "Run script",
        about: "One of [connections.NAME.scripts]. Syncro tells neither its progress nor its output.",
        entity: "Asset",
        inputs: &[
            needed("script", "Script", Kind::Script),
            input("next_time", "Not before", Kind::Moment),
            input("run_as", "As", Kind::Text),
        ],
        asks: "Run this script on the customer's device?",
        needs: "Scripts - Execute",
        ..NONE
    },
    Row {
        key: "ticket-from-alert",
        label: "Make ticket",
        about: "A new ticket for the alert's customer and asset.",
        entity: "RmmAlert",
        makes: "Ticket",
        inputs: &[
            input("subject", "Subject", Kind::Text),
            input("problem_type", "Issue type", Kind::Text),
        ],
        needs: "Tickets - Create",
        ..NONE
    },
    Row {
        key: "resolve-alert",
        label: "Resolve",
        entity: "RmmAlert",
        asks: "Resolve this alert?",
        needs: "RMM Alerts - Delete",
        ..NONE
    },
    Row {
        key: "mute-alert",
        label: "Mute",
        entity: "RmmAlert",
        inputs: &[needed("mute_for", "For", Kind::One(MUTE_FOR))],
        needs: "RMM Alerts - Clear/Manage",
        ..NONE
    },
    Row {
        key: "add-invoice-line",
        label: "Add line",
        inputs: LINE,
        needs: "Invoices - Edit",
        ..INVOICE
    },
    Row {
        key: "print-invoice",
        label: "Print",
        asks: "Print this invoice at the office's printer?",
        ..INVOICE
    },
    Row {
        key: "email-invoice",
        label: "E-mail to customer",
        asks: "Send this invoice by e-mail to the customer?",
        ..INVOICE
    },
    Row {
        key: "publish-invoice",
        label: "Publish draft",
        needs: "Invoices - Edit",
        asks: "Publish this invoice? The customer can see it then.",
        ..INVOICE
    },
    Row { key: "unpublish-invoice", label: "Back to draft", needs: "Invoices - Edit", ..INVOICE },
    Row {
        key: "add-estimate-line",
        label: "Add line",
        inputs: LINE,
        needs: "Estimates - Edit",
        ..ESTIMATE
    },
    Row {
        key: "print-estimate",
        label: "Print",
        asks: "Print this estimate at the office's printer?",
        ..ESTIMATE
    },
    Row {
        key: "email-estimate",
        label: "E-mail to customer",
        asks: "Send this estimate by e-mail to the customer?",
        ..ESTIMATE
    },
    Row {
        key: "convert-estimate",
        label: "Make invoice",
        makes: "Invoice",
        asks: "Make an invoice of this estimate? That cannot be taken back.",
        needs: "Estimates - View Details” and “Invoices - Create",
        ..ESTIMATE
    },
    Row {
        key: "set-stock",
        label: "Set stock at location",
        entity: "Product",
        inputs: &[
            needed("location_quantity_id", "Id of the quantity", Kind::Whole),
            needed("quantity", "Quantity", Kind::Whole),
        ],
        needs: "Products - Edit Quantities",
        ..NONE
    },
    Row {
        key: "add-image",
        label: "Add image by URL",
        entity: "Product",
        inputs: &[
            needed("url", "Public address", Kind::Text),
            input("filename", "File's name", Kind::Text),
        ],
        needs: "Products - Edit",
        ..NONE
    },
    Row {
        key: "receive-line",
        label: "Receive",
        about: "Takes a line of this order into stock.",
        entity: "PurchaseOrder",
        inputs: &[
            needed("line_item_id", "Line's id", Kind::Whole),
            needed("received_quantity", "How many", Kind::Whole),
        ],
        needs: "Purchase Orders - Edit",
        ..NONE
    },
    Row {
        key: "clock-in",
        label: "Clock in",
        about: "Writes down that you came.",
        inputs: &[input("in_note", "Note", Kind::Text)],
        ..NONE
    },
    Row {
        key: "clock-out",
        label: "Clock out",
        about: "Writes down that you leave.",
        inputs: &[input("out_note", "Note", Kind::Text), input("lunch", "For lunch", Kind::Yes)],
        ..NONE
    },
];

/// The deed of that key.
pub fn row(key: &str) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.key == key)
}

/// What of an account and of the settings can be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Offered<'a> {
    /// Labels of the scripts that the settings name.
    pub scripts: &'a [String],
    /// What the account tells of itself.
    pub told: &'a Told,
}

/// The deed of that key, with what can be chosen.
pub fn verb(key: &str, offered: Offered<'_>) -> Option<Verb> {
    let row = row(key)?;
    Some(Verb {
        description: row.about.to_owned(),
        input: schema(row, offered),
        asks: Some(row.asks.to_owned()).filter(|asks| !asks.is_empty()),
        ..Verb::new(row.key, row.label)
    })
}

/// What can be done without a record.
pub fn without_record(offered: Offered<'_>) -> Vec<Verb> {
    let rows = ROWS.iter().filter(|row| row.entity.is_empty());
    rows.filter_map(|row| verb(row.key, offered)).collect()
}

fn schema(row: &Row, offered: Offered<'_>) -> Json {
    let property = |input: &Input| {
        let mut json = property(input.kind, offered);
        if let Some(map) = json.as_object_mut() {
            map.insert("title".to_owned(), json!(input.label));
        }
        (input.name.to_owned(), json)
    };
    let properties: Map<_, _> = row.inputs.iter().map(property).collect();
    let required: Vec<_> =
        row.inputs.iter().filter(|input| input.is_required).map(|input| input.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if let Some(map) = schema.as_object_mut().filter(|_| !required.is_empty()) {
        map.insert("required".to_owned(), json!(required));
    }
    schema
}

/// The JSON Schema of one input.
fn property(kind: Kind, Offered { scripts, told }: Offered<'_>) -> Json {
    match kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Long => json!({ "type": "string", "x-multiline": true }),
        Kind::Whole => json!({ "type": "integer" }),
        Kind::Amount => json!({ "type": "number" }),
        Kind::Yes => json!({ "type": "boolean" }),
        Kind::Moment => json!({ "type": "string", "format": "date-time" }),
        Kind::Id(entity) => json!({ "type": "string", "x-entity": entity }),
        Kind::One(choices) => json!({ "type": "string", "enum": choices }),
        Kind::Script if scripts.is_empty() => json!({
            "type": "string",
            "description": "The script's id; name those you use under [connections.NAME.scripts].",
        }),
        Kind::Script => json!({ "type": "string", "enum": scripts }),
        Kind::Status => {
            let all = items(&told.tickets, &["ticket_status_list"]).filter_map(reading::text);
            chosen("string", all.map(|name| (json!(name), name)).collect())
        }
        Kind::User => {
            let user = |user: &Json| {
                let own: i64 = user.get("id").and_then(reading::id)?.parse().ok()?;
                Some((json!(own), user.get("name").and_then(reading::text)?))
            };
            chosen("integer", items(&told.tickets, &["users"]).filter_map(user).collect())
        }
    }
}

/// One of these values, by their labels; any where none are told.
fn chosen(kind: &str, all: Vec<(Json, String)>) -> Json {
    if all.is_empty() {
        return json!({ "type": kind });
    }
    let (values, labels): (Vec<_>, Vec<_>) = all.into_iter().unzip();
    json!({ "type": kind, "enum": values, "x-enum-labels": labels })
}

/// Whether everything that is needed was given, and nothing else.
pub fn check(row: &Row, run: &Run) -> Result<(), Error> {
    let invalid = |name: &str, reason: &str| {
        Err(Error::Invalid { field: Some(name.to_owned()), reason: reason.to_owned() })
    };
    let empty = Map::new();
    let input = match &run.input {
        Json::Object(map) => map,
        Json::Null => &empty,
        Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
            return Err(Error::Usage { reason: format!("{} takes an object", row.key) });
        }
    };
    for name in input.keys() {
        if row.inputs.iter().all(|input| input.name != name) {
            return invalid(name, "this action does not take it");
        }
    }
    for wanted in row.inputs {
        let value = input.get(wanted.name).filter(|json| !json.is_null() && **json != json!(""));
        match value {
            None if wanted.is_required => return invalid(wanted.name, "required"),
            Some(value) if !wanted.kind.fits(value) => {
                return invalid(wanted.name, "this is of another kind than it takes");
            }
            None | Some(_) => {}
        }
    }
    Ok(())
}

impl Kind {
    fn fits(self, value: &Json) -> bool {
        match self {
            // Whether the account has such a status the server says: what was told may be old.
            Self::Text | Self::Long | Self::Status => value.is_string(),
            Self::Whole | Self::User | Self::Id(_) => {
                value.is_i64() || value.as_str().is_some_and(|it| it.parse::<i64>().is_ok())
            }
            Self::Amount => reading::decimal(value).is_some(),
            Self::Yes => value.is_boolean(),
            Self::Moment => value.as_str().is_some_and(|it| it.parse::<jiff::Timestamp>().is_ok()),
            Self::One(choices) => value.as_str().is_some_and(|it| choices.contains(&it)),
            Self::Script => value.is_string() || value.is_i64(),
        }
    }
}
