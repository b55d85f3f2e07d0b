//! Answers, and whether they can be given again.

use std::borrow::Cow;

use bytes::Bytes;

use super::attached::Attached;
use super::body::{body, is_cut};
use super::error::Result;
use super::exchange::{NEVER, header};
use super::fields::Fields;
use super::read::{headers, version};
use super::unreadable::reason;
use super::{Answer, Content, Request, unpack};
use soar_contract::text;

/// What a tool says of a request that went wrong: Chrome has `_error`, Playwright `_failureText`.
pub(super) fn failure(of: Fields<'_>) -> Option<String> {
    let words = ["_failureText", "_error", "_errorMessage"].into_iter().map(|name| of.text_if_any(name));
    words.into_iter().find(|words| !words.trim().is_empty()).map(|words| text::word(words.trim(), 80).into_owned())
}

pub(super) fn answer(
    answer: Fields<'_>,
    failure: Option<String>,
    request: &Request,
    attached: &mut Attached<'_>,
) -> Result<Answer> {
    let headers = headers(answer)?;
    let (status, no_status) = status(answer);
    let none = serde_json::Map::new();
    let data = match answer.get("content") {
        Some(_) => answer.object("content")?,
        None => Fields(&none),
    };
    let media_type = match data.text_if_any("mimeType") {
        Cow::Borrowed("") if data.get("mimeType").is_none() => {
            header(&headers, "content-type").unwrap_or("").to_owned()
        }
        media_type => media_type.into_owned(),
    };
    let body = body(data, &media_type, attached).map_err(|error| error.within("content"))?;
    let body = body.map(|body| body.and_then(|body| without_coding(body, &headers, &media_type, attached)));
    let given = Given {
        status,
        no_status,
        never_has_one: status == 204 || status == 205 || request.method.eq_ignore_ascii_case("HEAD"),
        failure: failure.map(|words| format!(" ({words})")).unwrap_or_default(),
        media_type: &media_type,
        size: size(data, answer, &headers),
        told: data.text_if_any("_unplayable"),
    };
    let content = content(body, &given);
    // With what the browser had in its cache it is what the cache stood for.
    let from_cache = status == 304 && matches!(content, Content::Kept(_));
    Ok(Answer {
        status: if from_cache { 200 } else { status },
        reason: if from_cache { "OK".into() } else { answer.text_if_any("statusText").into_owned() },
        version: version(answer),
        headers,
        media_type,
        content,
    })
}

/// A body without its content coding, where a tool has left that. Browsers undo it before they save.
fn without_coding(
    body: Bytes,
    headers: &[(String, String)],
    media_type: &str,
    attached: &mut Attached<'_>,
) -> std::result::Result<Bytes, String> {
    let coding = header(headers, "content-encoding").unwrap_or("").trim().to_ascii_lowercase();
    if coding.is_empty() || coding == "identity" {
        return Ok(body);
    }
    if let Some(unpacked) = unpack::body(&body, attached) {
        return Ok(unpacked.into());
    }
    // Others have no mark of their own, and JSON is never anything but UTF-8.
    let is_packed = match &*coding {
        "gzip" | "x-gzip" => body.starts_with(b"\x1f\x8b"),
        "zstd" => body.starts_with(b"\x28\xb5\x2f\xfd"),
        _ => media_type.to_ascii_lowercase().contains("json") && std::str::from_utf8(&body).is_err(),
    };
    match is_packed {
        true => Err(format!("its body is still packed ({}), and can't be unpacked", text::word(&coding, 40))),
        false => Ok(body),
    }
}

/// The status, or 0 and why there is none if it can't be one.
fn status(answer: Fields<'_>) -> (u16, Option<String>) {
    match answer.number("status") {
        Some(status) if (100.0..1000.0).contains(&status) && status.fract() == 0.0 => (status as u16, None),
        // -1, 0 or none at all: it was never answered. Others write `"error"`.
        Some(status) if status <= 0.0 => (0, None),
        Some(status) => (0, Some(format!("its status is {status}; one of three digits was expected"))),
        None => (0, None),
    }
}

/// How large the body should be, by what is said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Size {
    /// Not said.
    Unsaid,
    /// Said not to be known, as of a body that is not in the file.
    Unknown,
    /// In bytes.
    Bytes(u64),
}

fn size(data: Fields<'_>, answer: Fields<'_>, headers: &[(String, String)]) -> Size {
    let said = data.number("size");
    if let Some(size) = said.filter(|size| *size >= 0.0) {
        return Size::Bytes(size as u64);
    }
    // What came over the wire may be packed: then it says that there was something, and not how much.
    let packed = header(headers, "content-encoding").is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"));
    let wire = answer.number("bodySize").or_else(|| header(headers, "content-length")?.trim().parse().ok());
    match wire.filter(|size| *size > 0.0) {
        Some(_) if packed => Size::Unknown,
        Some(size) => Size::Bytes(size as u64),
        None if said.is_some() => Size::Unknown,
        None => Size::Unsaid,
    }
}

/// What is known of an answer besides its body.
struct Given<'a> {
    status: u16,
    no_status: Option<String>,
    never_has_one: bool,
    /// What a tool said, in brackets.
    failure: String,
    media_type: &'a str,
    size: Size,
    /// Why it can't be played, as this crate wrote it down.
    told: Cow<'a, str>,
}

fn content(body: super::body::Body, given: &Given<'_>) -> Content {
    let Given { status, failure, size, .. } = given;
    let unplayable = |why: String| Content::Unplayable(reason(&why));
    if !given.told.is_empty() {
        return unplayable(given.told.to_string());
    }
    match &given.no_status {
        Some(why) => return unplayable(why.clone()),
        None if *status == 0 && !failure.is_empty() => return unplayable(format!("{NEVER}{failure}")),
        None => {}
    }
    if given.never_has_one || *status < 200 {
        return Content::Kept(body.and_then(|body| body.ok()).unwrap_or_default());
    }
    let body = match body.transpose() {
        Ok(body) => body,
        Err(why) => return unplayable(why),
    };
    match body {
        Some(body) if body.is_empty() && *status == 304 => not_in_cache(),
        None if *status == 304 => not_in_cache(),
        None if !failure.is_empty() => {
            unplayable(format!("it was broken off{failure}, and its body is not in the file"))
        }
        None => match size {
            Size::Bytes(0) | Size::Unsaid => Content::Kept(Bytes::new()),
            // What a redirect says to people is no part of what it is.
            Size::Unknown if (300..400).contains(status) => Content::Kept(Bytes::new()),
            Size::Unknown => Content::Lost(0),
            Size::Bytes(size) => Content::Lost(*size),
        },
        Some(body) => match *size {
            Size::Bytes(size) if body.is_empty() && size > 0 => Content::Lost(size),
            Size::Bytes(size) if (body.len() as u64) < size && is_cut(&body, given.media_type) => {
                unplayable(format!("{} of {size} bytes are in the file", body.len()))
            }
            _ if !failure.is_empty() && is_cut(&body, given.media_type) => {
                unplayable(format!("it was broken off{failure}: {} bytes of its body are in the file", body.len()))
            }
            _ => Content::Kept(body),
        },
    }
}

fn not_in_cache() -> Content {
    let why = "it is a 304, and what the browser had in its cache is not in the file; record with the cache disabled";
    Content::Unplayable(why.into())
}

#[cfg(test)]
mod tests;
