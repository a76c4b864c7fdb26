//! How each product calls what all of them have: companies, the people in them, and the work
//! that is done for them.
use ficha::domain::{
    connection::Kind,
    record::Record,
    value::{Reference, Value},
};

use super::words::text;

/// A product's names of types and fields.
pub struct Vocabulary {
    pub company: &'static str,
    /// What a company is called: a text.
    pub name: &'static str,
    /// A text of it that can be written.
    pub code: &'static str,
    /// A long text of it that can be written.
    pub notes: &'static str,
    /// A choice of it, and two of its values.
    pub choice: (&'static str, &'static str, &'static str),
    /// When it was made.
    pub created: &'static str,
    /// The link to its people.
    pub people: &'static str,
    pub person: &'static str,
    /// A person's company.
    pub employer: &'static str,
    /// What is done for a company: it can be commented on.
    pub work: &'static str,
    pub subject: &'static str,
    /// What else it needs, for that company.
    pub work_needs: fn(&Record) -> Vec<(&'static str, Value)>,
    /// An id of a company that there is not.
    pub nobody: &'static str,
    /// A path that answers a `GET` of one's own, and its query.
    pub path: (&'static str, &'static [(&'static str, &'static str)]),
}

fn to(record: &Record) -> Value {
    let (entity, id) = (Some(record.entity.clone()), record.id.as_str().to_owned());
    Value::Reference(Reference { entity, id, name: Some(record.title(None)) })
}

const ESPOCRM: Vocabulary = Vocabulary {
    company: "Account",
    name: "name",
    code: "sicCode",
    notes: "description",
    choice: ("industry", "Energy", "Mining"),
    created: "createdAt",
    people: "contacts",
    person: "Contact",
    employer: "account",
    work: "Case",
    subject: "name",
    work_needs: |company| vec![("account", to(company))],
    nobody: "6b000000000000000",
    path: ("App/user", &[]),
};

const VTIGER: Vocabulary = Vocabulary {
    company: "Accounts",
    name: "accountname",
    code: "siccode",
    notes: "description",
    choice: ("industry", "Energy", "Banking"),
    created: "createdtime",
    people: "Contacts",
    person: "Contacts",
    employer: "account_id",
    work: "HelpDesk",
    subject: "ticket_title",
    work_needs: |company| {
        vec![
            ("parent_id", to(company)),
            ("ticketstatus", text("Open")),
            ("ticketpriorities", text("High")),
        ]
    },
    nobody: "11x99999999",
    path: ("webservice.php", &[("operation", "listtypes")]),
};

const VTIGER_CLOUD: Vocabulary = Vocabulary { path: ("listtypes", &[]), ..VTIGER };

const SYNCRO: Vocabulary = Vocabulary {
    company: "Customer",
    name: "business_name",
    code: "referred_by",
    notes: "notes",
    choice: ("service_tier", "Gold", "Silver"),
    created: "created_at",
    people: "contacts",
    person: "Contact",
    employer: "customer_id",
    work: "Ticket",
    subject: "subject",
    work_needs: |company| vec![("customer_id", to(company))],
    nobody: "99999999",
    path: ("me", &[]),
};

impl Vocabulary {
    pub fn of(kind: Kind) -> &'static Self {
        match kind {
            Kind::Espocrm => &ESPOCRM,
            Kind::Vtiger => &VTIGER,
            Kind::VtigerCloud => &VTIGER_CLOUD,
            Kind::Syncro => &SYNCRO,
            Kind::Membrane => panic!("Membrane has no records of its own"),
        }
    }
}
