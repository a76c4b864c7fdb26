//! A secret that a command prints: `pass show crm/acme`.
use std::{
    io::{Read, Write as _},
    process::{Command, Stdio},
    sync::mpsc,
    time::Duration,
};

use crate::domain::secret::Secret;

/// A person may have to unlock something meanwhile.
const LIMIT: Duration = Duration::from_secs(30);

/// More output than that is no secret.
const MAX_BYTES: u64 = 64 * 1024;

/// The first line of what the command prints.
///
/// Errors: why not, with what it wrote to standard error; never what it printed.
pub(super) fn run(line: &str) -> Result<Secret, String> {
    run_within(line, LIMIT)
}

fn run_within(line: &str, limit: Duration) -> Result<Secret, String> {
    let text = printed(shell(line), "the secret's command", limit)?;
    Ok(Secret::new(text.reveal().lines().next().unwrap_or_default()))
}

/// The first line that is not empty of what a program prints; no shell reads its arguments.
///
/// Errors: why not, as above.
pub(super) fn program(words: &[&str]) -> Result<Secret, String> {
    let Some((name, arguments)) = words.split_first() else {
        return Err("no program was named".to_owned());
    };
    let mut command = Command::new(name);
    command.args(arguments);
    let text = printed(command, name, LIMIT)?;
    let lines = text.reveal().lines().map(str::trim);
    let line = lines.into_iter().find(|line| !line.is_empty());
    line.map(Secret::new).ok_or_else(|| format!("{name} printed nothing"))
}

/// All that it prints.
fn printed(mut command: Command, what: &str, limit: Duration) -> Result<Secret, String> {
    let wrong = |error: std::io::Error| format!("{what} cannot be run: {error}");
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(wrong)?;
    let printed = collect(child.stdout.take());
    let said = collect(child.stderr.take());
    let Ok(printed) = printed.recv_timeout(limit) else {
        // Whether it could be ended changes nothing for us.
        let _ = child.kill();
        let _ = child.wait();
        return Err(format!("{what} gave no answer within {} s", limit.as_secs()));
    };
    let status = child.wait().map_err(wrong)?;
    if status.success() {
        return Ok(Secret::new(String::from_utf8_lossy(&printed)));
    }
    let said = said.recv_timeout(Duration::from_secs(1)).unwrap_or_default();
    let said: String = String::from_utf8_lossy(&said).trim().chars().take(500).collect();
    Err(format!("{what} failed ({status}): {said}"))
}

fn shell(line: &str) -> Command {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let mut command = Command::new(shell);
    command.arg(flag).arg(line);
    command
}

/// Reads to the end on a thread of its own, so that neither pipe can fill up and block the other.
fn collect(pipe: Option<impl Read + Send + 'static>) -> mpsc::Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut pipe) = pipe {
            // A pipe that breaks early gives what came until then; the exit status decides.
            let _ = pipe.by_ref().take(MAX_BYTES).read_to_end(&mut bytes);
            let _ = std::io::copy(&mut pipe, &mut std::io::sink())
                .and_then(|_| std::io::sink().flush());
        }
        // Nobody waits any more when the limit has passed.
        let _ = sender.send(bytes);
    });
    receiver
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_hangs_is_ended() {
        let error = run_within("sleep 60", Duration::from_millis(50)).unwrap_err();
        assert!(error.contains("no answer"), "{error}");
    }

    #[test]
    fn a_failed_command_tells_its_error_but_not_its_output() {
        let error = run("echo hunter2; echo locked >&2; exit 2").unwrap_err();
        assert!(error.contains("locked") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn no_shell_reads_a_programs_arguments_and_empty_lines_are_skipped() {
        let printed = program(&["printf", "%s\\n", "", "  ", "$(echo hunter2); a'b"]).unwrap();
        assert_eq!(printed.reveal(), "$(echo hunter2); a'b");
        let missing = program(&["no-such-program-of-ficha"]).unwrap_err();
        assert!(missing.starts_with("no-such-program-of-ficha cannot be run"), "{missing}");
        assert!(program(&["true"]).unwrap_err().contains("printed nothing"));
    }

    #[test]
    fn a_flood_of_output_blocks_nothing() {
        let secret =
            run("echo first; head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2").unwrap();
        assert_eq!(secret.reveal(), "first");
    }
}
