//! `[connections.NAME]`: from a table to a [`Connection`], and back.
use std::str::FromStr;

use strum::IntoEnumIterator;
use toml::{Table, Value};

use super::nearest;
use crate::domain::{
    connection::{Auth, Connection, Hue, Kind, Script, Via},
    secret::SecretSource,
};

/// What a connection's table may hold.
pub(super) const NAMES: [&str; 12] = [
    "kind",
    "url",
    "auth",
    "user",
    "key",
    "secret",
    "via",
    "time_zone",
    "scripts",
    "read_only",
    "production",
    "color",
];

/// A connection of that table; beside it what was strange but did not stop it.
///
/// Errors: why it cannot be used, in a sentence's second half.
pub(super) fn from_table(name: &str, table: &Table) -> Result<(Connection, Vec<String>), String> {
    check_name(name)?;
    let kind = kind(table)?;
    let via = via(table)?;
    let url = url(table, kind, via.is_some())?;
    let auth = auth(table, kind)?;
    let connection = Connection {
        name: name.to_owned(),
        kind,
        url: url.trim_end_matches('/').to_owned(),
        auth,
        user: text(table, "user")?,
        key: text(table, "key")?,
        secret: secret(table)?,
        read_only: flag(table, "read_only")?,
        production: flag(table, "production")?,
        color: choice::<Hue>(table, "color")?,
        via,
        time_zone: text(table, "time_zone")?,
        scripts: scripts(table)?,
        is_demo: false,
    };
    check_halves(&connection)?;
    Ok((connection, strange_names(table)))
}

/// The site. Membrane's own is usual there; what goes through Membrane needs none.
fn url(table: &Table, kind: Kind, has_via: bool) -> Result<String, String> {
    let usual = if has_via { Some("") } else { kind.usual_url() };
    match (text(table, "url")?, usual) {
        (Some(url), _) => {
            let url = kind.site(&url);
            check_url(&url).map(|()| url)
        }
        (None, Some(usual)) => Ok(usual.to_owned()),
        (None, None) => Err("has no url".to_owned()),
    }
}

/// Whether that can be a connection's name: it names files and stands in commands.
///
/// Errors: what is wrong with it.
pub fn check_name(name: &str) -> Result<(), String> {
    let first = name.chars().next().is_some_and(char::is_alphanumeric);
    let plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'));
    if first && plain && name.len() <= 64 {
        Ok(())
    } else {
        Err("needs a name of letters, digits, '-', '_' and '.', at most 64 bytes long, \
             that begins with a letter or digit"
            .to_owned())
    }
}

/// Whether that can be a connection's address.
///
/// Errors: what is wrong with it. The address itself is not repeated: it may hold a password.
pub fn check_url(url: &str) -> Result<(), String> {
    let parsed =
        url::Url::parse(url).map_err(|error| format!("has an url that cannot be used: {error}"))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err("has an url that begins with neither https:// nor http://".to_owned());
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("has a login inside its url; secrets do not belong there".to_owned());
    }
    if parsed.query().is_some() || parsed.fragment().is_some() {
        return Err("has an url with ? or # in it; give the site's address alone".to_owned());
    }
    parsed.host_str().map(|_| ()).ok_or_else(|| "has an url without a host".to_owned())
}

/// The public halves that some ways to sign in need.
fn check_halves(connection: &Connection) -> Result<(), String> {
    match connection.missing_half() {
        Some(half) => Err(format!("signs in with {} but names no {half}", connection.auth)),
        None => Ok(()),
    }
}

/// How it signs in: as named, if the product knows that way, else the product's usual one.
fn auth(table: &Table, kind: Kind) -> Result<Auth, String> {
    let known = kind.auths();
    let auth = choice::<Auth>(table, "auth")?.unwrap_or(Auth::usual(kind));
    if known.contains(&auth) {
        return Ok(auth);
    }
    let ways: Vec<String> = known.iter().map(ToString::to_string).collect();
    Err(format!(
        "signs in with {auth}, which {} does not know: {}",
        kind.product(),
        ways.join(", ")
    ))
}

/// The Membrane connection that it goes through.
fn via(table: &Table) -> Result<Option<Via>, String> {
    let Some(value) = table.get("via") else { return Ok(None) };
    let wrong = "has a via that is no { connection = \"…\", id = \"…\" }";
    let inner = value.as_table().ok_or(wrong)?;
    let part = |name: &str| inner.get(name).and_then(|it| it.as_str()).map(str::to_owned);
    let (connection, id) = (part("connection").ok_or(wrong)?, part("id").ok_or(wrong)?);
    Ok(Some(Via { connection, id }))
}

