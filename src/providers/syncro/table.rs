//! The written schema: every resource of the API as the contract has it (§8, §9, and the fields of
//! its field lists). What an account defines itself is joined at run time, in `schema`.
use crate::domain::schema::FieldKind;

mod billing;
mod customers;
mod desk;
mod devices;
mod inventory;
mod nested;
mod office;

/// One kind of thing, as the API has it.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    /// The entity type's name.
    pub name: &'static str,
    /// For one.
    pub one: &'static str,
    /// For several.
    pub many: &'static str,
    /// The rail's group; `""` = reached from other records only.
    pub group: &'static str,
    /// Where its rows come from.
    pub place: Place,
    /// The key of lists (§4).
    pub list: &'static str,
    /// The key of a single record; `""` = flat (§4).
    pub single: &'static str,
    /// What the API does with it.
    pub can: Can,
    /// The permissions that it asks for.
    pub needs: Needs,
    /// The group of `/me.permissions` that tells about it; `""` = none.
    pub right: &'static str,
    /// The flag of `/settings/tabs` that shows it; `""` = none.
    pub tab: &'static str,
    /// The field that names a record.
    pub title: &'static str,
    /// The field that says how far it has come; `""` = none.
    pub status: &'static str,
    /// Its fields, in the order in which they are shown.
    pub fields: &'static [Row],
    /// The list's columns.
    pub columns: &'static [&'static str],
    /// What the server filters by.
    pub sieves: &'static [Sieve],
    /// The query value that searches; `""` = none.
    pub words: &'static str,
    /// Fields that the server's search looks into.
    pub searched: &'static [&'static str],
    /// Whether lists take `sort`.
    pub is_sorted: bool,
    /// Named lists of the server.
    pub presets: &'static [Switch],
    /// Switches of the server.
    pub flags: &'static [Switch],
    /// What it leads to.
    pub ties: &'static [Tie],
    /// What else can be done with one.
    pub deeds: &'static [&'static str],
    /// The list's query values that are always sent.
    pub always: &'static [(&'static str, &'static str)],
}

/// Where rows come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `/path`, page by page.
    Path(&'static str),
    /// Below a record of another type: `/customers/{id}/phones`. A record's id is then
    /// `PARENT-ID`, since its own says too little.
    Below {
        /// The other type.
        parent: &'static str,
        /// The field that holds its id.
        field: &'static str,
        /// `customers`.
        path: &'static str,
        /// `phones`.
        rest: &'static str,
    },
    /// Listed only with another record's id as a query value, though it is read by its own.
    Under {
        /// `policy_folders`.
        path: &'static str,
        /// The field, and the query value.
        field: &'static str,
    },
    /// Made of `/settings` and `/tickets/settings`.
    Settings(Part),
}

/// A part of the settings that is shown as records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Every plain setting.
    Plain,
    /// The account's ticket statuses.
    Statuses,
    /// Searches that were saved in the web.
    Searches,
    /// Definitions of custom fields.
    Fields,
}

/// What the API does. Where it says nothing, nothing is offered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Can {
    /// `GET` of one; else it is looked for in its list.
    pub get: bool,
    /// `POST`.
    pub create: bool,
    /// How it is changed.
    pub update: Update,
    /// `DELETE`.
    pub delete: bool,
}

/// How a record is changed (§5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Update {
    /// Not at all.
    #[default]
    No,
    /// `PUT` of what changed, and of these, which it always wants.
    Part(&'static [&'static str]),
    /// `PUT` of all that can be written: what is left out is emptied.
    Whole,
    /// `PATCH` of what changed.
    Patch,
}

/// The names of permissions, by what is done. As the operations' descriptions spell them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Needs {
    /// For a list.
    pub list: &'static str,
    /// For one record.
    pub get: &'static str,
    /// For a new one.
    pub create: &'static str,
    /// For a change.
    pub update: &'static str,
    /// For a deletion.
    pub delete: &'static str,
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// As the API spells it.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// What it holds.
    pub kind: FieldKind,
    /// How it is spelled in JSON.
    pub wire: Wire,
    /// When it can be written.
    pub written: Written,
    /// Whether a new record needs it (§5).
    pub is_required: bool,
    /// The type that a reference points to.
    pub target: &'static str,
    /// What can be chosen.
    pub choices: &'static [&'static str],
}

