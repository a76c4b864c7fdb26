//! What is reached from other records only.
use super::{
    CREATED, Can, NONE, Needs, Place, Resource, Row, UPDATED, Update, Wire, flag, moment, text, to,
};
use crate::domain::schema::FieldKind;

const CUSTOMER_DETAIL: Needs = Needs {
    list: "Customers - View Detail",
    get: "Customers - View Detail",
    create: "Customers - Edit",
    update: "Customers - Edit",
    delete: "Customers - Edit",
};

/// `/customers/{id}/phones`.
pub static PHONE: Resource = Resource {
    name: "Phone",
    one: "Phone",
    many: "Phones",
    place: Place::Below {
        parent: "Customer",
        field: "customer_id",
        path: "customers",
        rest: "phones",
    },
    list: "phones",
    can: Can { create: true, update: Update::Part(&["number"]), delete: true, get: false },
    needs: CUSTOMER_DETAIL,
    right: "customer",
    title: "number",
    fields: &[
        text("label", "Kind").rw(),
        text("number", "Number").required(),
        text("extension", "Extension").rw(),
        Row { is_required: true, ..to("customer_id", "Customer", "Customer").create() },
        CREATED,
        UPDATED,
    ],
    columns: &["label", "number", "extension"],
    ..NONE
};

/// `/customers/{id}/payment_profiles`: read only, since they are about cards.
pub static PROFILE: Resource = Resource {
    name: "PaymentProfile",
    one: "Payment profile",
    many: "Payment profiles",
    place: Place::Below {
        parent: "Customer",
        field: "customer_id",
        path: "customers",
        rest: "payment_profiles",
    },
    list: "payment_profiles",
    single: "payment_profile",
    needs: CUSTOMER_DETAIL,
    right: "payment",
    title: "last_four",
    fields: &[
        text("last_four", "Last four digits"),
        text("expiration", "Ends"),
        to("customer_id", "Customer", "Customer"),
        CREATED,
        UPDATED,
    ],
    columns: &["last_four", "expiration"],
    ..NONE
};

/// `/customer_assets/{id}/patches`, installed and missing in one list.
pub static PATCH: Resource = Resource {
    name: "Patch",
    one: "Patch",
    many: "Patches",
    place: Place::Below {
        parent: "Asset",
        field: "asset_id",
        path: "customer_assets",
        rest: "patches",
    },
    list: "available_patches",
    needs: Needs { list: "Assets - List/Search", ..NONE.needs },
    right: "asset",
    title: "title",
    status: "status",
    fields: &[
        text("kb", "KB"),
        text("title", "Title"),
        text("category", "Category"),
        text("status", "Status"),
        moment("installed_at", "Installed"),
        moment("evaluated_at", "Seen missing"),
        moment("attempted_installation", "Tried"),
        moment("rejected_at", "Rejected"),
        to("asset_id", "Asset", "Asset"),
    ],
    columns: &["kb", "title", "category", "status"],
    ..NONE
};

/// `/customer_assets/{id}/installed_applications`.
pub static APPLICATION: Resource = Resource {
    name: "Application",
    one: "Application",
    many: "Applications",
    place: Place::Below {
        parent: "Asset",
        field: "asset_id",
        path: "customer_assets",
        rest: "installed_applications",
    },
    list: "installed_applications",
    needs: Needs { list: "Assets - List/Search", ..NONE.needs },
    right: "asset",
    fields: &[
        text("name", "Name"),
        text("vendor", "Vendor"),
        text("version", "Version"),
        super::day("installed_at", "Installed"),
        to("asset_id", "Asset", "Asset"),
    ],
    columns: &["name", "vendor", "version", "installed_at"],
    ..NONE
};

const TICKET_DETAIL: &str = "Tickets - View Details";

/// What stands in a worksheet: its steps come from the template, with what was answered to each.
const ANSWERS: &[Row] =
    &[text("name", "Step"), text("value", "Answer").update(), text("user", "Answered by")];

/// `/tickets/{id}/worksheet_results`.
pub static WORKSHEET: Resource = Resource {
    name: "Worksheet",
    one: "Worksheet",
    many: "Worksheets",
    place: Place::Below {
        parent: "Ticket",
        field: "ticket_id",
        path: "tickets",
        rest: "worksheet_results",
    },
    list: "worksheet_results",
    single: "worksheet_result",
    can: Can { create: false, update: Update::Part(&[]), delete: true, get: true },
    needs: Needs {
        list: TICKET_DETAIL,
        get: TICKET_DETAIL,
        create: TICKET_DETAIL,
        update: TICKET_DETAIL,
        delete: TICKET_DETAIL,
    },
    right: "worksheet",
    fields: &[
        text("name", "Name"),
        flag("complete", "Complete").update(),
        flag("required", "Required").update(),
        flag("public", "Seen by the customer").update(),
        to("ticket_id", "Ticket", "Ticket"),
        Row::new("answers", "Answers", FieldKind::Lines).update().wire(Wire::Answers(ANSWERS)),
    ],
    columns: &["name", "complete", "required", "public"],
    ..NONE
};
