//! The demo as a child, and a home with a connection to it.
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock")]
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use portable_pty::CommandBuilder;
use serde_json::Value as Json;
use tempfile::TempDir;

const FICHA: &str = env!("CARGO_BIN_EXE_ficha");

/// `ficha demo --serve`.
pub struct Company {
    child: Child,
    url: String,
    key: String,
    /// Until it said how to reach it.
    pub ready: Duration,
}

impl Company {
    pub fn start(records: u32) -> Self {
        let begun = Instant::now();
        let mut child = Command::new(FICHA)
            .args(["demo", "--serve", "--seed", "7", "--records", &records.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program was built");
        let mut line = String::new();
        let out = child.stdout.take().expect("it was piped");
        BufReader::new(out).read_line(&mut line).expect("one line");
        let told: Json = serde_json::from_str(&line).expect("JSON");
        let of = |name: &str| {
            told.pointer(&format!("/espocrm/{name}")).and_then(Json::as_str).unwrap_or_default()
        };
        Self {
            url: of("url").to_owned(),
            key: of("api_key").to_owned(),
            child,
            ready: begun.elapsed(),
        }
    }

    /// Failures from now on; none of them with an empty plan.
    pub fn faults(&self, plan: &str) {
        let host = self.url.trim_start_matches("http://");
        let body = format!("{{\"spec\":\"{plan}\"}}");
        let mut stream = TcpStream::connect(host).expect("the demo listens");
        write!(
            stream,
            "POST /_demo/faults HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )
        .expect("the demo reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("the demo answers");
        assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
    }
}

impl Drop for Company {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended by itself
        let _ = self.child.wait();
    }
}

/// A home that nobody else uses: settings, cache and log are its own.
pub struct Home {
    folder: TempDir,
    key: String,
}

impl Home {
    pub fn new(company: &Company) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = format!(
            "[connections.office]\nkind = \"espocrm\"\nurl = \"{}\"\nauth = \"api-key\"\n\
             secret = {{ env = \"OFFICE_KEY\" }}\n",
            company.url
        );
        std::fs::write(folder.path().join("config.toml"), settings).expect("a file");
        Self { folder, key: company.key.clone() }
    }

    /// The browser on the contacts.
    pub fn browser(&self) -> CommandBuilder {
        let mut command = plain(FICHA);
        command.args(["-c", "office", "Contact"]);
        command.env("FICHA_CONFIG", self.folder.path().join("config.toml"));
        command.env("OFFICE_KEY", &self.key);
        command.env("HOME", self.folder.path());
        for (variable, folder) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_RUNTIME_DIR", "runtime"),
        ] {
            command.env(variable, self.folder.path().join(folder));
        }
        command
    }

    /// This very bench as the plain list.
    pub fn floor() -> CommandBuilder {
        let this = std::env::current_exe().expect("a path");
        let mut command = plain(&this.to_string_lossy());
        command.arg("--floor");
        command
    }
}

/// A terminal with truecolour, and nothing else of the caller's environment.
fn plain(program: &str) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.env_clear();
    for (variable, value) in
        [("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LANG", "C.UTF-8")]
    {
        command.env(variable, value);
    }
    command
}
