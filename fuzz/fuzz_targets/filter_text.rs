//! Any text is a filter or is refused; what was read is printed so that it reads the same.
#![no_main]
use ficha::domain::{
    filter_text::{parse, print},
    schema::{Choice, ChoiceStyle, EntityName, EntityType, Field, FieldKind, Rights},
};
use indexmap::IndexMap;
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fn field(name: &str, kind: FieldKind) -> (String, Field) {
    let choice = Choice { value: "New".into(), label: "Neu".into(), style: ChoiceStyle::Plain };
    let field = Field {
        name: name.into(),
        label: name.to_uppercase(),
        kind,
        wire_type: String::new(),
        is_required: false,
        read_only: None,
        is_sortable: true,
        max_length: None,
        min: None,
        max: None,
        choices: vec![choice],
        targets: Vec::new(),
        default: None,
        tooltip: None,
    };
    (name.into(), field)
}

fn entity() -> EntityType {
    let fields = [
        field("a", FieldKind::Text),
        field("e", FieldKind::Enum),
        field("n", FieldKind::Money),
        field("i", FieldKind::Integer),
        field("b", FieldKind::Bool),
        field("d", FieldKind::Date),
        field("t", FieldKind::DateTime),
        field("u", FieldKind::Duration),
        field("assignedUser", FieldKind::Reference),
    ];
    EntityType {
        name: EntityName::try_from("Thing").expect("a plain name"),
        label: String::new(),
        label_plural: String::new(),
        is_tab: true,
        rights: Rights::default(),
        fields: fields.into_iter().collect(),
        links: IndexMap::new(),
        title: "a".into(),
        status: None,
        presets: Vec::new(),
        flags: Vec::new(),
        order: None,
        searched: Vec::new(),
        is_versioned: false,
        layout: None,
    }
}

fuzz_target!(|text: &str| {
    let (entity, today) = (entity(), date(2026, 11, 24));
    if let Ok(Some(filter)) = parse(text, &entity, today) {
        assert_eq!(parse(&print(&filter), &entity, today), Ok(Some(filter)));
    }
});
