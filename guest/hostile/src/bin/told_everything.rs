//! Tells all that it can see of an answer: the headers, and the body part by part. Its placeholder it tells as a row of
//! P, since that is another one in each call.

use hostile_guests::{Request, attack, config};

attack!(run);

fn run(_: String) -> String {
    let placeholder = config("token");
    let plain = |bytes: &[u8]| {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        text.replace(&placeholder, &"P".repeat(placeholder.len()))
    };
    let mut told = Vec::new();
    let parts = Request::get().each(|status, headers| {
        told.push(status.to_string());
        told.extend(headers.iter().map(|(name, value)| format!("{name}: {}", plain(value))));
    });
    match parts {
        Ok(parts) => told.extend(parts.iter().map(|part| format!("{} {:?}", part.len(), plain(part)))),
        Err(refused) => told.push(refused.to_string()),
    }
    told.join("\n")
}
