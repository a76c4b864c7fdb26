//! Invoices, estimates, payments, and what makes them again and again.
use super::{
    By, CREATED, CUSTOMER_ID, Can, EVERYTHING, How, Lines, NONE, Needs, Place, Resource, Row,
    Sieve, UPDATED, Update, Way, Wire, after, choice, day, exact, flag, long, moment, money,
    number, since, switch, text, tie, to, to_many, whole,
};
use crate::domain::schema::FieldKind;

const INVOICE_LINES: Lines = Lines {
    columns: &[
        text("item", "Item").required(),
        text("name", "Description").rw(),
        number("quantity", "Qty").create(),
        money("price", "Price").rw(),
        money("cost", "Cost").rw(),
        flag("taxable", "Taxable").rw(),
        to("product_id", "Product", "Product").create(),
    ],
    totals: &["subtotal", "tax", "total"],
    way: Way::Path(true),
};

const INVOICE_FIELDS: &[Row] = &[
    text("number", "Number").rw(),
    text("name", "Name").rw(),
    Row { is_required: true, ..CUSTOMER_ID.rw() },
    text("status", "Status"),
    flag("is_paid", "Paid"),
    Row { is_required: true, ..day("date", "Date").rw() },
    day("due_date", "Due").rw(),
    money("subtotal", "Subtotal"),
    money("tax", "Tax"),
    money("total", "Total"),
    money("amount_paid", "Paid so far"),
    money("balance_due", "Balance due"),
    Row::new("line_items", "Lines", FieldKind::Lines).rw().wire(Wire::Lines(&INVOICE_LINES)),
    to("ticket_id", "Ticket", "Ticket").rw(),
    to("contact_id", "Contact", "Contact"),
    to("schedule_id", "Recurring invoice", "Schedule"),
    to("user_id", "By", "User"),
    text("po_number", "PO number").rw(),
    long("note", "Note").rw(),
    whole("location_id", "Location no.").rw(),
    flag("is_recurring", "Recurring"),
    flag("verified_paid", "Payment verified"),
    moment("published_date", "Published"),
    CREATED,
    UPDATED,
];

/// `/invoices`. "All parameters overwrite existing params" (§5).
pub static INVOICE: Resource = Resource {
    name: "Invoice",
    one: "Invoice",
    many: "Invoices",
    group: "Billing",
    place: Place::Path("invoices"),
    list: "invoices",
    single: "invoice",
    can: Can { update: Update::Whole, ..EVERYTHING },
    needs: Needs {
        list: "Invoices - List/Search",
        get: "Invoices - View Details",
        create: "Invoices - Create",
        update: "Invoices - Edit",
        delete: "Invoices - Delete",
    },
    right: "invoice",
    tab: "invoices",
    title: "number",
    status: "status",
    fields: INVOICE_FIELDS,
    columns: &["number", "customer_id", "date", "due_date", "total", "balance_due", "is_paid"],
    sieves: &[
        exact("ticket_id"),
        since("updated_at", "since_updated_at"),
        Sieve { field: "is_paid", param: "paid", how: How::Flag("unpaid") },
    ],
    presets: &[
        switch("paid", "Paid", "paid", "true"),
        switch("unpaid", "Not paid", "unpaid", "true"),
    ],
    ties: &[tie("payments", "Payments", "Payment", By::Within("payments"))],
    deeds: &[
        "add-invoice-line",
        "print-invoice",
        "email-invoice",
        "publish-invoice",
        "unpublish-invoice",
    ],
    ..NONE
};

const ESTIMATE_LINES: Lines = Lines {
    columns: &[
        text("item", "Item").required(),
        text("name", "Description").rw(),
        number("quantity", "Qty").rw(),
        money("price", "Price").rw(),
        money("cost", "Cost").rw(),
        flag("taxable", "Taxable").rw(),
        to("product_id", "Product", "Product").rw(),
    ],
    totals: &["subtotal", "tax", "total"],
    way: Way::Path(false),
};

