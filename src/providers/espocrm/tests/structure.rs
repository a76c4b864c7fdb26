use super::*;
use crate::domain::schema::{ChoiceStyle, FieldKind, ReadOnly, Rights};

#[test]
fn the_schema_comes_from_three_answers_in_the_order_of_the_tabs() {
    let app = answer(200, &[("x-app-timestamp", "1")], APP);
    let metadata = answer(200, &[("x-app-timestamp", "2")], METADATA);
    let (outcome, sent) = run(Action::Types, &[app, metadata, ok(I18N)]);
    let Ok(Outcome::Schema(schema)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(
        sent.iter().map(path).collect::<Vec<_>>(),
        ["GET App/user", "GET Metadata", "GET I18n"]
    );
    assert_eq!(schema.stamp, "2");
    assert_eq!(schema.product, "EspoCRM 9.9.9");
    let names: Vec<_> = schema.entity_types.keys().map(EntityName::as_str).collect();
    assert_eq!(names, ["Contact", "Account", "Deal", "Meeting", "User"]);
    let user = schema.user.as_ref().unwrap();
    assert_eq!((user.login.as_str(), user.is_admin), ("ada", false));
}

#[test]
fn preferences_are_the_users_and_else_the_sites() {
    let preferences = schema().preferences;
    assert_eq!(preferences.time_zone, "Europe/Berlin");
    assert_eq!((preferences.thousands.as_str(), preferences.decimal_mark.as_str()), ("", ","));
    assert_eq!((preferences.week_start, preferences.default_currency.as_str()), (0, "EUR"));
}

#[test]
fn parts_of_a_field_and_forbidden_fields_do_not_stand_beside_it() {
    let account = account();
    for gone in [
        "amountCurrency",
        "amountConverted",
        "billingAddressCity",
        "dueDate",
        "revenue",
        "emailAddressIsOptedOut",
        "place",
        "odd",
    ] {
        assert!(account.field(gone).is_none(), "{gone}");
    }
    let contact = schema().entity_type(&name("Contact")).unwrap().clone();
    let fields: Vec<_> = contact.fields.keys().map(String::as_str).collect();
    assert_eq!(fields, ["name", "source", "account", "description", "firstSeen"]);
    assert!(contact.field("name").unwrap().is_required);
    assert!(schema().entity_type(&name("User")).unwrap().field("password").is_none());
}

#[test]
fn a_field_knows_why_it_cannot_be_edited() {
    let account = account();
    let why = |name: &str| account.field(name).unwrap().read_only;
    assert_eq!(why("name"), None);
    assert_eq!(why("website"), Some(ReadOnly::Forbidden));
    assert_eq!(why("createdAt"), Some(ReadOnly::Computed));
    assert_eq!(why("number"), Some(ReadOnly::Computed));
    assert_eq!(why("ownerTitle"), Some(ReadOnly::Computed));
    assert_eq!(why("code"), Some(ReadOnly::AfterCreate));
    assert_eq!(why("options"), Some(ReadOnly::NoEditor));
    assert_eq!(why("logo"), Some(ReadOnly::NoEditor));
    assert_eq!(account.field("ownerTitle").unwrap().kind, FieldKind::Text);
}

#[test]
fn choices_have_labels_and_styles_and_may_stand_in_another_field() {
    let account = account();
    let kind = account.field("type").unwrap();
    assert_eq!(kind.label, "Kind");
    assert_eq!(kind.default, Some(text("Customer")));
    let choices: Vec<_> =
        kind.choices.iter().map(|c| (c.value.as_str(), c.label.as_str(), c.style)).collect();
    assert_eq!(choices[1], ("Customer", "Customer!", ChoiceStyle::Good));
    assert_eq!(choices[2], ("Partner", "Partner", ChoiceStyle::Plain));
    let schema = schema();
    let source = schema.entity_type(&name("Contact")).unwrap().field("source").unwrap();
    assert_eq!(source.choices, kind.choices);
    assert_eq!(account.field("since").unwrap().default, None, "a program is no default");
    assert_eq!(account.field("description").unwrap().default, None, "of the wrong type");
}

#[test]
fn links_lead_only_to_what_the_user_may_see() {
    let account = account();
    let links: Vec<_> = account.links.keys().map(String::as_str).collect();
    assert_eq!(links, ["assignedUser", "contacts", "deals", "meetings", "parent"]);
    assert!(account.links["contacts"].is_editable && account.links["contacts"].label == "People");
    assert!(!account.links["deals"].is_editable, "deals cannot be changed");
    let rights = Rights { read: true, create: true, edit: true, delete: false };
    assert_eq!(account.rights, rights);
    assert_eq!(
        account.presets.iter().map(|p| p.label.as_str()).collect::<Vec<_>>(),
        ["mine", "Big ones"]
    );
    assert_eq!(account.flags[0].label, "Only mine");
    assert_eq!(account.status.as_deref(), Some("type"));
}

#[test]
fn answers_of_any_shape_give_a_schema_or_say_where_they_are_odd() {
    let odd = [
        json("null"),
        json("[]"),
        json("5"),
        json(
            "{\"scopes\":{\"A\":{\"entity\":true}},\"entityDefs\":{\"A\":{\"fields\":[1],\"links\":{\"x\":{\"type\":5}},\"collection\":7}}}",
        ),
    ];
    for metadata in &odd {
        for i18n in &odd {
            let read = super::super::schema::schema(&json(APP), metadata, i18n, String::new());
            assert!(matches!(read, Ok(_) | Err(Error::Unreadable { .. })));
        }
    }
    let error =
        super::super::schema::schema(&json("{\"user\":{}}"), &odd[3], &odd[0], String::new());
    let Err(Error::Unreadable { path, .. }) = error else { panic!("{error:?}") };
    assert_eq!(path, "user.id");
}

fn described(answers: &[Response]) -> (EntityType, usize) {
    let (outcome, sent) = run(Action::Describe(name("Account")), answers);
    match outcome {
        Ok(Outcome::Type(described)) => (*described, sent.len()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn layouts_name_only_fields_and_links_of_the_schema() {
    let list = ok(
        r#"[{"name":"name","link":"true"},{"name":":assignedUser"},{"name":"gone"},{"name":"type","hidden":true}]"#,
    );
    let detail = ok(
        r#"[{"label":"$label:Overview","rows":[[{"name":"name"},false],[{"name":"description","fullWidth":true}],[false]]},{"label":"Gone","columns":[[{"name":"gone"}]]},5]"#,
    );
    let bottom = ok(
        r#"{"_tabBreak_0":{"index":0,"tabBreak":true},"contacts":{"index":5},"deals":{"index":2},"meetings":{"disabled":true},"stream":{"index":1}}"#,
    );
    let (described, asked) = described(&[list, detail, bottom]);
    let layout = described.layout.unwrap();
    assert_eq!((asked, layout.columns), (3, vec!["name".to_owned(), "assignedUser".to_owned()]));
    assert_eq!(layout.panels, ["deals", "contacts"]);
    assert_eq!(layout.sections.len(), 1);
    assert_eq!(layout.sections[0].label, "Overview");
    assert!(layout.sections[0].rows[1][0].is_wide);
}

#[test]
fn a_missing_layout_is_made_from_the_schema() {
    let gone = answer(404, &[("x-status-reason", "Layout is not found.")], "");
    let forbidden = answer(403, &[("x-status-reason", "")], "");
    let (described, asked) = described(&[gone.clone(), forbidden, gone.clone(), gone]);
    let layout = described.layout.unwrap();
    assert_eq!(asked, 4);
    assert_eq!(layout.columns[0], "name");
    assert_eq!(layout.panels, ["contacts", "deals", "meetings"]);
    assert!(layout.sections[0].rows.len() > 10);
}
