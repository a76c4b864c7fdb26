//! Who may do what (E§3): three roles, and their tables as `App/user` shows them.

use super::kinds;
use super::schema::Schema;
use serde_json::{Map, Value, json};

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything, and other users too.
    Admin,
    /// Everything that is sold, served or planned.
    Full,
    /// A narrow role: some types only, own records, two restricted fields.
    Limited,
}

/// How far an action reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Not at all.
    No,
    /// One's own records.
    Own,
    /// One's own and one's teams' records.
    Team,
    /// All.
    All,
}

/// What is done to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// Make one.
    Create,
    /// See it.
    Read,
    /// Change it.
    Edit,
    /// Delete it.
    Delete,
    /// See its stream.
    Stream,
}

const DEEDS: [(&str, Deed); 5] = [
    ("create", Deed::Create),
    ("read", Deed::Read),
    ("edit", Deed::Edit),
    ("delete", Deed::Delete),
    ("stream", Deed::Stream),
];

impl Role {
    /// Whether the type exists for this role at all.
    pub fn sees(self, scope: &str) -> bool {
        self.level(scope, Deed::Read) != Level::No
    }

    /// How far a deed reaches.
    pub fn level(self, scope: &str, deed: Deed) -> Level {
        match self {
            Role::Admin => Level::All,
            Role::Full => full(scope, deed),
            Role::Limited => limited(scope, deed),
        }
    }

    /// Fields that may not be read.
    pub fn unreadable(self, scope: &str) -> &'static [&'static str] {
        if self == Role::Limited && scope == "Account" { &["billingAddress"] } else { &[] }
    }

    /// Fields that may be read and not changed.
    pub fn fixed(self, scope: &str) -> &'static [&'static str] {
        if self == Role::Limited && scope == "Account" { &["industry"] } else { &[] }
    }

    /// Whether a field is hidden.
    pub fn hides(self, scope: &str, field: &str) -> bool {
        self.unreadable(scope).contains(&field)
    }

    /// Whether a field may be written.
    pub fn writes(self, scope: &str, field: &str) -> bool {
        !self.hides(scope, field) && !self.fixed(scope).contains(&field)
    }

    /// The `acl` of `App/user`.
    pub fn table(self, schema: &Schema) -> Value {
        let mut table = Map::new();
        let mut fields = Map::new();
        let mut quick = Map::new();
        for one in schema.types.values().filter(|one| !one.is("hidden") && self.sees(&one.name)) {
            table.insert(one.name.clone(), self.row(&one.name));
            fields.insert(one.name.clone(), self.field_row(&one.name));
            quick.insert(one.name.clone(), self.quick_row(schema, &one.name));
        }
        table.insert(
            "Note".into(),
            json!({"read": "own", "stream": "no", "edit": "own", "delete": "own", "create": "yes"}),
        );
        for scope in ["Stream", "Activities", "Calendar"] {
            table.insert(scope.into(), json!(true));
        }
        let mut acl = json!({"table": table, "fieldTable": fields, "fieldTableQuickAccess": quick});
        for name in PERMISSIONS {
            acl[name] = json!(if self == Role::Limited { "no" } else { permission(name) });
        }
        acl
    }

    fn row(self, scope: &str) -> Value {
        let word = |deed: Deed| match (deed, self.level(scope, deed)) {
            (_, Level::No) => "no",
            (Deed::Create, _) => "yes",
            (_, Level::Own) => "own",
            (_, Level::Team) => "team",
            (_, Level::All) => "all",
        };
        Value::Object(
            DEEDS.iter().map(|(name, deed)| ((*name).to_owned(), json!(word(*deed)))).collect(),
        )
    }

    fn field_row(self, scope: &str) -> Value {
        let hidden = self
            .unreadable(scope)
            .iter()
            .map(|name| ((*name).to_owned(), json!({"read": "no", "edit": "no"})));
        let fixed = self
            .fixed(scope)
            .iter()
            .map(|name| ((*name).to_owned(), json!({"read": "yes", "edit": "no"})));
        Value::Object(hidden.chain(fixed).collect())
    }

    fn quick_row(self, schema: &Schema, scope: &str) -> Value {
        let kind = |name: &str| {
            let field = schema.types.get(scope).and_then(|one| one.fields.get(name));
            field.map(|field| field.kind.clone()).unwrap_or_default()
        };
        let attributes = |names: &[&str]| -> Vec<String> {
            names.iter().flat_map(|name| attributes_of(name, &kind(name))).collect()
        };
        let (no, fixed) = (self.unreadable(scope), self.fixed(scope));
        let edit: Vec<&str> = fixed.iter().chain(no).copied().collect();
        json!({
            "attributes": {"read": {"yes": attributes(fixed), "no": attributes(no)}, "edit": {"yes": [], "no": attributes(&edit)}},
            "fields": {"read": {"yes": fixed, "no": no}, "edit": {"yes": [], "no": edit}},
        })
    }
}

const PERMISSIONS: [&str; 12] = [
    "assignmentPermission",
    "messagePermission",
    "mentionPermission",
    "userCalendarPermission",
    "auditPermission",
    "exportPermission",
    "massUpdatePermission",
    "userPermission",
    "portalPermission",
    "groupEmailAccountPermission",
    "followerManagementPermission",
    "dataPrivacyPermission",
];

fn permission(name: &str) -> &'static str {
    match name {
        "auditPermission"
        | "portalPermission"
        | "groupEmailAccountPermission"
        | "dataPrivacyPermission" => "no",
        "exportPermission" | "massUpdatePermission" => "yes",
        _ => "all",
    }
}

fn attributes_of(name: &str, kind: &str) -> Vec<String> {
    let Some(parts) = kinds::parts(kind) else { return vec![name.to_owned()] };
    parts
        .actual
        .iter()
        .chain(parts.companions)
        .map(|part| kinds::attribute_name(name, part, parts.prefix))
        .collect()
}

fn full(scope: &str, deed: Deed) -> Level {
    match (scope, deed) {
        ("User", Deed::Edit) => Level::Own,
        ("User" | "Team", Deed::Create | Deed::Edit | Deed::Delete | Deed::Stream)
        | ("Attachment", _) => Level::No,
        _ => Level::All,
    }
}

fn limited(scope: &str, deed: Deed) -> Level {
    match (scope, deed) {
        ("Opportunity", Deed::Read) => Level::Team,
        ("Account" | "Contact" | "Meeting" | "Call", Deed::Read)
        | ("Account" | "Contact" | "Meeting" | "Call" | "Opportunity" | "Task", Deed::Create) => {
            Level::All
        }
        ("Task", Deed::Read)
        | (
            "Account" | "Contact" | "Meeting" | "Call" | "Opportunity" | "Task",
            Deed::Edit | Deed::Stream,
        ) => Level::Own,
        _ => Level::No,
    }
}