/// `/estimates`.
pub static ESTIMATE: Resource = Resource {
    name: "Estimate",
    one: "Estimate",
    many: "Estimates",
    group: "Billing",
    place: Place::Path("estimates"),
    list: "estimates",
    single: "estimate",
    can: EVERYTHING,
    needs: Needs {
        list: "Estimates - List/Search",
        get: "Estimates - View Details",
        create: "Estimates - Create",
        update: "Estimates - Edit",
        delete: "Estimates - Delete",
    },
    tab: "estimates",
    title: "number",
    status: "status",
    fields: &[
        text("number", "Number").rw(),
        text("name", "Name").rw(),
        Row { is_required: true, ..CUSTOMER_ID.rw() },
        choice("status", "Status", &["Fresh", "Draft", "Approved", "Declined"]).rw(),
        Row { is_required: true, ..day("date", "Date").rw() },
        money("subtotal", "Subtotal"),
        money("tax", "Tax"),
        money("total", "Total"),
        Row::new("line_items", "Lines", FieldKind::Lines).rw().wire(Wire::Lines(&ESTIMATE_LINES)),
        to("ticket_id", "Ticket", "Ticket").rw(),
        to("invoice_id", "Invoice", "Invoice"),
        text("employee", "By"),
        long("note", "Note").rw(),
        whole("location_id", "Location no.").rw(),
        CREATED,
        UPDATED,
    ],
    columns: &["number", "name", "customer_id", "status", "date", "total"],
    sieves: &[
        exact("customer_id"),
        after("created_at", "created_after"),
        after("updated_at", "updated_after"),
    ],
    presets: &[
        switch("approved", "Approved", "status", "approved"),
        switch("declined", "Declined", "status", "declined"),
    ],
    flags: &[switch("mine", "Mine", "mine", "true")],
    deeds: &["add-estimate-line", "print-estimate", "email-estimate", "convert-estimate"],
    ..NONE
};

/// `/payments`. No card numbers: a terminal is no place for them (§8).
pub static PAYMENT: Resource = Resource {
    name: "Payment",
    one: "Payment",
    many: "Payments",
    group: "Billing",
    place: Place::Path("payments"),
    list: "payments",
    single: "payment",
    can: Can { get: true, create: true, update: Update::No, delete: false },
    needs: Needs {
        list: "Payments - View List",
        get: "Payments - View List",
        create: "Payments - Create",
        ..NONE.needs
    },
    right: "payment",
    tab: "invoices",
    title: "ref_num",
    fields: &[
        text("ref_num", "Reference").create(),
        Row {
            is_required: true,
            ..to("customer_id", "Customer", "Customer")
                .create()
                .wire(Wire::Named(&[&["customer", "business_then_name"]]))
        },
        Row {
            is_required: true,
            ..money("payment_amount", "Amount").create().wire(Wire::Cents("amount_cents"))
        },
        text("payment_method", "Method").create(),
        to("invoice_id", "Invoice", "Invoice").create(),
        to_many("invoice_ids", "Invoices", "Invoice"),
        flag("success", "Went through"),
        moment("applied_at", "Applied"),
        text("signature_name", "Signed by").create(),
        CREATED,
        UPDATED,
    ],
    columns: &["applied_at", "customer_id", "payment_amount", "payment_method", "ref_num"],
    words: "query",
    searched: &["ref_num"],
    ..NONE
};

const SCHEDULE_LINES: Lines = Lines {
    columns: &[
        text("name", "Item").required(),
        text("description", "Description").rw(),
        number("quantity", "Qty").rw(),
        money("price_retail", "Price").rw().wire(Wire::Cents("retail_cents")),
        money("price_cost", "Cost").rw().wire(Wire::Cents("cost_cents")),
        flag("taxable", "Taxable").rw(),
        to("product_id", "Product", "Product").rw(),
        flag("one_time_charge", "Once").rw(),
    ],
    totals: &["subtotal"],
    way: Way::Path(false),
};

