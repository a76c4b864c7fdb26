//! The service desk: tickets and what belongs to them, appointments.
use super::{
    By, CREATED, CUSTOMER_ID, Can, How, Lines, NONE, Needs, Place, READ, Resource, Row, Sieve,
    Switch, Tie, UPDATED, USER_ID, Update, Way, Wire, after, choice, day, exact, flag, long,
    moment, money, number, other, seconds, since, switch, tags, text, tie, to, to_many, whole,
};

const TICKETS: Needs = Needs {
    list: "Tickets - List/Search",
    get: "Tickets - View Details",
    create: "Tickets - Create",
    update: "Tickets - Edit",
    delete: "Tickets - Delete",
};

const LINES: Lines = Lines {
    columns: &[
        text("name", "Item").required(),
        text("description", "Description").required(),
        number("quantity", "Qty").rw(),
        money("price_retail", "Price").rw(),
        money("price_cost", "Cost").rw(),
        flag("taxable", "Taxable").rw(),
        to("product_id", "Product", "Product").rw(),
    ],
    totals: &[],
    way: Way::Body,
};

const TICKET_FIELDS: &[Row] = &[
    whole("number", "Number"),
    text("subject", "Subject").required(),
    choice("status", "Status", &[]).rw(),
    Row { is_required: true, ..CUSTOMER_ID.rw() },
    to("contact_id", "Contact", "Contact")
        .rw()
        .wire(Wire::Named(&[&["contact_fullname"], &["contact", "name"]])),
    USER_ID.rw(),
    choice("priority", "Priority", &[]).rw(),
    choice("problem_type", "Issue type", &[]).rw(),
    choice("ticket_type_id", "Ticket type", &[]).rw(),
    long("description", "Description").create().wire(Wire::Opening),
    day("due_date", "Due").rw(),
    moment("start_at", "Starts").rw(),
    moment("end_at", "Ends").rw(),
    tags("tag_list", "Tags").rw(),
    to_many("asset_ids", "Assets", "Asset").rw(),
    Row::new("line_items", "Lines", super::FieldKind::Lines).update().wire(Wire::Lines(&LINES)),
    Row::new("attachments", "Attachments", super::FieldKind::File).wire(Wire::Files),
    text("timer", "Timer").wire(Wire::Running),
    text("billing_status", "Billing"),
    text("total_formatted_billable_time", "Billable time"),
    text("sla_name", "SLA"),
    text("contract_name", "Contract"),
    flag("customer_reply", "Customer replied"),
    to("parent_id", "Parent ticket", "Ticket").rw(),
    text("location_name", "Location"),
    text("creator_name_or_email", "Created by"),
    text("signature_name", "Signed by").rw(),
    text("asset_name", "Asset's name").wire(Wire::At(&["assets", "0", "name"])),
    moment("resolved_at", "Resolved"),
    CREATED,
    UPDATED,
    other("properties", "Other properties"),
];

const NOT_CLOSED: Switch = switch("not-closed", "Not closed", "status", "Not Closed");

/// `/tickets`.
pub static TICKET: Resource = Resource {
    name: "Ticket",
    one: "Ticket",
    many: "Tickets",
    group: "Service desk",
    place: Place::Path("tickets"),
    list: "tickets",
    single: "ticket",
    can: super::EVERYTHING,
    needs: TICKETS,
    right: "ticket",
    tab: "tickets",
    title: "subject",
    status: "status",
    fields: TICKET_FIELDS,
    columns: &[
        "number",
        "subject",
        "status",
        "customer_id",
        "user_id",
        "priority",
        "due_date",
        "updated_at",
    ],
    sieves: &[
        exact("number"),
        exact("status"),
        exact("customer_id"),
        exact("contact_id"),
        exact("user_id"),
        exact("parent_id"),
        Sieve { field: "asset_name", param: "asset_name", how: How::Like },
        after("created_at", "created_after"),
        after("resolved_at", "resolved_after"),
        since("updated_at", "since_updated_at"),
    ],
    words: "query",
    searched: &["subject", "number"],
    presets: &[NOT_CLOSED],
    flags: &[switch("mine", "Mine", "mine", "true")],
    ties: TICKET_TIES,
    deeds: &[
        "set-status",
        "assign-ticket",
        "take-ticket",
        "comment-ticket",
        "email-comment",
        "start-timer",
        "stop-timer",
        "log-time",
        "charge-timer",
        "add-ticket-line",
        "print-ticket",
        "attach-file",
        "delete-attachment",
        "new-worksheet",
        "invoice-ticket",
    ],
    ..NONE
};