/// `[connections.NAME.scripts]`: labels and ids, in their order.
fn scripts(table: &Table) -> Result<Vec<Script>, String> {
    let Some(value) = table.get("scripts") else { return Ok(Vec::new()) };
    let inner = value.as_table().ok_or("has scripts that are no table of labels and ids")?;
    let one = |(label, id): (&String, &Value)| {
        let id = id.as_integer().or_else(|| id.as_str()?.trim().parse().ok());
        let id = id.ok_or_else(|| format!("has a script {label:?} whose id is no number"))?;
        Ok(Script { label: label.clone(), id })
    };
    inner.iter().map(one).collect()
}

fn kind(table: &Table) -> Result<Kind, String> {
    let spoken = || Kind::built().map(|kind| kind.to_string()).collect::<Vec<_>>().join(", ");
    let Some(name) = text(table, "kind")? else {
        return Err(format!("has no kind; this build speaks {}", spoken()));
    };
    match Kind::from_str(&name) {
        Ok(kind) if kind.is_built() => Ok(kind),
        Ok(kind) => Err(format!(
            "is of kind {kind}, which is not built yet; this build speaks {}",
            spoken()
        )),
        Err(_) => Err(format!("is of kind {name:?}, which does not exist; known: {}", spoken())),
    }
}

fn secret(table: &Table) -> Result<SecretSource, String> {
    let shape = "has a secret that is none of { keyring = true }, { command = \"..\" }, \
                 { env = \"..\" }, { file = \"..\" }";
    match table.get("secret") {
        None => Ok(SecretSource::Keyring(true)),
        // Its text is not repeated: someone wrote the secret itself there.
        Some(value) => value.clone().try_into().map_err(|_| shape.to_owned()),
    }
}

fn text(table: &Table, name: &str) -> Result<Option<String>, String> {
    match table.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone())),
        Some(other) => Err(format!("needs text for {name}, not {}", other.type_str())),
    }
}

fn flag(table: &Table, name: &str) -> Result<bool, String> {
    match table.get(name) {
        None => Ok(false),
        Some(Value::Boolean(flag)) => Ok(*flag),
        Some(other) => Err(format!("needs true or false for {name}, not {}", other.type_str())),
    }
}

fn choice<T: FromStr + IntoEnumIterator + ToString>(
    table: &Table,
    name: &str,
) -> Result<Option<T>, String> {
    let Some(text) = text(table, name)? else { return Ok(None) };
    let known: Vec<String> = T::iter().map(|choice| choice.to_string()).collect();
    let wrong = |_| format!("has {name} = {text:?}; known: {}", known.join(", "));
    T::from_str(&text).map(Some).map_err(wrong)
}

fn strange_names(table: &Table) -> Vec<String> {
    let strange = table.keys().filter(|name| !NAMES.contains(&name.as_str()));
    strange.map(|name| unknown(name, &NAMES)).collect()
}

/// `does not know "tiemout"; did you mean timeout?`
pub(super) fn unknown(name: &str, names: &[&str]) -> String {
    match nearest(name, names.iter().copied()).first() {
        Some(near) => format!("does not know {name:?}; did you mean {near}?"),
        None => format!("does not know {name:?}; known: {}", names.join(", ")),
    }
}

/// The table of a connection, for the settings file. Only what differs from the usual is in it.
pub(super) fn to_table(connection: &Connection) -> toml_edit::Table {
    let mut table = toml_edit::Table::new();
    let mut set = |name: &str, value: toml_edit::Value| {
        table.insert(name, toml_edit::Item::Value(value));
    };
    set("kind", connection.kind.to_string().into());
    if !connection.url.is_empty() {
        set("url", connection.url.as_str().into());
    }
    if connection.via.is_none() {
        set("auth", connection.auth.to_string().into());
    }
    if let Some(user) = &connection.user {
        set("user", user.as_str().into());
    }
    if let Some(key) = &connection.key {
        set("key", key.as_str().into());
    }
    if connection.via.is_none() && connection.auth.has_secret() {
        set("secret", secret_value(&connection.secret));
    }
    if let Some(via) = &connection.via {
        set("via", via_value(via));
    }
    if let Some(zone) = &connection.time_zone {
        set("time_zone", zone.as_str().into());
    }
    if !connection.scripts.is_empty() {
        set("scripts", scripts_value(&connection.scripts));
    }
    if connection.read_only {
        set("read_only", true.into());
    }
    if connection.production {
        set("production", true.into());
    }
    if let Some(color) = connection.color {
        set("color", color.to_string().into());
    }
    table
}

