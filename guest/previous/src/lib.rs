//! A component of the contract's version before, with one command that uses all of it: an argument, an output, a request, a
//! file, the investigation, and a typed error.

mod manifest;

/// What `wit-bindgen` makes of the world `previous`.
#[allow(missing_docs)]
pub mod bindings {
    wit_bindgen::generate!({
        path: ["../../wit/deps/io", "../../wit/deps/clocks", "../../wit/deps/config", "../../wit/deps/http",
            "../../wit/previous", "wit"],
        world: "previous:guest/previous",
        generate_all,
    });

    // A native linker takes no names like these; natively the crate is only checked.
    #[cfg(target_arch = "wasm32")]
    export!(Component);

    /// The component.
    pub struct Component;
}

use bindings::Component;
use bindings::exports::previous::guest::people::{Arguments, Guest, Outcome, Person};
use bindings::exports::soar::platform::errors::{ApiError, ArgumentError, Error, Refusal};
use bindings::soar::platform::{files, investigations};
use bindings::wasi::config::store;
use bindings::wasi::http::outgoing_handler;
use bindings::wasi::http::types::{Fields, IncomingResponse, OutgoingRequest, Scheme};
use bindings::wasi::io::streams::InputStream;

impl Guest for Component {
    fn get_person(Arguments { name, entry }: Arguments) -> Result<Outcome, Error> {
        let file = entry.map(|entry| read(&entry)).transpose()?;
        let response = ask(&format!("/api/people/{name}"))?;
        let status = response.status();
        let body = response.consume().and_then(|body| body.stream().map(|stream| (content(stream), body)));
        let id = body.map(|(text, _)| text).map_err(|()| Error::Network("no body".into()))?;
        if status != 200 {
            return Err(Error::Refused(ApiError {
                kind: Refusal::NotFound,
                id: "people.missing".into(),
                status,
                message: id,
                advice: "Ask for somebody else.".into(),
                request_id: None,
            }));
        }
        let mut readable = format!("{name} is {id}");
        if let Some(file) = file {
            readable.push_str(&format!("; {file}"));
        }
        if let Some(investigation) = investigations::current() {
            readable.push_str(&format!("; in {}", investigation.id));
        }
        Ok(Outcome { readable, person: Person { id, name } })
    }
}

fn read(entry: &str) -> Result<String, Error> {
    let wrong = |reason: &str| {
        let (argument, expected) = ("entry".into(), "the entry of a file".into());
        Error::Argument(vec![ArgumentError { argument, reason: reason.into(), expected, suggestion: None }])
    };
    let file = files::open(entry).map_err(|error| match error {
        files::FileError::NotFound => wrong("is no entry"),
        files::FileError::NotAFile(_) => wrong("is no file"),
        files::FileError::Unreadable(_) => wrong("can't be read"),
    })?;
    let text = content(file.content);
    Ok(format!("{} has {} of {} bytes", file.name, text.len(), file.size))
}

fn ask(path: &str) -> Result<IncomingResponse, Error> {
    let setting = |name: &str| store::get(name).ok().flatten().unwrap_or_default();
    let headers = Fields::new();
    let bearer = format!("Bearer {}", setting("token"));
    headers.append("authorization", bearer.as_bytes()).map_err(|_| Error::Network("a header".into()))?;
    let request = OutgoingRequest::new(headers);
    let url = setting("url");
    let (scheme, authority) = url.split_once("://").unwrap_or_default();
    let scheme = if scheme == "https" { Scheme::Https } else { Scheme::Http };
    let made = request.set_scheme(Some(&scheme)).is_ok()
        && request.set_authority(Some(authority)).is_ok()
        && request.set_path_with_query(Some(path)).is_ok();
    if !made {
        return Err(Error::Network("no URL".into()));
    }
    let failed = |error| Error::Network(format!("{error:?}"));
    let answer = outgoing_handler::handle(request, None).map_err(failed)?;
    answer.subscribe().block();
    match answer.get() {
        Some(Ok(answered)) => answered.map_err(failed),
        _ => Err(Error::Network("no answer".into())),
    }
}

/// All that a stream has, as text.
fn content(stream: InputStream) -> String {
    let mut bytes = Vec::new();
    while let Ok(part) = stream.blocking_read(64 * 1024) {
        bytes.extend_from_slice(&part);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