const TICKET_TIES: &[Tie] = &[
    tie("timers", "Timers", "Timer", By::Field("ticket_id")),
    tie("assets", "Assets", "Asset", By::Within("assets")),
    tie("invoices", "Invoices", "Invoice", By::Field("ticket_id")),
    tie("appointments", "Appointments", "Appointment", By::Within("appointments")),
    tie("children", "Child tickets", "Ticket", By::Field("parent_id")),
    tie("worksheets", "Worksheets", "Worksheet", By::Below),
    tie("estimates", "Estimates", "Estimate", By::Field("ticket_id")),
];

/// `/ticket_comments`: read here, written as comments of a ticket.
pub static COMMENT: Resource = Resource {
    name: "TicketComment",
    one: "Ticket comment",
    many: "Ticket comments",
    group: "Service desk",
    place: Place::Path("ticket_comments"),
    list: "comments",
    single: "comment",
    needs: Needs { list: "Tickets - View Details", ..TICKETS },
    right: "ticket",
    tab: "tickets",
    title: "subject",
    fields: &[
        text("subject", "Subject"),
        to("ticket_id", "Ticket", "Ticket"),
        text("tech", "By"),
        flag("hidden", "Private"),
        long("body", "Text"),
        to("customer_id", "Ticket's customer", "Customer"),
        USER_ID,
        CREATED,
        UPDATED,
    ],
    columns: &["created_at", "tech", "ticket_id", "subject", "hidden", "body"],
    sieves: &[
        exact("ticket_id"),
        exact("customer_id"),
        exact("user_id"),
        after("created_at", "comment_created_after"),
    ],
    ..NONE
};

const TIMERS: Needs = Needs {
    list: "Ticket Timers - Overview",
    get: "Ticket Timers - Overview",
    create: "Ticket Timers - Overview",
    update: "Ticket Timers - Edit",
    delete: "",
};

/// `/ticket_timers`.
pub static TIMER: Resource = Resource {
    name: "Timer",
    one: "Time entry",
    many: "Time entries",
    group: "Service desk",
    place: Place::Path("ticket_timers"),
    list: "ticket_timers",
    single: "ticket_timer",
    can: Can { create: true, update: Update::Patch, ..NONE.can },
    needs: TIMERS,
    right: "ticket",
    tab: "tickets",
    title: "notes",
    status: "status",
    fields: &[
        Row { is_required: true, ..to("ticket_id", "Ticket", "Ticket").create() },
        USER_ID,
        choice("status", "State", &["status_running", "status_paused", "status_stopped"]),
        moment("start_time", "Started"),
        moment("end_time", "Ended"),
        seconds("active_duration", "Worked"),
        seconds("billable_time", "Billable time"),
        flag("billable", "Billable").rw(),
        flag("recorded", "Charged"),
        text("notes", "Notes").create(),
        to("product_id", "Labour", "Product").create(),
        whole("ticket_line_item_id", "Charged as line"),
        to("customer_id", "Ticket's customer", "Customer"),
        CREATED,
        UPDATED,
    ],
    columns: &["start_time", "user_id", "ticket_id", "status", "active_duration", "billable"],
    sieves: &[
        exact("ticket_id"),
        exact("user_id"),
        exact("customer_id"),
        Sieve { field: "created_at", param: "created_at_gt", how: How::After },
    ],
    presets: &[
        switch("running", "Running", "status", "running"),
        switch("paused", "Paused", "status", "paused"),
        switch("unbilled", "Not billed", "billing_status", "unbilled"),
        switch("billed", "Billed", "billing_status", "billed"),
    ],
    deeds: &["resume-timer", "pause-timer", "end-timer", "charge-time", "delete-time"],
    ..NONE
};

