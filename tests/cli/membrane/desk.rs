//! A home whose sign-in to Membrane is `mem`, with connections through it.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
use crate::program::{Demo, Home, Ran};

pub struct Desk {
    pub home: Home,
    pub demo: Demo,
}

impl Desk {
    /// With nothing in it.
    pub fn empty(arguments: &[&str]) -> Self {
        let home = Home::new();
        let demo = Demo::start(&home, &[&["--records", "60"], arguments].concat());
        Self { home, demo }
    }

    /// With the sign-in by a token, the letterbox by its actions, and EspoCRM by the proxy.
    pub fn open() -> Self {
        let desk = Self::empty(&[]);
        desk.sign_in(&["--auth", "token"], "token");
        desk.through("letters", "membrane", "letterbox");
        desk.through("acme", "espocrm", "espocrm");
        desk
    }

    #[track_caller]
    pub fn sign_in(&self, arguments: &[&str], secret: &str) {
        let url = self.demo.membrane("url");
        let usual = ["connection", "add", "mem", "--kind", "membrane", "--url", url];
        let secrets = ["--secret-stdin", "--store", "file"];
        let all = [&usual[..], &secrets, arguments].concat();
        self.home.feed(&all, self.demo.membrane(secret)).ended(0);
    }

    #[track_caller]
    pub fn through(&self, name: &str, kind: &str, id: &str) {
        let via = format!("mem/{id}");
        self.run(&["connection", "add", name, "--kind", kind, "--via", &via]).ended(0);
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.home.run(arguments)
    }

    /// `GET /membrane/self 200`, the oldest first.
    pub fn asked(&self) -> Vec<String> {
        let line = |entry: &serde_json::Value| {
            let text = |name: &str| entry[name].as_str().unwrap().to_owned();
            let (path, query) = (text("path"), text("query"));
            format!("{} {path}?{query} {}", text("method"), entry["status"])
        };
        self.demo.log().iter().map(line).collect()
    }

    pub fn count(&self, part: &str) -> usize {
        self.asked().iter().filter(|line| line.contains(part)).count()
    }

    /// How many connections Membrane has.
    #[track_caller]
    pub fn connections(&self) -> usize {
        let ran = self.run(&["-c", "mem", "list", "Connection", "--all", "-o", "json"]).ended(0);
        ran.json()["records"].as_array().unwrap().len()
    }
}