/// How a field is spelled in JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Under its own name.
    Same,
    /// Read only, from further inside.
    At(&'static [&'static str]),
    /// Read in units under its own name, written in cents under this one (§6).
    Cents(&'static str),
    /// Read and written under two names.
    Renamed {
        /// When it is read.
        read: &'static str,
        /// When it is written.
        write: &'static str,
    },
    /// An id under its own name; its name may stand in one of these places.
    Named(&'static [&'static [&'static str]]),
    /// A text `true` or `false`, or `1` or `0`.
    Flag,
    /// Two lines, city, state and zip.
    Address([&'static str; 5]),
    /// A table within the record.
    Lines(&'static Lines),
    /// The names of files, and where they are.
    Files,
    /// A new ticket's description: its first comment, which only the team reads.
    Opening,
    /// A ticket's timer that is not stopped, in words.
    Running,
    /// The answers of a worksheet: a line a step, under this key by the step's own name.
    Answers(&'static [Row]),
}

/// When a field can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// Never.
    Never,
    /// With a new record.
    Create,
    /// In a change.
    Update,
    /// In both.
    Both,
}

/// How the lines of a record are written: each by a request of its own (§4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lines {
    /// Their fields.
    pub columns: &'static [Row],
    /// The record's fields that sum them up; the last is the total.
    pub totals: &'static [&'static str],
    /// The product's own way.
    pub way: Way,
}

impl PartialEq for Row {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.kind == other.kind
    }
}

impl Eq for Row {}

/// The three ways in which lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Tickets: the line's id stands in the body.
    Body,
    /// Invoices, estimates, schedules: `/line_items/{id}`. `true` where a change overwrites all.
    Path(bool),
    /// Purchase orders: lines can be added only.
    AddOnly,
}

/// What the server filters by.
#[derive(Clone, Copy, Debug)]
pub struct Sieve {
    /// The field.
    pub field: &'static str,
    /// The query value.
    pub param: &'static str,
    /// What it does.
    pub how: How,
}

/// What a filter of the server does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Exactly that value.
    Exact,
    /// One of some, as often as needed.
    Many,
    /// Text like that: what comes is looked through again here.
    Like,
    /// Not before that day: what comes is looked through again here.
    After,
    /// Not before that moment: what comes is looked through again here.
    Since,
    /// Yes under this name; no under the other, where there is one.
    Flag(&'static str),
}

/// A preset or a switch.
#[derive(Clone, Copy, Debug)]
pub struct Switch {
    /// Its name.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// The query value.
    pub param: &'static str,
    /// What it is set to.
    pub value: &'static str,
}

/// A relation to many.
#[derive(Clone, Copy, Debug)]
pub struct Tie {
    /// Its name.
    pub name: &'static str,
    /// For people.
    pub label: &'static str,
    /// What it leads to.
    pub to: &'static str,
    /// How the others are found.
    pub by: By,
}

/// How the records behind a link are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Their field holds this record's id; the server filters where it can.
    Field(&'static str),
    /// The same with the value of a field of this record.
    Value {
        /// The other's field.
        field: &'static str,
        /// This record's field.
        from: &'static str,
    },
    /// They stand below this record's own path: `patches`.
    Below,
    /// A path of its own, to which this record's id is added.
    Path(&'static [&'static str]),
    /// They stand within this record, under this key.
    Within(&'static str),
    /// The preset of that name, behind which this record's id stands, gives them.
    Preset(&'static str),
}

/// Nothing: what every resource begins with.
pub const NONE: Resource = Resource {
    name: "",
    one: "",
    many: "",
    group: "",
    place: Place::Path(""),
    list: "",
    single: "",
    can: Can { get: false, create: false, update: Update::No, delete: false },
    needs: Needs { list: "", get: "", create: "", update: "", delete: "" },
    right: "",
    tab: "",
    title: "name",
    status: "",
    fields: &[],
    columns: &[],
    sieves: &[],
    words: "",
    searched: &[],
    is_sorted: false,
    presets: &[],
    flags: &[],
    ties: &[],
    deeds: &[],
    always: &[],
};

/// All that a resource with every verb can do.
pub const EVERYTHING: Can =
    Can { get: true, create: true, update: Update::Part(&[]), delete: true };

/// Can be read one by one and nothing else.
pub const READ: Can = Can { get: true, create: false, update: Update::No, delete: false };

impl Row {
    const fn new(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            label,
            kind,
            wire: Wire::Same,
            written: Written::Never,
            is_required: false,
            target: "",
            choices: &[],
        }
    }

    /// It can be written.
    const fn rw(self) -> Self {
        Self { written: Written::Both, ..self }
    }

    /// It can be set on a new record.
    const fn create(self) -> Self {
        Self { written: Written::Create, ..self }
    }

    /// It can be changed, not set.
    const fn update(self) -> Self {
        Self { written: Written::Update, ..self }
    }

    /// It can be written, and a new record needs it.
    const fn required(self) -> Self {
        Self { is_required: true, ..self.rw() }
    }

    /// Spelled so.
    const fn wire(self, wire: Wire) -> Self {
        Self { wire, ..self }
    }

    /// One of these.
    const fn of(self, choices: &'static [&'static str]) -> Self {
        Self { choices, ..self }
    }
}

