//! Customers, their people, and what is agreed with them.
use super::{
    By, CREATED, CUSTOMER_ID, Can, EVERYTHING, How, NONE, Needs, Place, Resource, Row, Sieve, Tie,
    UPDATED, USER_ID, Update, Wire, choice, day, exact, flag, like, long, moment, money, other,
    switch, tags, text, tie, to, whole,
};
use crate::domain::schema::FieldKind;

const CUSTOMERS: Needs = Needs {
    list: "Customers - List/Search",
    get: "Customers - View Detail",
    create: "Customers - Create",
    update: "Customers - Edit",
    delete: "Customers - Delete",
};

const ADDRESS: Row = Row::new("address", "Address", FieldKind::Address);

const CUSTOMER_FIELDS: &[Row] = &[
    text("business_then_name", "Name"),
    text("business_name", "Business").rw(),
    text("firstname", "First name").rw(),
    text("lastname", "Last name").rw(),
    text("email", "E-mail").rw(),
    text("phone", "Phone").rw(),
    text("mobile", "Mobile").rw(),
    ADDRESS.rw().wire(Wire::Address(["address", "address_2", "city", "state", "zip"])),
    long("notes", "Notes").rw(),
    text("notification_email", "Notifications to").rw(),
    text("invoice_cc_emails", "Invoices also to").rw(),
    text("referred_by", "Referred by").rw(),
    flag("get_sms", "Gets SMS").rw(),
    flag("opt_out", "Opted out").rw(),
    flag("no_email", "No e-mail").rw(),
    flag("get_billing", "Gets bills").rw(),
    flag("get_marketing", "Gets marketing").rw(),
    flag("get_reports", "Gets reports").rw(),
    flag("disabled", "Disabled"),
    text("location_name", "Location"),
    whole("tax_rate_id", "Tax rate no.").rw(),
    whole("invoice_term_id", "Invoice term no.").rw(),
    to("ref_customer_id", "Referred by customer", "Customer").rw(),
    CREATED,
    UPDATED,
    other("properties", "Other properties"),
];

/// `/customers`.
pub static CUSTOMER: Resource = Resource {
    name: "Customer",
    one: "Customer",
    many: "Customers",
    group: "Customers",
    place: Place::Path("customers"),
    list: "customers",
    single: "customer",
    can: EVERYTHING,
    needs: CUSTOMERS,
    right: "customer",
    tab: "customers",
    title: "business_then_name",
    fields: CUSTOMER_FIELDS,
    columns: &["business_then_name", "firstname", "lastname", "email", "phone", "updated_at"],
    sieves: &[like("firstname"), like("lastname"), like("business_name"), like("email")],
    words: "query",
    searched: &["business_then_name", "email", "phone"],
    is_sorted: true,
    flags: &[switch("disabled-too", "Disabled ones too", "include_disabled", "true")],
    ties: CUSTOMER_TIES,
    ..NONE
};

const CUSTOMER_TIES: &[Tie] = &[
    tie("tickets", "Tickets", "Ticket", By::Field("customer_id")),
    tie("contacts", "Contacts", "Contact", By::Field("customer_id")),
    tie("assets", "Assets", "Asset", By::Field("customer_id")),
    tie("invoices", "Invoices", "Invoice", By::Field("customer_id")),
    tie("estimates", "Estimates", "Estimate", By::Field("customer_id")),
    tie("schedules", "Recurring invoices", "Schedule", By::Field("customer_id")),
    tie("contracts", "Contracts", "Contract", By::Field("customer_id")),
    tie("phones", "Phones", "Phone", By::Below),
    tie("appointments", "Appointments", "Appointment", By::Field("customer_id")),
    tie("payments", "Payments", "Payment", By::Field("customer_id")),
    tie("leads", "Leads", "Lead", By::Field("customer_id")),
    tie("alerts", "RMM alerts", "RmmAlert", By::Field("customer_id")),
    tie("timers", "Time entries", "Timer", By::Field("customer_id")),
    tie("portal_users", "Portal users", "PortalUser", By::Field("customer_id")),
    tie("policy_folders", "Policy folders", "PolicyFolder", By::Field("customer_id")),
    tie("payment_profiles", "Payment profiles", "PaymentProfile", By::Below),
];

/// `/contacts`.
pub static CONTACT: Resource = Resource {
    name: "Contact",
    one: "Contact",
    many: "Contacts",
    group: "Customers",
    place: Place::Path("contacts"),
    list: "contacts",
    can: Can { update: Update::Part(&["name"]), ..EVERYTHING },
    needs: Needs {
        list: "Customers - View Detail",
        get: "Customers - View Detail",
        create: "Customers - Edit",
        update: "Customers - Edit",
        delete: "Customers - Edit",
    },
    right: "customer",
    tab: "customers",
    fields: &[
        text("name", "Name").required(),
        Row { is_required: true, ..CUSTOMER_ID.rw() },
        text("title", "Job title")
            .update()
            .wire(Wire::Renamed { read: "properties.title", write: "title" }),
        text("email", "E-mail").rw(),
        text("phone", "Phone").rw(),
        text("extension", "Extension").rw(),
        text("mobile", "Mobile").rw(),
        ADDRESS.rw().wire(Wire::Address(["address1", "address2", "city", "state", "zip"])),
        long("notes", "Notes").rw(),
        flag("opt_out", "Opted out"),
        to("vendor_id", "Vendor", "Vendor"),
        CREATED,
        UPDATED,
        other("properties", "Other properties"),
    ],
    columns: &["name", "customer_id", "email", "phone", "mobile", "updated_at"],
    sieves: &[exact("customer_id")],
    searched: &["name", "email", "phone"],
    ties: &[
        tie("tickets", "Tickets", "Ticket", By::Field("contact_id")),
        tie("assets", "Assets", "Asset", By::Path(&["customer_assets", "assets_by_contact"])),
        tie("invoices", "Invoices", "Invoice", By::Field("contact_id")),
        tie("portal_users", "Portal users", "PortalUser", By::Field("contact_id")),
    ],
    ..NONE
};

