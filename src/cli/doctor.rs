//! `ficha doctor`: everything that can be wrong, in one look.
use serde_json::{Map, Value as Json, json};

use super::{
    output::Out,
    sentence::{Fault, Stop, status},
    shell::Shell,
    types::object,
};
use crate::domain::{connection::Connection, secret::SecretSource};

/// Runs it. Ends with status 1 when something is broken; warnings are none.
pub async fn run(shell: &Shell, out: &mut Out) -> Result<(), Stop> {
    let mut checks = settings(shell);
    checks.extend(places(shell));
    checks.push(keyring(shell));
    checks.push(terminal(shell));
    for (_, connection) in shell.layer.connections() {
        let what = format!("connection {}", connection.name);
        let tried = shell.layer.test(&connection, None, |_| ()).await;
        checks.push(match tried {
            Ok(me) => check(&what, "ok", &format!("signed in as {}", me.login)),
            Err(failure) => {
                check(&what, "broken", &Fault::of_failure(&failure, &connection.name).message)
            }
        });
    }
    let broken = checks.iter().filter(|check| check.get("state") == Some(&json!("broken"))).count();
    out.rows("checks", &["check", "state", "note"], checks)?;
    match broken {
        0 => Ok(()),
        broken => Err(Fault::new("failed", status::FAILED, format!("{broken} broken.")).into()),
    }
}

fn check(what: &str, state: &str, note: &str) -> Map<String, Json> {
    object(json!({"check": what, "state": state, "note": note}))
}

fn settings(shell: &Shell) -> Vec<Map<String, Json>> {
    let path = shell.config.paths.config.display().to_string();
    let mut checks = vec![check("settings", "ok", &path)];
    for problem in &shell.config.problems {
        let state = if problem.is_error { "broken" } else { "warning" };
        let line = problem.line.map(|line| format!("line {line}: ")).unwrap_or_default();
        checks.push(check("settings", state, &format!("{line}{}", problem.message)));
    }
    checks
}

fn places(shell: &Shell) -> Vec<Map<String, Json>> {
    let paths = &shell.config.paths;
    let folders = [("cache", &paths.cache), ("journal", &paths.data), ("state", &paths.state)];
    let one = |(what, folder): (&str, &std::path::PathBuf)| {
        let tried = std::fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder));
        match tried {
            Ok(_) => check(what, "ok", &folder.display().to_string()),
            Err(error) => check(what, "broken", &format!("{}: {error}", folder.display())),
        }
    };
    folders.into_iter().map(one).collect()
}

fn keyring(shell: &Shell) -> Map<String, Json> {
    let has_secret = |one: &&Connection| one.via.is_none() && one.auth.has_secret();
    let mut with_secret = shell.config.connections.iter().filter(has_secret);
    let needed = with_secret.any(|one| matches!(one.secret, SecretSource::Keyring(_)));
    match shell.secrets.probe_keyring() {
        Ok(()) => check("keyring", "ok", "one answers"),
        Err(reason) if needed => check("keyring", "broken", &reason),
        Err(reason) => {
            check("keyring", "warning", &format!("{reason}; secrets go into files of mode 0600"))
        }
    }
}

fn terminal(shell: &Shell) -> Map<String, Json> {
    let environment = &shell.environment;
    let note = format!(
        "TERM={} COLORTERM={} locale={}{}{}",
        environment.term,
        environment.colorterm,
        environment.locale,
        if environment.is_ssh { " ssh" } else { "" },
        if environment.is_tmux { " tmux" } else { "" },
    );
    let state = if environment.is_utf8() { "ok" } else { "warning" };
    check("terminal", state, &note)
}
