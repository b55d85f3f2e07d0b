//! The `soar` command: the library, a terminal, and the component that comes with it.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
