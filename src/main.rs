//! The program: everything is in the library.
use std::{io::Write as _, process::ExitCode};

use mimalloc::MiMalloc;

/// A frame is made of many short texts; an eighth of what a key cost went to the system's allocator.
#[global_allocator]
static MEMORY: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let prepared = match ficha::bootstrap::prepare() {
        Ok(prepared) => prepared,
        Err(code) => return code,
    };
    // The loop between keys and screen has this thread for itself; the browser makes others for
    // what takes time, and commands wait for one answer anyway.
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            // Where standard error is closed there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "ficha: no threads can be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(prepared.run());
    // What still runs in the background holds nothing that must be saved.
    runtime.shutdown_background();
    code
}
