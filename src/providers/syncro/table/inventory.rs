//! Products, their serial numbers, and where they are bought.
use super::{
    By, CREATED, Can, EVERYTHING, How, Lines, NONE, Needs, Place, Resource, Row, Sieve, UPDATED,
    Update, Way, Wire, exact, flag, like, long, moment, money, number, other, switch, text, tie,
    to, url, whole,
};
use crate::domain::schema::FieldKind;

const PRODUCTS: Needs = Needs {
    list: "Products - List/Search",
    get: "Products - List/Search",
    create: "Products - Create",
    update: "Products - Edit",
    delete: "",
};

const PRODUCT_FIELDS: &[Row] = &[
    text("name", "Name").required(),
    Row { is_required: true, ..long("description", "Description").rw() },
    money("price_retail", "Price").rw(),
    money("price_cost", "Cost").rw(),
    money("price_wholesale", "Wholesale").rw(),
    number("quantity", "In stock").rw(),
    text("product_category", "Category").rw(),
    text("upc_code", "UPC").rw(),
    text("condition", "Condition").rw(),
    flag("maintain_stock", "Stock is kept").rw(),
    flag("serialized", "Has serial numbers").rw(),
    flag("taxable", "Taxable").rw(),
    flag("disabled", "Disabled").rw(),
    whole("reorder_at", "Order again at").rw(),
    whole("desired_stock_level", "Wanted in stock").rw(),
    text("physical_location", "Where it lies").rw(),
    text("warranty", "Warranty").rw(),
    number("discount_percent", "Discount, %").rw(),
    whole("sort_order", "Place in lists").rw(),
    whole("tax_rate_id", "Tax rate no.").rw(),
    whole("warranty_template_id", "Warranty text no.").rw(),
    whole("qb_item_id", "QuickBooks item no.").rw(),
    long("notes", "Notes").rw(),
    long("long_description", "Long description"),
    other("location_quantities", "By location"),
];

/// `/products`. A change that leaves something out resets it (§5), so all is sent.
pub static PRODUCT: Resource = Resource {
    name: "Product",
    one: "Product",
    many: "Products",
    group: "Inventory",
    place: Place::Path("products"),
    list: "products",
    single: "product",
    can: Can { update: Update::Whole, delete: false, ..EVERYTHING },
    needs: PRODUCTS,
    tab: "products",
    fields: PRODUCT_FIELDS,
    columns: &["name", "description", "price_retail", "price_cost", "quantity", "upc_code"],
    sieves: &[like("name"), exact("upc_code")],
    words: "query",
    searched: &["name", "description", "upc_code"],
    is_sorted: true,
    ties: &[
        tie("serials", "Serial numbers", "ProductSerial", By::Below),
        tie("skus", "Vendors' numbers", "ProductSku", By::Below),
        tie("line_items", "Line items", "LineItem", By::Field("product_id")),
    ],
    deeds: &["set-stock", "add-image"],
    ..NONE
};

/// `/products/{id}/product_serials`.
pub static SERIAL: Resource = Resource {
    name: "ProductSerial",
    one: "Serial number",
    many: "Serial numbers",
    group: "Inventory",
    place: Place::Below {
        parent: "Product",
        field: "product_id",
        path: "products",
        rest: "product_serials",
    },
    list: "product_serials",
    single: "product_serial",
    can: Can { create: true, update: Update::Part(&[]), get: false, delete: false },
    needs: Needs { create: "Products - Edit", ..PRODUCTS },
    tab: "products",
    title: "serial_number",
    status: "status",
    fields: &[
        text("serial_number", "Serial number").required(),
        Row { is_required: true, ..to("product_id", "Product", "Product").create() },
        text("status", "Status"),
        text("condition", "Condition").rw(),
        money("instance_price_cost", "Cost").rw().wire(Wire::Cents("price_cost_cents")),
        money("instance_price_retail", "Price").rw().wire(Wire::Cents("price_retail_cents")),
        text("notes", "Notes").update(),
        whole("line_item_id", "Sold as line"),
        CREATED,
        UPDATED,
    ],
    columns: &["serial_number", "status", "instance_price_cost", "instance_price_retail"],
    sieves: &[Sieve { field: "product_id", param: "", how: How::Exact }],
    ..NONE
};

/// `/products/{id}/product_skus`: what a vendor calls a product. Read as `sku` with the vendor's
/// name, written as `value` with the vendor's id, both of them in every change (§8).
pub static SKU: Resource = Resource {
    name: "ProductSku",
    one: "Vendor's number",
    many: "Vendors' numbers",
    place: Place::Below {
        parent: "Product",
        field: "product_id",
        path: "products",
        rest: "product_skus",
    },
    list: "product_skus",
    single: "product_sku",
    can: Can { create: true, update: Update::Part(&["sku"]), get: false, delete: true },
    needs: Needs { create: "Products - Edit", delete: "Products - Edit", ..PRODUCTS },
    tab: "products",
    title: "sku",
    fields: &[
        text("sku", "Number").required().wire(Wire::Renamed { read: "sku", write: "value" }),
        to("vendor_id", "Vendor", "Vendor").required(),
        text("vendor_name", "Vendor's name"),
        Row { is_required: true, ..to("product_id", "Product", "Product").create() },
    ],
    columns: &["sku", "vendor_name"],
    ..NONE
};

