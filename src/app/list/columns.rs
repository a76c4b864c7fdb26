//! Which columns a list has.
use crate::domain::schema::{EntityType, FieldKind, Layout};

/// Without layout and memory: at most so many.
const USUAL: usize = 5;

/// Remembered ones, else the layout's, else those of the schema. The title always comes first,
/// and the field that orders the list is there.
pub(super) fn choose(
    entity_type: &EntityType,
    layout: Option<&Layout>,
    remembered: Option<Vec<String>>,
) -> Vec<String> {
    if let Some(remembered) = remembered {
        let kept: Vec<_> = remembered.into_iter().filter(|it| exists(entity_type, it)).collect();
        if !kept.is_empty() {
            return kept;
        }
    }
    let shipped = layout.map(|layout| layout.columns.clone()).unwrap_or_default();
    let mut columns: Vec<_> = shipped.into_iter().filter(|it| exists(entity_type, it)).collect();
    if columns.is_empty() {
        columns = usual(entity_type);
    }
    columns.retain(|it| *it != entity_type.title);
    columns.insert(0, entity_type.title.clone());
    if let Some(order) = &entity_type.order
        && exists(entity_type, &order.field)
        && !columns.contains(&order.field)
    {
        columns.push(order.field.clone());
    }
    columns
}

fn exists(entity_type: &EntityType, field: &str) -> bool {
    entity_type.fields.contains_key(field)
}

fn usual(entity_type: &EntityType) -> Vec<String> {
    let plain = |kind: FieldKind| {
        matches!(
            kind,
            FieldKind::Text
                | FieldKind::Enum
                | FieldKind::Money
                | FieldKind::Date
                | FieldKind::Reference
                | FieldKind::Emails
                | FieldKind::Phones
        )
    };
    let fields = entity_type.fields.values().filter(|field| plain(field.kind));
    fields.take(USUAL).map(|field| field.name.clone()).collect()
}