const fn text(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Text)
}

const fn long(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::LongText)
}

const fn url(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Url)
}

const fn whole(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Integer)
}

const fn number(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Number)
}

const fn money(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Money)
}

const fn flag(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Bool)
}

const fn day(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Date)
}

const fn moment(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::DateTime)
}

const fn seconds(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Duration)
}

const fn choice(name: &'static str, label: &'static str, of: &'static [&'static str]) -> Row {
    Row::new(name, label, FieldKind::Enum).of(of)
}

const fn tags(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::MultiEnum)
}

const fn other(name: &'static str, label: &'static str) -> Row {
    Row::new(name, label, FieldKind::Other)
}

const fn to(name: &'static str, label: &'static str, target: &'static str) -> Row {
    Row { target, ..Row::new(name, label, FieldKind::Reference) }
}

const fn to_many(name: &'static str, label: &'static str, target: &'static str) -> Row {
    Row { target, ..Row::new(name, label, FieldKind::References) }
}

/// When it was made and changed: nearly everything has these.
pub const CREATED: Row = moment("created_at", "Created");
const UPDATED: Row = moment("updated_at", "Updated");

/// A customer's id, and the places where its name may stand.
const CUSTOMER_ID: Row = to("customer_id", "Customer", "Customer").wire(Wire::Named(&[
    &["customer_business_then_name"],
    &["customer", "business_then_name"],
    &["business_then_name"],
]));

/// A user's id, and the places where the name may stand.
const USER_ID: Row =
    to("user_id", "Assigned to", "User").wire(Wire::Named(&[&["user", "full_name"]]));

const fn exact(field: &'static str) -> Sieve {
    Sieve { field, param: field, how: How::Exact }
}

const fn like(field: &'static str) -> Sieve {
    Sieve { field, param: field, how: How::Like }
}

const fn after(field: &'static str, param: &'static str) -> Sieve {
    Sieve { field, param, how: How::After }
}

const fn since(field: &'static str, param: &'static str) -> Sieve {
    Sieve { field, param, how: How::Since }
}

const fn switch(
    name: &'static str,
    label: &'static str,
    param: &'static str,
    value: &'static str,
) -> Switch {
    Switch { name, label, param, value }
}

const fn tie(name: &'static str, label: &'static str, to: &'static str, by: By) -> Tie {
    Tie { name, label, to, by }
}

