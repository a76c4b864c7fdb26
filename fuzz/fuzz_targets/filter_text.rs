//! Any text is a filter or is refused; what was read is printed so that it reads the same.
#![no_main]
use ficha::domain::{
    filter_text::{parse, print},
    schema::{Choice, ChoiceStyle, EntityName, EntityType, Field, FieldKind},
};
use jiff::civil::date;
use libfuzzer_sys::fuzz_target;

fn field(name: &str, kind: FieldKind) -> (String, Field) {
    let choice = Choice { value: "New".into(), label: "Neu".into(), style: ChoiceStyle::Plain };
    let field =
        Field { label: name.to_uppercase(), choices: vec![choice], ..Field::new(name, kind) };
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
        label: String::new(),
        label_plural: String::new(),
        fields: fields.into_iter().collect(),
        title: "a".into(),
        ..EntityType::new(EntityName::try_from("Thing").expect("a plain name"))
    }
}

fuzz_target!(|text: &str| {
    let (entity, today) = (entity(), date(2026, 11, 24));
    if let Ok(Some(filter)) = parse(text, &entity, today) {
        assert_eq!(parse(&print(&filter), &entity, today), Ok(Some(filter)));
    }
});