fn via_value(via: &Via) -> toml_edit::Value {
    let mut inline = toml_edit::InlineTable::new();
    inline.insert("connection", via.connection.as_str().into());
    inline.insert("id", via.id.as_str().into());
    inline.into()
}

fn scripts_value(scripts: &[Script]) -> toml_edit::Value {
    let mut inline = toml_edit::InlineTable::new();
    for script in scripts {
        inline.insert(&script.label, script.id.into());
    }
    inline.into()
}

fn secret_value(source: &SecretSource) -> toml_edit::Value {
    let mut inline = toml_edit::InlineTable::new();
    match source {
        SecretSource::Keyring(on) => inline.insert("keyring", (*on).into()),
        SecretSource::Command(command) => inline.insert("command", command.as_str().into()),
        SecretSource::Env(name) => inline.insert("env", name.as_str().into()),
        SecretSource::File(path) => inline.insert("file", path.as_str().into()),
    };
    inline.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(Connection, Vec<String>), String> {
        from_table("acme", &text.parse().unwrap())
    }

    #[test]
    fn a_whole_connection_survives_writing_and_reading() {
        let text = "kind='espocrm'\nurl='https://crm.example/x/'\nauth='hmac'\nkey='k'\n\
                    secret={env='V'}\nread_only=true\ncolor='teal'";
        let (connection, strange) = read(text).unwrap();
        assert!(strange.is_empty());
        assert_eq!(connection.url, "https://crm.example/x");
        let (again, _) = read(&to_table(&connection).to_string()).unwrap();
        assert_eq!(again, connection);
    }

    #[test]
    fn what_goes_through_membrane_needs_neither_address_nor_secret() {
        let text = "kind='espocrm'\nvia={connection='mem', id='conn_1'}";
        let (connection, strange) = read(text).unwrap();
        assert!(strange.is_empty() && connection.url.is_empty());
        let written = to_table(&connection).to_string();
        assert!(!written.contains("secret") && !written.contains("url"), "{written}");
        assert_eq!(read(&written).unwrap().0, connection);
        assert!(read("kind='espocrm'").unwrap_err().contains("no url"));
        let (membrane, _) = read("kind='membrane'").unwrap();
        assert_eq!(
            (membrane.url.as_str(), membrane.auth),
            ("https://api.getmembrane.com", Auth::Oauth)
        );
    }

    #[test]
    fn kinds_to_come_say_that_they_are_not_built_yet() {
        for kind in Kind::iter().filter(|kind| !kind.is_built()) {
            let error = read(&format!("kind='{kind}'\nurl='https://x.example'")).unwrap_err();
            assert!(error.contains("not built yet"), "{error}");
        }
        assert!(read("kind='sugar'\nurl='https://x'").unwrap_err().contains("does not exist"));
    }

    #[test]
    fn an_address_with_a_login_is_refused_and_not_repeated() {
        let error = read("kind='espocrm'\nurl='https://a:hunter2@x.example'").unwrap_err();
        assert!(error.contains("login inside") && !error.contains("hunter2"), "{error}");
        assert!(read("kind='espocrm'\nurl='ftp://x.example'").is_err());
        assert!(read("kind='espocrm'\nurl='nonsense'").is_err());
    }

    #[test]
    fn a_secret_written_out_is_refused_and_not_repeated() {
        let error = read("kind='espocrm'\nurl='https://x.example'\nsecret='hunter2'").unwrap_err();
        assert!(error.contains("keyring") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn a_misspelt_name_is_strange_but_stops_nothing() {
        let (_, strange) = read("kind='espocrm'\nurl='https://x.example'\nread_olny=true").unwrap();
        assert!(strange[0].contains("did you mean read_only?"), "{strange:?}");
    }

    #[test]
    fn a_name_that_could_climb_out_of_a_folder_is_refused() {
        for bad in ["", "..", "../x", "a/b", "-c", "a b", ".hidden"] {
            assert!(check_name(bad).is_err(), "{bad}");
        }
        assert!(check_name("acme-2.eu_müller").is_ok());
    }
}
