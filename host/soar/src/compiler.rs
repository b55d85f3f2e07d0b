//! Compiling in a process of its own.
//!
//! What compiling takes can't be told from a component's size: the shapes that cost the most are found one by one. So it
//! happens where whatever it takes can be taken back: in a process that has so much memory and so much time, and that is
//! ended when nobody waits for it any more.

mod child;
mod ender;
mod order;

pub(crate) use ender::Ender;

use crate::machine::LoadError;
use order::{HEAD, How, Order};
use soar_contract::limits::{Limit, Limits};
use std::env;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use wasmtime::Engine;

/// The program that compiles components, in a process for each of them.
///
/// The process gets the component's bytes on its standard input, no argument but one, and no variable of the environment (on
/// Windows `SystemRoot` alone).
/// It may have `load_memory` of memory and `load_time` of the processor; it is killed when the loading that it was started for
/// has ended, however that did.
///
/// That is so on Linux. macOS counts no memory that is only set aside, and no process there ends because the one that started it
/// was killed; Windows limits neither memory nor time of the processor this way: `load_time` alone ends the process there.
#[derive(Clone, Debug)]
pub struct Compiler(PathBuf);

/// By which a program knows that it is to compile a component.
const ASKED: &str = "soar-compile-component";
/// Of what a process may have, its answer may take so much: whoever gets it has it twice for a moment.
const CODE: u64 = 4;

impl Compiler {
    /// This program itself. Call it first of all in `main`: in a process that was started to compile a component it does
    /// that, and ends the process.
    #[must_use]
    pub fn of_this_program() -> Self {
        let mut arguments = env::args_os().skip(1);
        if arguments.next().is_some_and(|argument| argument == ASKED) && arguments.next().is_none() {
            child::work();
            std::process::exit(0);
        }
        // The file that runs, also if another one has its name by now.
        let running = Path::new("/proc/self/exe");
        let program = if running.exists() { Some(running.into()) } else { env::current_exe().ok() };
        Self(program.or_else(called).unwrap_or_default())
    }

    /// Another program that begins with [`Compiler::of_this_program`], such as `soar`, of the same version. What it gives
    /// runs as machine code in this process: it must be as trustworthy as this one.
    pub fn program(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Compiles a component, and gives its code.
    pub(crate) fn compile(
        &self,
        engine: &Engine,
        bytes: &[u8],
        limits: &Limits,
        ender: &Ender,
    ) -> Result<Vec<u8>, LoadError> {
        let order = Order {
            size: bytes.len() as u64,
            memory: limits.number(Limit::LoadMemory),
            time: limits.number(Limit::LoadTime),
            settings: order::settings(engine),
        };
        let refuse = |error: io::Error| self.failed(&error.to_string());
        let mut command = Command::new(&self.0);
        command.arg(ASKED).env_clear().stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Without this one some of Windows's own libraries do not start.
        if let Some(root) = env::var_os("SystemRoot").filter(|_| cfg!(windows)) {
            command.env("SystemRoot", root);
        }
        let (mut input, output) = ender.start(&mut command).map_err(refuse)?;
        // It may have ended by now: its answer says why.
        drop(input.write_all(&order.to_bytes()).and_then(|()| input.write_all(bytes)));
        drop(input);
        let allowed = (order.memory / CODE).saturating_add(HEAD as u64);
        let mut code = Vec::new();
        let read = output.take(allowed.saturating_add(1)).read_to_end(&mut code);
        if code.len() as u64 > allowed {
            ender.end();
        }
        let ended = ender.wait();
        if code.len() as u64 > allowed {
            return Err(LoadError::Limit(limits.over(Limit::LoadMemory)));
        }
        read.map_err(refuse)?;
        match How::read(code) {
            Some((How::Compiled, code)) => Ok(code),
            Some((How::Wrong, why)) => Err(LoadError::NotAComponent(String::from_utf8_lossy(&why).into_owned())),
            Some((How::Full, _)) => Err(LoadError::Limit(limits.over(Limit::LoadMemory))),
            Some((How::Other, _)) => {
                Err(self.failed("it is of another version than this host, or is built in another way"))
            }
            Some((How::Stopped, _)) => Err(self.failed("it stopped")),
            None => Err(match ended.as_ref().ok().and_then(ended_by) {
                Some(limit) => LoadError::Limit(limits.over(limit)),
                None => self.failed(&match ended {
                    Ok(status) => format!("it gave no code: {status}"),
                    Err(error) => format!("it gave no code, and how it ended is not known: {error}"),
                }),
            }),
        }
    }

    fn failed(&self, why: &str) -> LoadError {
        LoadError::Compiler(format!("{}: {why}", self.0.display()))
    }
}

/// The program by the name that it was called by, which the shell has found in one of its folders.
fn called() -> Option<PathBuf> {
    let name = PathBuf::from(env::args_os().next()?);
    if name.components().nth(1).is_some() {
        return Some(name);
    }
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(&name)).find(|path| path.is_file())
}

/// The limit that a process was over, by the signal that ended it.
#[cfg(unix)]
fn ended_by(status: &ExitStatus) -> Option<Limit> {
    use rustix::process::Signal;
    use std::os::unix::process::ExitStatusExt;
    let signal = Signal::from_named_raw(status.signal()?)?;
    match signal {
        Signal::XCPU => Some(Limit::LoadTime),
        // A program aborts if it gets no memory, and if a stack is full.
        Signal::ABORT => Some(Limit::LoadMemory),
        _ => None,
    }
}

/// Here the answer alone says how it ended.
#[cfg(not(unix))]
fn ended_by(_: &ExitStatus) -> Option<Limit> {
    None
}
