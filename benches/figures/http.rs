//! HTTP as bare as it gets.

use anyhow::{Context, Result};
use std::io::{Read, Write};
use std::net::TcpStream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The body of an answer, over a connection for it alone.
pub async fn get(authority: &str, path: &str) -> Result<String> {
    let mut stream = tokio::net::TcpStream::connect(authority).await?;
    let request = format!("GET {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (_, body) = answer.split_once("\r\n\r\n").context("no answer")?;
    Ok(body.to_owned())
}

/// A value of a query.
pub fn parameter<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    query?.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

/// A kept connection on which the same bytes are exchanged again and again: no client can be faster.
pub struct Bare {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Bare {
    pub fn new(authority: &str, path: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(authority)?;
        stream.set_nodelay(true)?;
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: {authority}\r\naccept: application/json\r\nauthorization: Bearer {}\r\n\r\n",
            crate::sandbox::TOKEN
        );
        stream.write_all(request.as_bytes())?;
        let mut answer = vec![0; 64 * 1024];
        let mut size = 0;
        let whole = loop {
            size += stream.read(&mut answer[size..])?;
            let text = std::str::from_utf8(&answer[..size])?;
            if let Some((head, _)) = text.split_once("\r\n\r\n") {
                let (_, length) = head.split_once("content-length: ").context("no length")?;
                let length: usize = length.split("\r\n").next().unwrap_or_default().parse()?;
                break head.len() + 4 + length;
            }
        };
        stream.read_exact(&mut answer[size..whole])?;
        answer.truncate(whole);
        Ok(Self { stream, request: request.into(), answer })
    }

    pub fn exchange(&mut self) -> Result<()> {
        self.stream.write_all(&self.request)?;
        self.stream.read_exact(&mut self.answer)?;
        Ok(())
    }
}
