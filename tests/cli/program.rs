//! The program and the demo as children, in a folder that nobody else uses.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test may stop at the first surprise"
)]
use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value as Json;

/// What a run gave.
pub struct Ran {
    /// The exit status.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Ran {
    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|error| panic!("{error}: {} {}", self.out, self.err))
    }

    /// That it ended so.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// A home of its own.
pub struct Home {
    pub folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program with nothing of the caller's environment but where programs are found.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_ficha"));
        command.args(arguments).env_clear().stdin(Stdio::null());
        if let Ok(path) = std::env::var("PATH") {
            command.env("PATH", path);
        }
        command
            .env("HOME", self.folder.path())
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent") // nobody's real keyring
            .env("TERM", "xterm-256color")
            .env("LANG", "C.UTF-8");
        for (variable, folder) in [
            ("XDG_CONFIG_HOME", "config"),
            ("XDG_CACHE_HOME", "cache"),
            ("XDG_DATA_HOME", "data"),
            ("XDG_STATE_HOME", "state"),
            ("XDG_RUNTIME_DIR", "runtime"),
        ] {
            command.env(variable, self.path(folder));
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// With that on standard input.
    pub fn feed(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that asks for nothing closes the pipe: that is its right.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap().into()
    }

    /// All files that ficha left behind.
    pub fn files(&self) -> Vec<PathBuf> {
        fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { walk(&path, found) } else { found.push(path) }
            }
        }
        let mut found = Vec::new();
        walk(self.folder.path(), &mut found);
        found
    }
}

/// `ficha demo --serve`, ended with the test.
pub struct Demo {
    child: Child,
    /// Its line.
    pub introduction: Json,
}

impl Demo {
    pub fn start(home: &Home, arguments: &[&str]) -> Self {
        let arguments: Vec<&str> =
            ["demo", "--serve", "--seed", "7"].iter().chain(arguments).copied().collect();
        let mut child = home.command(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let introduction =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Self { child, introduction }
    }

    /// What it was asked so far, the oldest first.
    pub fn log(&self) -> Vec<Json> {
        let host = self.of("url").trim_start_matches("http://").trim_end_matches('/');
        let (_, body) = asked(host, "GET", "/_demo/log", "");
        let log: Json = serde_json::from_str(&body).unwrap();
        log["requests"].as_array().unwrap().clone()
    }

    /// Something is to go wrong at Membrane.
    pub fn switch(&self, wish: &str) {
        let host = self.of("url").trim_start_matches("http://").to_owned();
        let (head, _) = asked(&host, "POST", "/_demo/membrane", wish);
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    }

    /// Of the sign-in to Membrane.
    pub fn membrane(&self, name: &str) -> &str {
        self.introduction["membrane"][name].as_str().unwrap_or_else(|| panic!("no {name}"))
    }

    pub fn of(&self, name: &str) -> &str {
        self.introduction["espocrm"][name].as_str().unwrap_or_else(|| panic!("no {name}"))
    }
}

/// Head and body of an answer.
fn asked(host: &str, method: &str, path: &str, body: &str) -> (String, String) {
    let mut line = TcpStream::connect(host).unwrap();
    let length = body.len();
    let asks = format!(
        "{method} {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    line.write_all(asks.as_bytes()).unwrap();
    let mut answer = String::new();
    line.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// What a browser does with an address: it follows where that leads, and shows the page.
pub fn browse(address: &str) -> String {
    let mut address = address.to_owned();
    for _ in 0..5 {
        let rest = address.strip_prefix("http://").unwrap();
        let (host, path) = rest.split_once('/').unwrap();
        let (head, body) = asked(host, "GET", &format!("/{path}"), "");
        let header = head.lines().filter_map(|line| line.split_once(": "));
        let place = header.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
        match place {
            Some((_, place)) => place.trim().clone_into(&mut address),
            None => return body,
        }
    }
    panic!("it leads round and round: {address}")
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A home with the connection `acme` to a demo of its own.
pub struct Office {
    pub home: Home,
    pub demo: Demo,
}

impl Office {
    pub fn open(arguments: &[&str]) -> Self {
        let home = Home::new();
        let demo = Demo::start(&home, arguments);
        let office = Self { home, demo };
        office.connect("acme", &[], "api_key");
        office
    }

    /// Adds a connection to the demo, with one of its secrets.
    #[track_caller]
    pub fn connect(&self, name: &str, arguments: &[&str], secret: &str) {
        let usual = [
            "connection",
            "add",
            name,
            "--url",
            self.demo.of("url"),
            "--secret-stdin",
            "--store",
            "file",
        ];
        let arguments: Vec<&str> = usual.iter().chain(arguments).copied().collect();
        self.home.feed(&arguments, self.demo.of(secret)).ended(0);
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.home.run(arguments)
    }

    /// The id of the first record of a type.
    #[track_caller]
    pub fn first(&self, entity: &str) -> String {
        let ran = self.run(&["-c", "acme", "list", entity, "--limit", "1", "-o", "json"]).ended(0);
        ran.json()["records"][0]["id"].as_str().unwrap().to_owned()
    }

    /// The id of a user whom records can be assigned to: the demo's tasks demand one.
    #[track_caller]
    pub fn someone(&self) -> String {
        let account = self.first("Account");
        let ran = self.run(&["-c", "acme", "get", "Account", &account, "-o", "json"]).ended(0);
        ran.json()["fields"]["assignedUser"]["id"].as_str().unwrap().to_owned()
    }
}
