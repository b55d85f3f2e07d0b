//! What the process does that compiles a component.

use super::order::{self, How, Order};
use crate::machine;
use std::io::{self, Read, Write};
use std::thread;
use wasmtime::{Engine, OutOfMemory};

/// As deep as what is compiled may be, in bytes.
const STACK: usize = 64 << 20;

/// How it ended otherwise than well, and what there is to say.
struct Ended(How, String);

/// Reads an order and a component, writes its code, and says how that went.
pub(super) fn work() {
    close_others();
    let (how, answer) = match compile() {
        Ok(code) => (How::Compiled, code),
        Err(Ended(how, why)) => (how, why.into_bytes()),
    };
    let mut output = io::stdout().lock();
    // Whoever asked sees whether it is whole.
    drop(output.write_all(&how.head(&answer)).and_then(|()| output.write_all(&answer)).and_then(|()| output.flush()));
}

fn compile() -> Result<Vec<u8>, Ended> {
    let wrong = |error: io::Error| Ended(How::Wrong, error.to_string());
    let mut input = io::stdin().lock();
    let order = Order::read(&mut input).map_err(wrong)?;
    limit(&order);
    let engine = Engine::new(&machine::config()).map_err(|error| Ended(How::Other, error.to_string()))?;
    if order::settings(&engine) != order.settings {
        return Err(Ended(How::Other, String::new()));
    }
    let mut bytes = Vec::new();
    let full = |_| Ended(How::Full, String::new());
    bytes.try_reserve_exact(usize::try_from(order.size).unwrap_or(usize::MAX)).map_err(full)?;
    input.take(order.size).read_to_end(&mut bytes).map_err(wrong)?;
    if bytes.len() as u64 != order.size {
        return Err(Ended(How::Wrong, "it is not whole".into()));
    }
    let compile = move || engine.precompile_component(&bytes);
    let compiled =
        thread::Builder::new().stack_size(STACK).spawn(compile).map_err(|_| Ended(How::Full, String::new()))?;
    match compiled.join() {
        Ok(Ok(code)) => Ok(code),
        Ok(Err(error)) if error.downcast_ref::<OutOfMemory>().is_some() => Err(Ended(How::Full, String::new())),
        Ok(Err(error)) => Err(Ended(How::Wrong, format!("{error:#}"))),
        Err(_) => Err(Ended(How::Stopped, String::new())),
    }
}

/// Closes what whoever started the host had open and did not mean for this process, such as an instance file.
#[cfg(target_os = "linux")]
fn close_others() {
    use std::path::Path;
    let Ok(open) = Path::new("/proc/self/fd").read_dir() else { return };
    let numbers = open.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    for number in numbers.collect::<Vec<i32>>() {
        // Not the folder itself, which is closed by now.
        if number > 2 && Path::new("/proc/self/fd").join(number.to_string()).symlink_metadata().is_ok() {
            // SAFETY: this process has opened nothing yet that it still uses: it does this first.
            #[allow(unsafe_code)]
            unsafe {
                rustix::io::close(number);
            }
        }
    }
}

/// Elsewhere it keeps them, and does nothing with them.
#[cfg(not(target_os = "linux"))]
fn close_others() {}

/// From here on this process has no more than it was given, and does not live longer than whoever waits for it.
#[cfg(unix)]
fn limit(order: &Order) {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    /// What the program itself takes besides what compiling does, the stack included, in bytes.
    const PROGRAM: u64 = 192 << 20;
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

/// A system without limits for processes: whoever waits ends this one in time.
#[cfg(not(unix))]
fn limit(_: &Order) {}
