//! What is known of the modules that every Vtiger brings: where they stand, which fields show
//! first. C. Everything else comes from the server, and modules of one's own need nothing here.

/// A module of a stock install.
#[derive(Clone, Copy, Debug)]
pub struct Stock {
    /// As the API spells it.
    pub name: &'static str,
    /// The group of the rail.
    pub group: &'static str,
    /// What a list shows behind the title.
    pub columns: &'static [&'static str],
    /// The field that says how far a record has come; may be empty.
    pub status: &'static str,
}

const fn stock(
    group: &'static str,
    name: &'static str,
    status: &'static str,
    columns: &'static [&'static str],
) -> Stock {
    Stock { name, group, columns, status }
}

/// The group of modules that are not in the list: the install's own.
pub const OTHER: &str = "Other";

/// In the order of the rail.
pub const MODULES: [Stock; 42] = [
    stock("Sales", "Contacts", "", &["account_id", "title", "email", "phone", "assigned_user_id"]),
    stock(
        "Sales",
        "Accounts",
        "",
        &["accounttype", "industry", "website", "phone", "assigned_user_id"],
    ),
    stock(
        "Sales",
        "Leads",
        "leadstatus",
        &["company", "leadstatus", "email", "phone", "assigned_user_id"],
    ),
    stock(
        "Sales",
        "Potentials",
        "sales_stage",
        &["related_to", "sales_stage", "amount", "closingdate", "assigned_user_id"],
    ),
    stock(
        "Sales",
        "Quotes",
        "quotestage",
        &["account_id", "quotestage", "hdnGrandTotal", "validtill", "assigned_user_id"],
    ),
    stock(
        "Sales",
        "Events",
        "eventstatus",
        &[
            "activitytype",
            "eventstatus",
            "date_start",
            "time_start",
            "parent_id",
            "assigned_user_id",
        ],
    ),
    stock(
        "Sales",
        "Calendar",
        "taskstatus",
        &["taskstatus", "taskpriority", "due_date", "parent_id", "assigned_user_id"],
    ),
    stock(
        "Inventory",
        "Products",
        "",
        &["productcode", "productcategory", "unit_price", "qtyinstock", "discontinued"],
    ),
    stock(
        "Inventory",
        "Services",
        "",
        &["servicecategory", "unit_price", "service_usageunit", "assigned_user_id"],
    ),
    stock(
        "Inventory",
        "SalesOrder",
        "sostatus",
        &["account_id", "sostatus", "hdnGrandTotal", "duedate", "assigned_user_id"],
    ),
    stock(
        "Inventory",
        "Invoice",
        "invoicestatus",
        &["account_id", "invoicestatus", "hdnGrandTotal", "duedate", "assigned_user_id"],
    ),
    stock(
        "Inventory",
        "PurchaseOrder",
        "postatus",
        &["vendor_id", "postatus", "hdnGrandTotal", "duedate", "assigned_user_id"],
    ),
    stock("Inventory", "CreditNotes", "", &["account_id", "hdnGrandTotal", "assigned_user_id"]),
    stock("Inventory", "Payments", "", &["assigned_user_id"]),
    stock("Inventory", "Vendors", "", &["category", "email", "phone", "website"]),
    stock("Inventory", "PriceBooks", "", &["active", "currency_id"]),
    stock("Inventory", "LineItem", "", &["parent_id", "productid", "quantity", "listprice"]),
    stock(
        "Support",
        "HelpDesk",
        "ticketstatus",
        &["parent_id", "ticketstatus", "ticketpriorities", "contact_id", "assigned_user_id"],
    ),
    stock(
        "Support",
        "Cases",
        "casestatus",
        &["casestatus", "casepriority", "contact_id", "assigned_user_id"],
    ),
    stock("Support", "Faq", "faqstatus", &["faqstatus", "faqcategories", "product_id"]),
    stock(
        "Support",
        "ServiceContracts",
        "contract_status",
        &["sc_related_to", "contract_status", "due_date", "assigned_user_id"],
    ),
    stock(
        "Support",
        "Assets",
        "assetstatus",
        &["assetstatus", "product", "account", "serialnumber"],
    ),
    stock("Support", "SLA", "", &[]),
    stock(
        "Projects",
        "Project",
        "projectstatus",
        &[
            "linktoaccountscontacts",
            "projectstatus",
            "progress",
            "targetenddate",
            "assigned_user_id",
        ],
    ),
    stock(
        "Projects",
        "ProjectTask",
        "projecttaskstatus",
        &["projectid", "projecttaskstatus", "projecttaskprogress", "enddate", "assigned_user_id"],
    ),
    stock(
        "Projects",
        "ProjectMilestone",
        "",
        &["projectid", "projectmilestonedate", "projectmilestonetype", "assigned_user_id"],
    ),
    stock(
        "Marketing",
        "Campaigns",
        "campaignstatus",
        &["campaigntype", "campaignstatus", "closingdate", "expectedrevenue", "assigned_user_id"],
    ),
    stock("Marketing", "Consents", "", &[]),
    stock("Communication", "Emails", "", &["date_start", "from_email", "saved_toid", "parent_id"]),
    stock("Communication", "ModComments", "", &["related_to", "creator", "createdtime"]),
    stock("Communication", "SMSNotifier", "", &["createdtime", "assigned_user_id"]),
    stock(
        "Communication",
        "PBXManager",
        "callstatus",
        &["direction", "callstatus", "starttime", "customer"],
    ),
    stock("Communication", "PhoneCalls", "", &["assigned_user_id"]),
    stock(
        "Communication",
        "Documents",
        "",
        &["filename", "folderid", "filetype", "filesize", "assigned_user_id"],
    ),
    stock("Communication", "DocumentFolders", "", &["description"]),
    stock("Administration", "Users", "status", &["user_name", "email1", "status", "is_admin"]),
    stock("Administration", "Groups", "", &["description"]),
    stock("Administration", "Roles", "", &[]),
    stock(
        "Administration",
        "Currency",
        "currency_status",
        &["currency_code", "currency_symbol", "conversion_rate", "currency_status"],
    ),
    stock("Administration", "Tax", "", &["taxname", "percentage"]),
    stock("Administration", "ProductTaxes", "", &["productid", "taxid", "taxpercentage"]),
    stock("Administration", "CompanyDetails", "", &["city", "country", "phone", "website"]),
];