const STATUSES: &[&str] = &[
    "New",
    "Lead",
    "First Contact",
    "Opportunity",
    "Prospect",
    "Waiting on Client",
    "In Negotiation",
    "Pending",
    "Won",
    "Lost",
];

const LEAD_FIELDS: &[Row] = &[
    text("business_then_name", "Name"),
    text("business_name", "Business").rw(),
    text("first_name", "First name").rw(),
    text("last_name", "Last name").rw(),
    choice("status", "Status", STATUSES).rw(),
    text("email", "E-mail").rw(),
    text("phone", "Phone").rw(),
    text("mobile", "Mobile").rw(),
    Row::new("address", "Address", FieldKind::Address)
        .rw()
        .wire(Wire::Address(["address", "", "city", "state", "zip"])),
    money("opportunity_amount_dollars", "Amount").rw(),
    whole("likelihood", "Likelihood, %").rw(),
    moment("opportunity_start_date", "Opportunity since").rw(),
    USER_ID.rw(),
    to("customer_id", "Customer", "Customer").rw(),
    to("contact_id", "Contact", "Contact").rw(),
    to("ticket_id", "Ticket", "Ticket").rw(),
    text("ticket_subject", "Ticket's subject").rw(),
    long("ticket_description", "Ticket's description").rw(),
    choice("ticket_problem_type", "Issue type", &[]).rw(),
    choice("ticket_type_id", "Ticket type", &[]).rw(),
    flag("from_check_in", "From check-in").rw(),
    flag("message_read", "Read").rw(),
    flag("converted", "Converted").rw(),
    text("hidden_notes", "Hidden notes").rw(),
    text("mailbox_name", "Mailbox"),
    flag("has_attachments", "Has attachments"),
    CREATED,
    UPDATED,
    other("properties", "Other properties"),
];

/// `/leads`.
pub static LEAD: Resource = Resource {
    name: "Lead",
    one: "Lead",
    many: "Leads",
    group: "Customers",
    place: Place::Path("leads"),
    list: "leads",
    single: "lead",
    can: Can { delete: false, ..EVERYTHING },
    needs: Needs { list: "Leads - List/Search", get: "Leads - List/Search", ..NONE.needs },
    tab: "leads",
    title: "business_then_name",
    status: "status",
    fields: LEAD_FIELDS,
    columns: &["business_then_name", "first_name", "last_name", "status", "email", "created_at"],
    sieves: &[
        Sieve { field: "status", param: "statuses[]", how: How::Many },
        Sieve { field: "user_id", param: "users[]", how: How::Many },
    ],
    words: "query",
    searched: &["business_then_name", "email"],
    presets: &[
        switch("with-ticket", "With a ticket", "has_ticket", "true"),
        switch("without-ticket", "Without a ticket", "has_ticket", "false"),
    ],
    deeds: &["check-in-lead"],
    ..NONE
};

/// `/contracts`.
pub static CONTRACT: Resource = Resource {
    name: "Contract",
    one: "Contract",
    many: "Contracts",
    group: "Customers",
    place: Place::Path("contracts"),
    list: "contracts",
    can: Can { update: Update::Part(&["customer_id"]), ..EVERYTHING },
    needs: Needs {
        list: "Contracts - List/Search",
        get: "Contracts - Edit",
        create: "Contracts - Edit",
        update: "Contracts - Edit",
        delete: "Contracts - Delete",
    },
    tab: "contracts",
    status: "status",
    fields: &[
        text("name", "Name").rw(),
        Row { is_required: true, ..CUSTOMER_ID.rw() },
        text("status", "Status").rw(),
        text("contract_amount", "Amount").rw(),
        day("start_date", "Starts").rw(),
        day("end_date", "Ends").rw(),
        whole("likelihood", "Likelihood, %").rw(),
        text("primary_contact", "Primary contact").rw(),
        flag("apply_to_all", "Applies to all").rw(),
        tags("tag_list", "Tags").rw(),
        long("description", "Description").rw(),
        whole("sla_id", "SLA no.").rw(),
        other("product_price_overrides", "Prices"),
        CREATED,
        UPDATED,
    ],
    columns: &["name", "customer_id", "status", "contract_amount", "start_date", "end_date"],
    ties: &[tie("schedules", "Recurring invoices", "Schedule", By::Field("contract_id"))],
    ..NONE
};

/// `/portal_users`.
pub static PORTAL_USER: Resource = Resource {
    name: "PortalUser",
    one: "Portal user",
    many: "Portal users",
    group: "Customers",
    place: Place::Path("portal_users"),
    list: "portal_users",
    can: Can { create: true, update: Update::Part(&[]), delete: true, get: false },
    needs: Needs {
        list: "Global Admin",
        get: "Global Admin",
        create: "Global Admin",
        update: "Global Admin",
        delete: "Global Admin",
    },
    tab: "customers",
    title: "email",
    fields: &[
        Row { is_required: true, ..text("email", "E-mail").rw() },
        CUSTOMER_ID.rw(),
        to("contact_id", "Contact", "Contact").rw(),
        whole("portal_group_id", "Group no.").rw(),
        CREATED,
        UPDATED,
    ],
    columns: &["email", "customer_id", "contact_id", "created_at"],
    sieves: &[exact("customer_id"), exact("email")],
    deeds: &["invite-portal-user"],
    ..NONE
};
