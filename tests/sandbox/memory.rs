//! After each command the whole linear memory of its component is searched: there is no token in it.

use crate::support::{self, Answer, BOT_TOKEN, PERSONAL_TOKEN, Script, calls, world};
use memchr::memmem;
use soar::transport::{Live, LiveOptions};
use soar::{Component, Engine, EngineOptions, Given};
use std::cell::UnsafeCell;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex};
use wasmtime::{LinearMemory, MemoryCreator, MemoryType};

/// Makes memories, and keeps what was in them when they were given back.
#[derive(Default)]
struct Keeper(Arc<Mutex<Vec<Vec<u8>>>>);

struct Kept {
    bytes: Vec<UnsafeCell<u8>>,
    keeper: Arc<Mutex<Vec<Vec<u8>>>>,
}

// SAFETY: the cells are only reached through the pointer that wasmtime has, and by `drop`, when nobody else has it.
unsafe impl Send for Kept {}
unsafe impl Sync for Kept {}

impl Kept {
    fn grow(&mut self, size: usize) {
        self.bytes.resize_with(size, || UnsafeCell::new(0));
    }
}

// SAFETY: the pointer is that of the bytes, which live as long as the memory and move in `grow_to` alone. The engine was
// told that there is neither a reservation nor a guard: its code checks each access.
unsafe impl LinearMemory for Kept {
    fn byte_size(&self) -> usize {
        self.bytes.len()
    }

    fn byte_capacity(&self) -> usize {
        self.bytes.len()
    }

    fn grow_to(&mut self, size: usize) -> wasmtime::Result<()> {
        self.grow(size);
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.bytes.as_ptr().cast::<u8>().cast_mut()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let bytes = self.bytes.iter_mut().map(|cell| *cell.get_mut()).collect();
        self.keeper.lock().expect("no panic").push(bytes);
    }
}

// SAFETY: each memory is new, zeroed, and as large as was asked for.
unsafe impl MemoryCreator for Keeper {
    fn new_memory(
        &self,
        _: MemoryType,
        minimum: usize,
        _: Option<usize>,
        reserved: Option<usize>,
        guard: usize,
    ) -> Result<Box<dyn LinearMemory>, String> {
        assert_eq!((reserved.unwrap_or(0), guard), (0, 0), "code would rely on pages that are not there");
        let mut memory = Kept { bytes: Vec::new(), keeper: self.0.clone() };
        memory.grow(minimum);
        Ok(Box::new(memory))
    }
}

/// The component in a host whose memories are kept.
fn kept() -> (Component, Arc<Mutex<Vec<Vec<u8>>>>) {
    let keeper = Keeper::default();
    let memories = keeper.0.clone();
    let options = soar::trial::with_memories(EngineOptions::new(), Arc::new(keeper));
    let host = Engine::new(options).expect("a host");
    let component = support::runtime().block_on(host.load(mattermost_component::INTEGRATION)).expect("it loads");
    (component, memories)
}

fn holds(memory: &[u8], text: &str) -> bool {
    memmem::find(memory, text.as_bytes()).is_some()
}

/// Runs a command, and gives what was in the memory of its component at the end.
fn memory_after(
    (component, memories): &(Component, Arc<Mutex<Vec<Vec<u8>>>>),
    script: &Script,
    command: &str,
) -> (bool, Vec<u8>) {
    memories.lock().expect("no panic").clear();
    let transport = Arc::new(script.clone());
    let instance =
        component.instance(support::settings()).transport(transport).platform(Arc::new(support::platform())).build();
    let pairs: Vec<_> = calls::arguments(command).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let (context, instance) = (support::context(), instance.expect("settings are right"));
    let result = support::runtime().block_on(instance.call_in(&context, command, Given::strings(pairs)));
    let mut memories = memories.lock().expect("no panic");
    assert_eq!(memories.len(), 1, "{command} has one memory");
    (result.is_ok(), memories.pop().expect("one"))
}

/// That the search finds what is there, and no token.
fn assert_clean(command: &str, memory: &[u8]) {
    assert!(holds(memory, "api/v4/"), "{command}: not even what it was compiled with is found");
    for token in [BOT_TOKEN, PERSONAL_TOKEN] {
        assert!(!holds(memory, token), "{command}: a token is in its memory");
        // As a part of it, or the other way round.
        assert!(!holds(memory, &token[..token.len() - 4]), "{command}: most of a token is in its memory");
        let backwards: String = token.chars().rev().collect();
        assert!(!holds(memory, &backwards), "{command}");
    }
}

#[test]
fn no_token_is_in_the_memory_of_a_component_after_any_command() {
    let kept = kept();
    for command in &kept.0.manifest().commands {
        let (done, memory) = memory_after(&kept, &world::script(), &command.name);
        assert!(done, "{}", command.name);
        assert_clean(&command.name, &memory);
    }
}

#[test]
fn nor_when_the_server_repeats_it() {
    let kept = kept();
    let repeats = |token: &'static str| {
        let text =
            format!("{{\"id\": \"store.sql\", \"message\": \"you sent {token} {token}\", \"status_code\": 400}}");
        let headers = vec![("x-request-id", token), ("location", token)];
        Answer::With(400, headers, serde_json::from_str(&text).expect("JSON"))
    };
    // Both are known to the host, whichever of them a command sends.
    for answer in [repeats(PERSONAL_TOKEN), repeats(BOT_TOKEN)] {
        let script = Script::new().on("GET /api/v4/teams/name/panw", answer);
        let (done, memory) = memory_after(&kept, &script, "mattermost-get-team");
        assert!(!done);
        let placeholder = |at: usize| memory[at + 9..at + 35].iter().all(u8::is_ascii_alphanumeric);
        assert!(memmem::find_iter(&memory, "you sent ").any(placeholder), "the answer is there, with a placeholder");
        assert_clean("mattermost-get-team", &memory);
    }
}

#[test]
fn nor_does_an_error_of_the_transport_bring_it() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let answer =
                format!("HTTP/1.1 200 OK\r\ncontent-encoding: br, {PERSONAL_TOKEN}\r\ncontent-length: 2\r\n\r\n{{}}");
            let mut stream = stream.expect("a connection");
            let asked = stream.read(&mut [0; 4096]).and_then(|_| stream.write_all(answer.as_bytes()));
            asked.expect("it was asked");
        }
    });
    let (component, memories) = kept();
    memories.lock().expect("no panic").clear();
    let mut settings = support::settings();
    settings.parameters.insert("url".into(), url);
    let live = Live::new(LiveOptions::default()).expect("options are right");
    let instance =
        component.instance(settings).transport(Arc::new(live)).platform(Arc::new(support::platform())).build();
    let pairs = support::pairs(&[("team_name", "panw")]);
    let given = Given::strings(pairs.iter().cloned());
    let result = support::runtime().block_on(instance.expect("settings are right").call("mattermost-get-team", given));
    let failure = result.expect_err("it can't be read").to_json().to_string();
    assert!(failure.contains("not asked for"), "{failure}");
    assert!(!failure.contains(PERSONAL_TOKEN), "{failure}");
    assert_clean("mattermost-get-team", &memories.lock().expect("no panic")[0]);
}