/// `/products/categories`.
pub static CATEGORY: Resource = Resource {
    name: "ProductCategory",
    one: "Product category",
    many: "Product categories",
    group: "Inventory",
    place: Place::Path("products/categories"),
    list: "categories",
    needs: PRODUCTS,
    tab: "products",
    fields: &[
        text("name", "Name"),
        text("names_depth_cache", "Path"),
        text("description", "Description"),
    ],
    columns: &["name", "names_depth_cache", "description"],
    ..NONE
};

const ORDER_LINES: Lines = Lines {
    columns: &[
        Row { is_required: true, ..to("product_id", "Product", "Product").create() },
        number("quantity", "Qty").create(),
        money("cost_cents", "Cost").wire(Wire::Cents("")),
        money("total_cents", "Total").wire(Wire::Cents("")),
        number("received_quantity", "Received"),
    ],
    totals: &["shipping", "total"],
    way: Way::AddOnly,
};

/// `/purchase_orders`.
pub static ORDER: Resource = Resource {
    name: "PurchaseOrder",
    one: "Purchase order",
    many: "Purchase orders",
    group: "Inventory",
    place: Place::Path("purchase_orders"),
    list: "purchase_orders",
    single: "purchase_order",
    can: Can { get: true, create: true, update: Update::Part(&[]), delete: false },
    needs: Needs {
        list: "Purchase Orders - List/Search",
        get: "Purchase Orders - View Details",
        create: "Purchase Orders - Edit",
        update: "Purchase Orders - Edit",
        delete: "",
    },
    tab: "purchase_orders",
    title: "number",
    status: "status",
    fields: &[
        text("number", "Number"),
        to("vendor_id", "Vendor", "Vendor").required().wire(Wire::Named(&[&["vendor", "name"]])),
        text("status", "Status").update(),
        money("shipping", "Shipping").rw().wire(Wire::Cents("shipping_cents")),
        money("other", "Other costs").create().wire(Wire::Cents("other_cents")),
        money("total", "Total"),
        Row::new("line_items", "Lines", FieldKind::Lines).rw().wire(Wire::Lines(&ORDER_LINES)),
        Row::new("attachments", "Attachments", FieldKind::File).update().wire(Wire::Files),
        moment("expected_date", "Expected").create(),
        moment("due_date", "Due").create(),
        moment("paid_date", "Paid on").create(),
        text("delivery_tracking", "Tracking").rw(),
        text("shipping_notes", "Shipping notes").create(),
        long("general_notes", "Notes").rw(),
        to("user_id", "By", "User").create(),
        CREATED,
        UPDATED,
    ],
    columns: &["number", "vendor_id", "status", "expected_date", "total", "created_at"],
    deeds: &["receive-line"],
    ..NONE
};

/// `/items`: parts that were ordered for tickets.
pub static PART: Resource = Resource {
    name: "PartOrder",
    one: "Part order",
    many: "Part orders",
    group: "Inventory",
    place: Place::Path("items"),
    list: "items",
    single: "item",
    needs: Needs { list: "Parts Orders - List/Search", ..NONE.needs },
    tab: "parts",
    title: "description",
    fields: &[
        text("description", "Description"),
        to("ticket_id", "Ticket", "Ticket"),
        text("ticketnum", "Ticket number"),
        number("quantity", "Qty"),
        money("price", "Price"),
        url("parturl", "Where"),
        text("orderedby", "Ordered by"),
        moment("requestedon", "Asked for"),
        moment("orderedon", "Ordered"),
        moment("receivedon", "Received"),
        text("trackingnum", "Tracking"),
        text("logistic_state", "On its way"),
        to("invoice_id", "Invoice", "Invoice"),
        to("product_id", "Product", "Product"),
        long("notes", "Notes"),
        CREATED,
        UPDATED,
    ],
    columns: &["description", "ticketnum", "quantity", "price", "orderedon", "receivedon"],
    words: "query",
    searched: &["description"],
    presets: &[switch("completed", "Completed", "completed", "true")],
    ..NONE
};

/// `/vendors`.
pub static VENDOR: Resource = Resource {
    name: "Vendor",
    one: "Vendor",
    many: "Vendors",
    group: "Inventory",
    place: Place::Path("vendors"),
    list: "vendors",
    single: "vendor",
    can: Can { delete: false, ..EVERYTHING },
    needs: Needs {
        list: "Vendors - List",
        get: "Vendors - View Details",
        create: "Vendors - New",
        update: "Vendors - Edit",
        delete: "",
    },
    fields: &[
        text("name", "Name").required(),
        text("rep_first_name", "First name").rw(),
        text("rep_last_name", "Last name").rw(),
        text("email", "E-mail").rw(),
        text("phone", "Phone").rw(),
        text("account_number", "Our number there").rw(),
        Row::new("address", "Address", FieldKind::Address)
            .rw()
            .wire(Wire::Address(["address", "", "city", "state", "zip"])),
        url("website", "Website").rw(),
        long("notes", "Notes").rw(),
        CREATED,
        UPDATED,
    ],
    columns: &["name", "rep_first_name", "rep_last_name", "email", "phone", "account_number"],
    ties: &[tie("orders", "Purchase orders", "PurchaseOrder", By::Field("vendor_id"))],
    ..NONE
};
