//! Ids tell their entity type by what they begin with: `12x203`. A4: the numbers before the x are
//! those of one install.
use crate::domain::{
    record::RecordId,
    schema::{EntityName, EntityType, Schema},
};

/// `12` and `203` of `12x203`.
pub fn parts(id: &str) -> Option<(&str, &str)> {
    let (prefix, number) = id.split_once('x')?;
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    (is_number(prefix) && is_number(number)).then_some((prefix, number))
}

/// The id as the API wants it. The web pages name records by their number alone.
pub fn whole(entity_type: &EntityType, id: &RecordId) -> RecordId {
    let is_number = !id.as_str().is_empty() && id.as_str().bytes().all(|b| b.is_ascii_digit());
    match &entity_type.id_prefix {
        Some(prefix) if is_number => format!("{prefix}x{}", id.as_str()).as_str().into(),
        Some(_) | None => id.clone(),
    }
}

/// The entity type of an id: by the types that were described, and users by the signed-in one,
/// since who is no administrator may not have users described (A11).
pub fn entity(schema: &Schema, id: &str) -> Option<EntityName> {
    let (prefix, _) = parts(id)?;
    let is_of = |entity_type: &&EntityType| entity_type.id_prefix.as_deref() == Some(prefix);
    if let Some(found) = schema.entity_types.values().find(is_of) {
        return Some(found.name.clone());
    }
    let me = schema.user.as_ref().and_then(|me| parts(&me.id));
    me.filter(|(users, _)| *users == prefix).and_then(|_| EntityName::try_from("Users").ok())
}

/// Where people see a record.
pub fn web_page(site: &str, entity: &EntityName, id: &RecordId) -> String {
    let number = parts(id.as_str()).map_or(id.as_str(), |(_, number)| number);
    let module = match entity.as_str() {
        // Both are one module of the web pages.
        "Events" => "Calendar",
        "Users" => {
            return format!(
                "{site}/index.php?module=Users&parent=Settings&view=Detail&record={number}"
            );
        }
        other => other,
    };
    format!("{site}/index.php?module={module}&view=Detail&record={number}")
}

/// `…/index.php?module=Contacts&view=Detail&record=203`: `(entity type, record number)`.
pub fn parse_url(site: &str, url: &str) -> Option<(String, String)> {
    let rest = url.trim().strip_prefix(site.trim_end_matches('/'))?;
    let query = rest.strip_prefix("/index.php?").or_else(|| rest.strip_prefix("/?"))?;
    let query = query.split('#').next()?;
    let value = |name: &str| {
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.into_iter().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    };
    let (module, record) = (value("module")?, value("record")?);
    let is_number = !record.is_empty() && record.bytes().all(|b| b.is_ascii_digit());
    let is_shown = value("view").is_some_and(|view| view == "Detail" || view == "Edit");
    let is_known = is_number && is_shown && EntityName::try_from(module.as_str()).is_ok();
    is_known.then_some((module, record))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_web_page_names_its_record() {
        let site = "https://acme.example/crm";
        let page = "https://acme.example/crm/index.php?module=Contacts&view=Detail&record=203";
        assert_eq!(parse_url(site, page), Some(("Contacts".into(), "203".into())));
        for other in [
            "https://acme.example/crm/index.php?module=Contacts&view=List",
            "https://acme.example/crm/index.php?module=../x&view=Detail&record=203",
            "https://acme.example/crm/index.php?module=Contacts&view=Detail&record=2or1",
            "https://other.example/index.php?module=Contacts&view=Detail&record=203",
        ] {
            assert_eq!(parse_url(site, other), None, "{other}");
        }
        let (contacts, id) = (EntityName::try_from("Contacts").unwrap(), RecordId::from("12x203"));
        assert_eq!(web_page(site, &contacts, &id), page);
    }

    #[test]
    fn a_number_alone_becomes_an_id_of_the_type() {
        let mut contacts = EntityType::new(EntityName::try_from("Contacts").unwrap());
        contacts.id_prefix = Some("12".into());
        assert_eq!(whole(&contacts, &"203".into()).as_str(), "12x203");
        assert_eq!(whole(&contacts, &"12x203".into()).as_str(), "12x203");
        assert_eq!(parts("12x203"), Some(("12", "203")));
        assert_eq!(
            (parts("12x"), parts("x3"), parts("abcxdef"), parts("")),
            (None, None, None, None)
        );
    }
}