/// All of them, in the rail's order: those of one group stand together.
pub static ALL: &[&Resource] = &[
    &desk::TICKET,
    &desk::COMMENT,
    &desk::TIMER,
    &desk::TIMELOG,
    &desk::APPOINTMENT,
    &desk::BLUEPRINT,
    &desk::FORM,
    &customers::CUSTOMER,
    &customers::CONTACT,
    &customers::LEAD,
    &customers::CONTRACT,
    &customers::PORTAL_USER,
    &devices::ASSET,
    &devices::ALERT,
    &devices::FOLDER,
    &billing::INVOICE,
    &billing::ESTIMATE,
    &billing::PAYMENT,
    &billing::SCHEDULE,
    &billing::LINE_ITEM,
    &inventory::PRODUCT,
    &inventory::SERIAL,
    &inventory::CATEGORY,
    &inventory::ORDER,
    &inventory::PART,
    &inventory::VENDOR,
    &office::WIKI,
    &office::CANNED,
    &office::USER,
    &office::APPOINTMENT_TYPE,
    &office::PAYMENT_METHOD,
    &office::STATUS,
    &office::SEARCH,
    &office::FIELD,
    &office::SETTING,
    &nested::PHONE,
    &nested::PATCH,
    &nested::APPLICATION,
    &nested::WORKSHEET,
    &nested::PROFILE,
    &inventory::SKU,
];

/// The resource of that entity type.
pub fn resource(name: &str) -> Option<&'static Resource> {
    ALL.iter().find(|resource| resource.name == name).copied()
}

impl Resource {
    /// The field of that name.
    pub fn row(&self, name: &str) -> Option<&'static Row> {
        self.fields.iter().find(|row| row.name == name)
    }

    /// The link of that name.
    pub fn tie(&self, name: &str) -> Option<&'static Tie> {
        self.ties.iter().find(|tie| tie.name == name)
    }

    /// Its path below the API, where it has one of its own: `customer_assets`.
    pub fn path(&self) -> &'static str {
        match self.place {
            Place::Path(path) | Place::Under { path, .. } | Place::Below { path, .. } => path,
            Place::Settings(_) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::schema::EntityName;

    #[test]
    fn everything_that_the_table_names_is_in_the_table() {
        for resource in ALL {
            let name = resource.name;
            assert!(EntityName::try_from(name).is_ok(), "{name}");
            assert!(resource.row(resource.title).is_some(), "{name} is named by nothing");
            assert!(resource.status.is_empty() || resource.row(resource.status).is_some());
            for column in resource.columns.iter().chain(resource.searched) {
                assert!(resource.row(column).is_some(), "{name} has no {column}");
            }
            for sieve in resource.sieves {
                assert!(resource.row(sieve.field).is_some(), "{name} has no {}", sieve.field);
            }
            for row in resource.fields.iter().filter(|row| !row.target.is_empty()) {
                assert!(super::resource(row.target).is_some(), "{name}.{}", row.name);
            }
            for tie in resource.ties {
                let to = super::resource(tie.to);
                assert!(to.is_some(), "{name}.{} leads nowhere", tie.name);
                if let By::Field(field) | By::Value { field, .. } = tie.by {
                    assert!(to.unwrap().row(field).is_some(), "{}.{field}", tie.to);
                }
            }
        }
    }

    #[test]
    fn no_name_is_given_twice() {
        let names: BTreeSet<_> = ALL.iter().map(|resource| resource.name).collect();
        assert_eq!(names.len(), ALL.len());
        for resource in ALL {
            let fields: BTreeSet<_> = resource.fields.iter().map(|row| row.name).collect();
            assert_eq!(fields.len(), resource.fields.len(), "{}", resource.name);
        }
    }

    #[test]
    fn groups_stand_together() {
        let mut groups: Vec<_> = ALL.iter().map(|resource| resource.group).collect();
        groups.dedup();
        let distinct: BTreeSet<_> = groups.iter().collect();
        assert_eq!(distinct.len(), groups.len(), "{groups:?}");
    }
}