/// What is known of a module, and its place in the rail.
pub fn find(name: &str) -> Option<(usize, &'static Stock)> {
    MODULES.iter().enumerate().find(|(_, stock)| stock.name == name)
}

/// The modules whose records have lines. A8.
pub fn has_lines(name: &str) -> bool {
    matches!(name, "Quotes" | "SalesOrder" | "Invoice" | "PurchaseOrder" | "CreditNotes")
}

/// Fields of those modules' describe that belong to their lines: asking for one joins a row for
/// each line. A6.
pub fn is_of_line(field: &str) -> bool {
    let own = [
        "productid",
        "quantity",
        "listprice",
        "comment",
        "discount_amount",
        "discount_percent",
        "image",
        "purchase_cost",
        "margin",
        "netprice",
        "section_name",
        "section_no",
        "billing_type",
        "duration",
        "usageunit",
    ];
    own.contains(&field) || is_tax(field)
}

/// `tax1`, `tax2`.
pub fn is_tax(field: &str) -> bool {
    let number = field.strip_prefix("tax");
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// What no one but the server's owner may ever see: hashes and keys of users. A6.
pub fn is_secret(field: &str) -> bool {
    let name = field.to_ascii_lowercase();
    name.contains("password")
        || name.contains("accesskey")
        || matches!(name.as_str(), "user_hash" | "crypt_type" | "authtoken" | "digest")
}

/// Where a search over everything looks, the likeliest first.
pub const SEARCHED: [&str; 16] = [
    "Contacts",
    "Accounts",
    "Leads",
    "Potentials",
    "HelpDesk",
    "Cases",
    "Quotes",
    "Invoice",
    "SalesOrder",
    "PurchaseOrder",
    "Products",
    "Services",
    "Vendors",
    "Project",
    "Campaigns",
    "Documents",
];

/// Which of several fields leads from a module's records to those that they belong to. A9.
pub const LEADS_TO: [&str; 12] = [
    "account_id",
    "related_to",
    "parent_id",
    "contact_id",
    "potential_id",
    "projectid",
    "linktoaccountscontacts",
    "sc_related_to",
    "vendor_id",
    "account",
    "contact",
    "product_id",
];
