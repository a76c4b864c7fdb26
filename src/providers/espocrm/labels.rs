//! Labels for people. E§4: the entity type's own, else the global ones, else the raw name.
use indexmap::IndexMap;
use serde_json::Value as Json;

use super::json::{at, entries, text};

/// The answer to `GET I18n`.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a>(pub &'a Json);

impl Labels<'_> {
    /// For one: `Contact`.
    pub fn singular(self, scope: &str) -> String {
        self.global("scopeNames", scope).unwrap_or_else(|| scope.to_owned())
    }

    /// For several: `Contacts`.
    pub fn plural(self, scope: &str) -> String {
        self.global("scopeNamesPlural", scope).unwrap_or_else(|| self.singular(scope))
    }

    /// A field's.
    pub fn field(self, scope: &str, field: &str) -> String {
        self.own(scope, "fields", field)
    }

    /// A link's; many links share the label of the field beside them.
    pub fn link(self, scope: &str, link: &str) -> String {
        let linked = self.of(scope, "links", link).or_else(|| self.global("links", link));
        linked.unwrap_or_else(|| self.own(scope, "fields", link))
    }

    /// A preset's.
    pub fn preset(self, scope: &str, preset: &str) -> String {
        self.own(scope, "presetFilters", preset)
    }

    /// A switch's.
    pub fn flag(self, scope: &str, flag: &str) -> String {
        self.own(scope, "boolFilters", flag)
    }

    /// A field's explanation.
    pub fn tooltip(self, scope: &str, field: &str) -> Option<String> {
        self.of(scope, "tooltips", field).or_else(|| self.global("tooltips", field))
    }

    /// An option's, where `field` of `scope` has the words for it.
    pub fn choice(self, scope: &str, field: &str, value: &str) -> Option<String> {
        let find = |scope| at(self.0, &[scope, "options", field]).and_then(|map| text(map, value));
        find(scope).or_else(|| find("Global")).map(str::to_owned)
    }

    /// An option's by the path that a field names: `Global.options.language`.
    pub fn choice_at(self, path: &str, value: &str) -> Option<String> {
        let keys: Vec<_> = path.split('.').collect();
        text(at(self.0, &keys)?, value).map(str::to_owned)
    }

    /// Words that layouts may use as titles of sections, where the user's language has others:
    /// the global ones by themselves, a scope's as `Account.Details`.
    pub fn titles(self) -> IndexMap<String, String> {
        let mut titles = IndexMap::new();
        for (scope, _) in entries(self.0, &[]) {
            let words = entries(self.0, &[scope, "labels"]);
            let words = words.filter_map(|(name, word)| Some((name, word.as_str()?)));
            for (name, word) in words.filter(|(name, word)| name.as_str() != *word) {
                let key = if scope == "Global" { name.clone() } else { format!("{scope}.{name}") };
                titles.insert(key, word.to_owned());
            }
        }
        titles
    }

    fn own(self, scope: &str, part: &str, name: &str) -> String {
        let found = self.of(scope, part, name).or_else(|| self.global(part, name));
        found.unwrap_or_else(|| name.to_owned())
    }

    fn of(self, scope: &str, part: &str, name: &str) -> Option<String> {
        text(at(self.0, &[scope, part])?, name).map(str::to_owned)
    }

    fn global(self, part: &str, name: &str) -> Option<String> {
        self.of("Global", part, name)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_label_falls_back_to_the_global_one_and_then_to_the_name() {
        let i18n = json!({
            "Task": {"fields": {"dateEnd": "Date Due"}, "links": []},
            "Global": {"fields": {"name": "Name"}, "scopeNames": {"Task": "Task"}},
        });
        let labels = Labels(&i18n);
        assert_eq!(labels.field("Task", "dateEnd"), "Date Due");
        assert_eq!(labels.field("Task", "name"), "Name");
        assert_eq!(labels.field("Task", "cOwn"), "cOwn");
        assert_eq!(labels.plural("Task"), "Task");
        assert_eq!(labels.link("Task", "parent"), "parent");
    }

    #[test]
    fn only_words_that_the_language_changes_are_kept_as_titles() {
        let i18n = json!({
            "Account": {"labels": {"Details": "Einzelheiten"}},
            "Global": {"labels": {"Details": "Details", "Overview": "Überblick", "odd": 7}},
        });
        let titles = Labels(&i18n).titles();
        assert_eq!(titles.len(), 2);
        assert_eq!(titles["Account.Details"], "Einzelheiten");
        assert_eq!(titles["Overview"], "Überblick");
    }
}