/// `/timelogs`: when staff came and went.
pub static TIMELOG: Resource = Resource {
    name: "Timelog",
    one: "Attendance",
    many: "Attendance",
    group: "Service desk",
    place: Place::Path("timelogs"),
    list: "timelogs",
    single: "timelog",
    needs: Needs { list: "Timelogs - Manage", ..NONE.needs },
    title: "in_at",
    fields: &[
        USER_ID,
        moment("in_at", "Came"),
        moment("out_at", "Left"),
        flag("lunch", "Lunch"),
        text("in_note", "Note on coming"),
        text("out_note", "Note on leaving"),
        flag("manually_updated", "Changed by hand"),
        CREATED,
        UPDATED,
    ],
    columns: &["user_id", "in_at", "out_at", "lunch", "in_note"],
    sieves: &[exact("user_id")],
    ..NONE
};

/// `/appointments`.
pub static APPOINTMENT: Resource = Resource {
    name: "Appointment",
    one: "Appointment",
    many: "Appointments",
    group: "Service desk",
    place: Place::Path("appointments"),
    list: "appointments",
    single: "appointment",
    can: Can { update: Update::Part(&["start_at"]), ..super::EVERYTHING },
    needs: Needs { list: "Appointments - View All", ..NONE.needs },
    title: "summary",
    fields: &[
        text("summary", "Summary").required(),
        Row { is_required: true, ..moment("start_at", "Starts").rw() },
        Row { is_required: true, ..moment("end_at", "Ends").rw() },
        flag("all_day", "All day").rw(),
        CUSTOMER_ID.rw(),
        to("ticket_id", "Ticket", "Ticket").rw().wire(Wire::Named(&[&["ticket", "subject"]])),
        text("location", "Place").rw(),
        text("appointment_location_type", "Kind of place"),
        to("appointment_type_id", "Kind", "AppointmentType").rw(),
        USER_ID.rw(),
        flag("do_not_email", "No e-mail").wire(Wire::Flag).create(),
        flag("email_customer", "E-mail the customer").rw(),
        long("description", "Description").rw(),
        number("duration", "Hours"),
        CREATED,
        UPDATED,
    ],
    columns: &["start_at", "end_at", "summary", "customer_id", "location"],
    sieves: &[Sieve { field: "start_at", param: "date_from", how: How::After }],
    flags: &[switch("mine", "Mine", "mine", "true")],
    ..NONE
};

/// `/ticket_blueprints`.
pub static BLUEPRINT: Resource = Resource {
    name: "TicketBlueprint",
    one: "Ticket blueprint",
    many: "Ticket blueprints",
    group: "Service desk",
    place: Place::Path("ticket_blueprints"),
    list: "ticket_blueprints",
    single: "ticket_blueprint",
    needs: Needs { list: "Ticket Blueprints - Manage", ..NONE.needs },
    tab: "tickets",
    fields: &[text("name", "Name"), text("role", "Role"), whole("children_count", "Children")],
    columns: &["name", "role", "children_count"],
    deeds: &["apply-blueprint"],
    ..NONE
};

/// `/new_ticket_forms`.
pub static FORM: Resource = Resource {
    name: "NewTicketForm",
    one: "Ticket form",
    many: "Ticket forms",
    group: "Service desk",
    place: Place::Path("new_ticket_forms"),
    list: "new_ticket_forms",
    single: "new_ticket_form",
    can: READ,
    needs: Needs {
        list: "Ticket Workflows - Manage",
        get: "Tickets - Create",
        create: "Tickets - Create",
        ..NONE.needs
    },
    tab: "tickets",
    fields: &[
        text("name", "Name"),
        flag("default", "Usual"),
        flag("disabled", "Off"),
        other("data", "Fields"),
    ],
    columns: &["name", "default", "disabled"],
    deeds: &["fill-ticket-form"],
    ..NONE
};