const SCHEDULE_FIELDS: &[Row] = &[
    text("name", "Name").required(),
    Row { is_required: true, ..CUSTOMER_ID.rw() },
    Row {
        is_required: true,
        ..choice(
            "frequency",
            "Every",
            &[
                "Daily",
                "Weekly",
                "Biweekly",
                "Monthly",
                "Quarterly",
                "Semi-Annually",
                "Annually",
                "Biennially",
                "Triennially",
            ],
        )
        .rw()
    },
    Row { is_required: true, ..day("next_run", "Next on").rw() },
    flag("paused", "Paused").rw(),
    text("subscription_status", "State"),
    money("subtotal", "Subtotal"),
    Row::new("lines", "Lines", FieldKind::Lines).rw().wire(Wire::Lines(&SCHEDULE_LINES)),
    to("contract_id", "Contract", "Contract").rw(),
    flag("email_customer", "E-mail the customer").rw(),
    flag("snail_mail", "By post").rw(),
    flag("charge_mop", "Charge the stored card").rw(),
    flag("charge_on_due_date", "Charge when due").rw(),
    flag("invoice_unbilled_ticket_charges", "With unbilled ticket charges").rw(),
    flag("allow_blank_invoices", "Empty invoices too").rw(),
    flag("email_receipt", "E-mail a receipt").rw(),
    flag("apply_credit", "Use credit").rw(),
    flag("keep_pricing_current", "Prices of the day").rw(),
    text("generated_invoice_name", "Name of the invoices").rw(),
    text("memo", "Memo").rw(),
    day("last_run", "Last on"),
    flag("last_invoice_paid", "Last one paid"),
    CREATED,
    UPDATED,
];

/// `/schedules`: recurring invoices, subscriptions.
pub static SCHEDULE: Resource = Resource {
    name: "Schedule",
    one: "Recurring invoice",
    many: "Recurring invoices",
    group: "Billing",
    place: Place::Path("schedules"),
    list: "schedules",
    single: "schedule",
    can: EVERYTHING,
    needs: Needs {
        list: "Recurring Invoices - List",
        get: "Recurring Invoices - List",
        create: "Recurring Invoices - New",
        update: "Recurring Invoices - Edit",
        delete: "Recurring Invoices - Delete",
    },
    right: "invoice",
    tab: "invoices",
    fields: SCHEDULE_FIELDS,
    columns: &["name", "customer_id", "frequency", "next_run", "subtotal", "paused"],
    sieves: &[exact("customer_id")],
    ties: &[tie("invoices", "Invoices", "Invoice", By::Field("schedule_id"))],
    ..NONE
};

/// `/line_items`: those of all invoices and estimates.
pub static LINE_ITEM: Resource = Resource {
    name: "LineItem",
    one: "Line item",
    many: "Line items",
    group: "Billing",
    place: Place::Path("line_items"),
    list: "line_items",
    single: "line_item",
    needs: Needs { list: "Global Admin", ..NONE.needs },
    tab: "invoices",
    title: "item",
    fields: &[
        text("item", "Item"),
        text("name", "Description"),
        to("invoice_id", "Invoice", "Invoice"),
        to("estimate_id", "Estimate", "Estimate"),
        number("quantity", "Qty"),
        money("price", "Price"),
        money("cost", "Cost"),
        flag("taxable", "Taxable"),
        to("product_id", "Product", "Product"),
        number("discount_percent", "Discount, %"),
        CREATED,
        UPDATED,
    ],
    columns: &["item", "name", "quantity", "price", "invoice_id", "estimate_id"],
    sieves: &[exact("invoice_id"), exact("estimate_id")],
    presets: &[
        switch("of-invoices", "Of invoices", "invoice_id_not_null", "true"),
        switch("of-estimates", "Of estimates", "estimate_id_not_null", "true"),
    ],
    ..NONE
};
