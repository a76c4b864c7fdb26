//! The program: everything is in the library.

fn main() -> std::process::ExitCode {
    ficha::bootstrap::main()
}
