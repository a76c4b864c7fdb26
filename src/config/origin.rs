//! Where each setting comes from: `ficha config show --origin`.
use serde::Serialize;
use toml::{Table, Value};

use super::{Config, load::read_defaults};

/// A setting as it holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// Its path: `settings.cache.max_age`.
    pub name: String,
    /// As TOML.
    pub value: String,
    /// Where it stands.
    pub origin: Origin,
}

/// Where a setting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, strum::Display)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Origin {
    /// In `assets/default.toml`.
    Default,
    /// In the user's file.
    File,
    /// In the environment.
    Environment,
    /// On the command line.
    Argument,
}

/// All settings, keys, theme and connections as they hold. No secret is among them: a
/// connection names only the place of its own.
pub fn show_origin(config: &Config) -> Vec<Setting> {
    let mut found = Vec::new();
    let user: Table = config.text.parse().unwrap_or_default();
    for (name, default) in &read_defaults() {
        walk(name, Some(default), user.get(name), config, &mut found);
    }
    for name in ["keys", "theme", "connections"] {
        if !found.iter().any(|setting: &Setting| setting.name.starts_with(name)) {
            walk(name, None, user.get(name), config, &mut found);
        }
    }
    found
}

fn walk(
    path: &str,
    default: Option<&Value>,
    user: Option<&Value>,
    config: &Config,
    found: &mut Vec<Setting>,
) {
    let defaults = default.and_then(Value::as_table);
    let users = user.and_then(Value::as_table);
    if defaults.is_none() && users.is_none() {
        let Some(value) = user.or(default) else { return };
        let refused = user.is_some() && is_refused(path, config);
        let (value, origin) = match (default, user) {
            (Some(default), Some(_)) if refused => (default, Origin::Default),
            (_, Some(_)) => (value, Origin::File),
            (_, None) => (value, Origin::Default),
        };
        let value = if is_inline_secret(path, value) {
            "(not shown)".to_owned()
        } else {
            value.to_string()
        };
        found.push(Setting { name: path.to_owned(), value, origin });
        return;
    }
    let empty = Table::new();
    let (defaults, users) = (defaults.unwrap_or(&empty), users.unwrap_or(&empty));
    let added = users.keys().filter(|name| !defaults.contains_key(*name));
    for name in defaults.keys().chain(added) {
        walk(&format!("{path}.{name}"), defaults.get(name), users.get(name), config, found);
    }
}

fn is_refused(path: &str, config: &Config) -> bool {
    let start = format!("{path} cannot be used");
    config.problems.iter().any(|problem| problem.message.starts_with(&start))
}

/// Someone may have written the secret itself where its place belongs.
fn is_inline_secret(path: &str, value: &Value) -> bool {
    let named_so =
        [".secret", ".password", ".api_key", ".token"].iter().any(|end| path.ends_with(end));
    path.starts_with("connections.") && named_so && value.is_str()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Paths, load};

    #[test]
    fn each_setting_says_where_it_stands_and_secrets_are_not_shown() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        let text = "[settings]\nmouse=false\ntimeout='soon'\n[connections.a]\nkind='espocrm'\nurl='https://a.example'\nsecret='hunter2'\n";
        std::fs::write(&paths.config, text).unwrap();
        let shown = show_origin(&load(paths));
        let of = |name: &str| shown.iter().find(|setting| setting.name == name).unwrap();
        assert_eq!(
            (of("settings.mouse").value.as_str(), of("settings.mouse").origin),
            ("false", Origin::File)
        );
        assert_eq!(of("settings.timeout").origin, Origin::Default);
        assert_eq!(of("settings.cache.max_age").value, "\"30d\"");
        assert!(shown.iter().all(|setting| !setting.value.contains("hunter2")));
    }
}
