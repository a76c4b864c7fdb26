//! What is written down, who works here, and how the account is set up.
use super::{
    By, CREATED, Can, EVERYTHING, NONE, Needs, Part, Place, READ, Resource, Row, UPDATED, Update,
    Wire, flag, long, other, text, tie, to, whole,
};

/// `/wiki_pages`.
pub static WIKI: Resource = Resource {
    name: "WikiPage",
    one: "Wiki page",
    many: "Wiki pages",
    group: "Office",
    place: Place::Path("wiki_pages"),
    list: "wiki_pages",
    single: "wiki_page",
    can: EVERYTHING,
    needs: Needs {
        list: "Documentation - Allow Usage",
        get: "Documentation - Allow Usage",
        create: "Documentation - Create",
        update: "Documentation - Edit",
        delete: "Documentation - Delete",
    },
    tab: "wiki",
    fields: &[
        text("name", "Name").required(),
        Row {
            is_required: true,
            ..Row::new("body", "Text", crate::domain::schema::FieldKind::Html).rw()
        },
        text("slug", "Address").rw(),
        to("customer_id", "Customer", "Customer").rw(),
        to("asset_id", "Asset", "Asset").rw(),
        text("visibility", "Seen by").rw(),
    ],
    columns: &["name", "slug"],
    ..NONE
};

const CANNED_NEEDS: &str = "Ticket Canned Responses - Manage";

/// `/canned_responses`.
pub static CANNED: Resource = Resource {
    name: "CannedResponse",
    one: "Canned response",
    many: "Canned responses",
    group: "Office",
    place: Place::Path("canned_responses"),
    list: "canned_responses",
    single: "canned_response",
    can: Can { create: true, update: Update::Patch, delete: true, get: false },
    needs: Needs {
        list: CANNED_NEEDS,
        get: CANNED_NEEDS,
        create: CANNED_NEEDS,
        update: CANNED_NEEDS,
        delete: CANNED_NEEDS,
    },
    title: "title",
    fields: &[
        text("title", "Title").required(),
        text("subject", "Subject").rw(),
        Row { is_required: true, ..long("body", "Text").rw() },
        text("category_name", "Category"),
        whole("canned_response_category_id", "Category no.").rw(),
    ],
    columns: &["title", "subject", "category_name"],
    words: "query",
    searched: &["title", "subject"],
    ..NONE
};

/// `/users`, which lists pairs (§4).
pub static USER: Resource = Resource {
    name: "User",
    one: "User",
    many: "Users",
    group: "Office",
    place: Place::Path("users"),
    list: "users",
    single: "user",
    can: READ,
    title: "full_name",
    fields: &[
        text("full_name", "Name"),
        text("email", "E-mail"),
        text("group", "Group"),
        flag("admin", "Administrator"),
        text("color", "Colour"),
        CREATED,
        UPDATED,
    ],
    columns: &["full_name"],
    ties: &[
        tie("tickets", "Tickets", "Ticket", By::Field("user_id")),
        tie("timers", "Time entries", "Timer", By::Field("user_id")),
        tie("timelogs", "Attendance", "Timelog", By::Field("user_id")),
    ],
    ..NONE
};

const ADMIN: Needs = Needs {
    list: "Global Admin",
    get: "Global Admin",
    create: "Global Admin",
    update: "Global Admin",
    delete: "Global Admin",
};

/// `/appointment_types`. The kind of place is written as a number and read as a word (§5).
pub static APPOINTMENT_TYPE: Resource = Resource {
    name: "AppointmentType",
    one: "Appointment type",
    many: "Appointment types",
    group: "Office",
    place: Place::Path("appointment_types"),
    list: "appointment_types",
    single: "appointment_type",
    can: EVERYTHING,
    needs: ADMIN,
    fields: &[
        text("name", "Name").required(),
        text("location_type", "Kind of place"),
        Row { is_required: true, ..whole("location_type_number", "Kind of place no.") }
            .rw()
            .wire(Wire::Renamed { read: "", write: "location_type" }),
        text("location_hard_code", "Fixed place").rw(),
        long("email_instructions", "Instructions by e-mail").rw(),
        CREATED,
        UPDATED,
    ],
    columns: &["name", "location_type", "location_hard_code"],
    ..NONE
};

/// `/payment_methods`.
pub static PAYMENT_METHOD: Resource = Resource {
    name: "PaymentMethod",
    one: "Payment method",
    many: "Payment methods",
    group: "Office",
    place: Place::Path("payment_methods"),
    list: "payment_methods",
    single: "payment_method",
    tab: "invoices",
    fields: &[text("name", "Name"), flag("uses_card_processing", "By card"), CREATED, UPDATED],
    columns: &["name", "uses_card_processing"],
    ..NONE
};

/// The account's ticket statuses.
pub static STATUS: Resource = Resource {
    name: "Status",
    one: "Status",
    many: "Statuses",
    group: "Office",
    place: Place::Settings(Part::Statuses),
    fields: &[text("name", "Name"), whole("position", "Place")],
    columns: &["position", "name"],
    ties: &[tie("tickets", "Tickets", "Ticket", By::Field("status"))],
    ..NONE
};

/// Ticket searches that were saved in the web; each is a preset of tickets too.
pub static SEARCH: Resource = Resource {
    name: "SavedSearch",
    one: "Saved search",
    many: "Saved searches",
    group: "Office",
    place: Place::Settings(Part::Searches),
    fields: &[text("name", "Name"), other("definition", "What it asks")],
    columns: &["name"],
    ties: &[tie(
        "tickets",
        "Tickets",
        "Ticket",
        By::Preset(crate::providers::syncro::schema::SAVED),
    )],
    ..NONE
};

/// Definitions of custom fields.
pub static FIELD: Resource = Resource {
    name: "CustomField",
    one: "Custom field",
    many: "Custom fields",
    group: "Office",
    place: Place::Settings(Part::Fields),
    fields: &[
        text("name", "Name"),
        text("of", "Of"),
        text("type_name", "Only for"),
        text("field_type", "Type"),
        flag("required", "Required"),
        flag("hidden", "Hidden"),
        text("answers", "Choices"),
        whole("position", "Place"),
    ],
    columns: &["name", "of", "type_name", "field_type", "required"],
    ..NONE
};

/// Every plain setting of the account.
pub static SETTING: Resource = Resource {
    name: "Setting",
    one: "Setting",
    many: "Settings",
    group: "Office",
    place: Place::Settings(Part::Plain),
    fields: &[text("name", "Name"), text("value", "Value")],
    columns: &["name", "value"],
    ..NONE
};
