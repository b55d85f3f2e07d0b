//! What the process does that compiles a component.

use super::order::{self, FULL, OTHER, Order, WRONG};
use crate::host;
use std::io::{self, Read, Write};
use std::thread;
use wasmtime::{Engine, OutOfMemory};

/// What the program itself takes besides what compiling does, the stack included, in bytes.
const PROGRAM: u64 = 192 << 20;
/// As deep as what is compiled may be, in bytes.
const STACK: usize = 64 << 20;

/// How it ended otherwise than well.
struct Ended(u8, String);

/// As a program's whose main thread panicked.
const PANIC: u8 = 101;

/// Reads an order and a component, writes its code, and says how that went.
pub(super) fn work() -> u8 {
    let (code, answer) = match compile() {
        Ok(code) => (0, code),
        Err(Ended(code, why)) => (code, why.into_bytes()),
    };
    // Whoever asked sees by its end that it is not whole.
    drop(io::stdout().lock().write_all(&answer));
    code
}

fn compile() -> Result<Vec<u8>, Ended> {
    let wrong = |error: io::Error| Ended(WRONG, error.to_string());
    let mut input = io::stdin().lock();
    let order = Order::read(&mut input).map_err(wrong)?;
    limit(&order);
    let engine = Engine::new(&host::config()).map_err(|error| Ended(OTHER, error.to_string()))?;
    if order::settings(&engine) != order.settings {
        return Err(Ended(OTHER, String::new()));
    }
    let mut bytes = Vec::new();
    let full = |_| Ended(FULL, String::new());
    bytes.try_reserve_exact(usize::try_from(order.size).unwrap_or(usize::MAX)).map_err(full)?;
    input.take(order.size).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 != order.size {
        return Err(Ended(WRONG, "it is not whole".into()));
    }
    let compile = move || engine.precompile_component(&bytes);
    let compiled = thread::Builder::new().stack_size(STACK).spawn(compile).map_err(|_| Ended(FULL, String::new()))?;
    match compiled.join() {
        Ok(Ok(code)) => Ok(code),
        Ok(Err(error)) if error.downcast_ref::<OutOfMemory>().is_some() => Err(Ended(FULL, String::new())),
        Ok(Err(error)) => Err(Ended(WRONG, format!("{error:#}"))),
        Err(_) => Err(Ended(PANIC, String::new())),
    }
}

/// From here on this process has no more than it was given, and does not live longer than whoever waits for it.
#[cfg(unix)]
fn limit(order: &Order) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let lower = |resource, most: u64| {
        let maximum = getrlimit(resource).maximum.map_or(most, |maximum| maximum.min(most));
        // One that the system does not know is none.
        let _ = setrlimit(resource, Rlimit { current: Some(maximum), maximum: Some(maximum) });
    };
    // That is one thread, which waits for as long as it takes.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    let memory = order.memory.saturating_add(PROGRAM);
    // What is written to, and, where the system does not count that, what is only set aside as well.
    lower(Resource::Data, memory);
    lower(Resource::As, memory.saturating_add(PROGRAM));
    lower(Resource::Cpu, order.time.div_ceil(1000).saturating_add(1));
    lower(Resource::Core, 0);
}

#[cfg(not(unix))]
fn limit(_: &Order) {}
