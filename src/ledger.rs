//! What the processes of one machine have spent of a product's allowance: a small file under a
//! lock. Where it cannot be used, this process counts alone.
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, Write},
    path::PathBuf,
};

use crate::net::budget::{InMemory, Ledger, Spent};

/// A larger file is none of ours.
const LARGEST: u64 = 64 * 1024;

/// In a folder.
#[derive(Debug)]
pub struct Shared {
    folder: PathBuf,
    alone: InMemory,
}

impl Shared {
    /// In that folder; nothing is made before it is needed.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, alone: InMemory::default() }
    }

    fn open(&self, name: &str) -> io::Result<File> {
        std::fs::create_dir_all(&self.folder)?;
        let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = name.chars().map(plain).collect();
        let path = self.folder.join(format!("rate-{name}.json"));
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        // Until another process has counted; it is let go when the file is closed.
        file.lock()?;
        Ok(file)
    }
}

impl Ledger for Shared {
    fn change(&self, name: &str, change: &mut dyn FnMut(&mut Spent)) {
        match self.open(name) {
            Ok(mut file) => {
                let mut spent = read(&mut file);
                change(&mut spent);
                if let Err(error) = write(&mut file, &spent) {
                    tracing::warn!(%error, "what was spent of a rate is not kept");
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a rate is counted for this process alone");
                self.alone.change(name, change);
            }
        }
    }
}

/// What cannot be read is as good as nothing: another version wrote it, or a crash cut it.
fn read(file: &mut File) -> Spent {
    let mut text = String::new();
    if file.take(LARGEST).read_to_string(&mut text).is_err() {
        return Spent::default();
    }
    serde_json::from_str(&text).unwrap_or_default()
}

fn write(file: &mut File, spent: &Spent) -> io::Result<()> {
    let text = serde_json::to_string(spent)?;
    file.rewind()?;
    file.set_len(0)?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::{
        domain::rate::Urgency,
        net::budget::{Budget, Verdict},
    };

    const BUDGET: Budget = Budget { name: "x", most: 12, span: Duration::from_secs(60) };

    fn takes(ledger: &dyn Ledger) -> bool {
        let (mut went, now) = (false, jiff::Timestamp::from_second(1_000_000).unwrap());
        ledger.change("x", &mut |spent| {
            went = matches!(BUDGET.take(spent, now, Urgency::Save), Verdict::Go(_));
        });
        went
    }

    #[test]
    fn two_processes_share_one_allowance() {
        let folder = tempfile::tempdir().unwrap();
        let both = [Shared::new(folder.path().into()), Shared::new(folder.path().into())];
        let went = (0..20).filter(|turn| takes(&both[turn % 2])).count();
        assert_eq!(went, 12);
    }

    #[test]
    fn a_broken_file_and_no_folder_lock_nobody_out() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("rate-x.json"), [0xff; 100]).unwrap();
        assert!(takes(&Shared::new(folder.path().into())));
        let nowhere = folder.path().join("rate-x.json/no-folder");
        let alone = Shared::new(nowhere);
        assert_eq!((0..20).filter(|_| takes(&alone)).count(), 12);
    }
}
