//! Completions and man pages, from the definition that parses.
use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    args::definition,
    output::Out,
    sentence::{Fault, Stop, status},
};

/// `ficha completions`.
#[derive(Args, Debug)]
pub struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

/// `ficha man`.
#[derive(Args, Debug)]
pub struct Man {
    /// The folder for all pages; without it ficha's own page is printed
    dir: Option<PathBuf>,
}

/// Prints completions.
pub fn complete(completions: &Completions, out: &mut Out) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    clap_complete::generate(completions.shell, &mut definition(), "ficha", &mut bytes);
    out.bytes(&bytes)?;
    Ok(())
}

/// Prints or writes man pages.
pub fn man(man: &Man, out: &mut Out) -> Result<(), Stop> {
    let Some(dir) = &man.dir else {
        let mut bytes = Vec::new();
        clap_mangen::Man::new(definition()).render(&mut bytes)?;
        out.bytes(&bytes)?;
        return Ok(());
    };
    write_all(dir).map_err(|error| {
        let message = format!("The pages cannot be written to {}: {error}.", dir.display());
        Fault::new("disk", status::FAILED, message).into()
    })
}

fn write_all(dir: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(dir)?;
    clap_mangen::generate_to(definition(), dir)
}
