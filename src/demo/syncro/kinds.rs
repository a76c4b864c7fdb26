//! The kinds of record: a table each, with documents in it.

use strum::EnumIter;

/// A kind of record. Its number is the part of an id above the millions, so that no id is of two kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter)]
pub enum Kind {
    /// Who works here.
    User = 1,
    /// `/customers`.
    Customer,
    /// `/contacts`.
    Contact,
    /// `/customers/{id}/phones`.
    Phone,
    /// `/customer_assets`.
    Asset,
    /// `/tickets`.
    Ticket,
    /// A ticket's comments.
    Comment,
    /// A ticket's timers.
    Timer,
    /// A ticket's lines.
    TicketLine,
    /// Files of tickets.
    Attachment,
    /// Filled worksheets of tickets.
    Worksheet,
    /// `/ticket_blueprints`.
    Blueprint,
    /// `/new_ticket_forms`.
    Form,
    /// `/invoices`.
    Invoice,
    /// `/estimates`.
    Estimate,
    /// Lines of invoices and estimates.
    Line,
    /// `/payments`.
    Payment,
    /// `/customers/{id}/payment_profiles`.
    Profile,
    /// `/products`.
    Product,
    /// `/products/categories`.
    Category,
    /// A product's serial numbers.
    Serial,
    /// A product's numbers at its vendors.
    Sku,
    /// A product's stock at a location.
    Stock,
    /// `/vendors`.
    Vendor,
    /// `/purchase_orders`.
    Order,
    /// Lines of purchase orders.
    OrderLine,
    /// `/items`: part orders.
    Part,
    /// `/contracts`.
    Contract,
    /// `/schedules`: recurring invoices.
    Schedule,
    /// Lines of schedules.
    ScheduleLine,
    /// `/leads`.
    Lead,
    /// `/appointments`.
    Appointment,
    /// `/appointment_types`.
    AppointmentType,
    /// `/rmm_alerts`.
    Alert,
    /// `/policy_folders`.
    Folder,
    /// `/wiki_pages`.
    Wiki,
    /// `/canned_responses`.
    Canned,
    /// `/portal_users`.
    PortalUser,
    /// `/timelogs`.
    Timelog,
    /// `/user_devices`.
    Device,
}

impl Kind {
    /// Its table.
    pub fn table(self) -> String {
        format!("{self:?}")
    }

    /// Ids of this kind are above it.
    pub fn base(self) -> i64 {
        self as i64 * 1_000_000
    }

    /// The members of a document that lists are narrowed or ordered by.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Kind::Contact | Kind::Profile | Kind::Contract => &["customer_id"],
            Kind::Phone => &["customer_id", "number"],
            Kind::Folder => &["customer_id", "parent_id"],
            Kind::Customer => &["email", "business_name"],
            Kind::Asset => &["customer_id", "contact_id", "name"],
            Kind::Ticket => {
                &["customer_id", "contact_id", "number", "status", "user_id", "parent_id"]
            }
            Kind::Comment | Kind::TicketLine | Kind::Worksheet => &["ticket_id"],
            Kind::Attachment => &["ticket_id", "order_id"],
            Kind::Timer => &["ticket_id", "user_id"],
            Kind::Invoice => &["customer_id", "number", "ticket_id", "is_paid"],
            Kind::Estimate => &["customer_id", "number", "status"],
            Kind::Line => &["invoice_id", "estimate_id"],
            Kind::Payment | Kind::Appointment => &["customer_id", "ticket_id"],
            Kind::Product => &["name", "product_category", "upc_code"],
            Kind::Serial | Kind::Sku | Kind::Stock => &["product_id"],
            Kind::OrderLine => &["purchase_order_id"],
            Kind::Schedule => &["customer_id", "contract_id"],
            Kind::ScheduleLine => &["schedule_id"],
            Kind::Lead => &["status", "ticket_id"],
            Kind::Alert => &["asset_id", "resolved"],
            Kind::PortalUser => &["customer_id", "email"],
            Kind::Timelog => &["user_id"],
            Kind::Device => &["device_uuid"],
            Kind::User
            | Kind::Blueprint
            | Kind::Form
            | Kind::Category
            | Kind::Vendor
            | Kind::Order
            | Kind::Part
            | Kind::AppointmentType
            | Kind::Wiki
            | Kind::Canned => &[],
        }
    }

    /// The members of a document that a search looks through.
    pub fn words(self) -> &'static [&'static str] {
        match self {
            Kind::Customer => {
                &["firstname", "lastname", "business_name", "email", "phone", "mobile", "city"]
            }
            Kind::Contact => &["name", "email", "phone", "mobile"],
            Kind::Asset => &["name", "asset_serial", "asset_type"],
            Kind::Ticket => &["number", "subject", "problem_type"],
            Kind::Invoice => &["number", "name", "po_number", "note"],
            Kind::Estimate => &["number", "name", "note"],
            Kind::Product => &["name", "description", "upc_code"],
            Kind::Payment => &["ref_num", "payment_method"],
            Kind::Lead => &[
                "first_name",
                "last_name",
                "email",
                "business_then_name",
                "ticket_subject",
                "phone",
            ],
            Kind::Vendor => &["name", "rep_first_name", "rep_last_name", "email"],
            Kind::Order => &["number", "shipping_notes", "general_notes"],
            Kind::Part => &["description", "trackingnum", "ticketnum"],
            Kind::Wiki => &["name", "body"],
            Kind::Canned => &["title", "body", "subject"],
            Kind::User
            | Kind::Phone
            | Kind::Comment
            | Kind::Timer
            | Kind::TicketLine
            | Kind::Attachment
            | Kind::Worksheet
            | Kind::Blueprint
            | Kind::Form
            | Kind::Line
            | Kind::Profile
            | Kind::Category
            | Kind::Serial
            | Kind::Sku
            | Kind::Stock
            | Kind::OrderLine
            | Kind::Contract
            | Kind::Schedule
            | Kind::ScheduleLine
            | Kind::Appointment
            | Kind::AppointmentType
            | Kind::Alert
            | Kind::Folder
            | Kind::PortalUser
            | Kind::Timelog
            | Kind::Device => &[],
        }
    }
}
