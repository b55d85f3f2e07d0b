//! A proxy that answers whatever it is asked by itself: for programs that are run, and for the component.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// A proxy on a port of this machine, until the test's process ends.
pub struct Answering {
    /// Host and port.
    pub place: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Answering {
    /// One that answers each head with what is made of it.
    pub fn each(answer: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let place = listener.local_addr().expect("an address").to_string();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (heads, answer) = (asked.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (mut stream, heads, answer) = (stream.expect("a connection"), heads.clone(), answer.clone());
                thread::spawn(move || {
                    let mut lines = BufReader::new(stream.try_clone().expect("a socket")).lines();
                    loop {
                        let head: Vec<String> =
                            lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
                        if head.is_empty() {
                            return;
                        }
                        let head = head.join("\n");
                        let answer = answer(&head);
                        heads.lock().unwrap_or_else(PoisonError::into_inner).push(head);
                        if stream.write_all(answer.as_bytes()).is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Self { place, asked }
    }

    /// One that answers everything with this status line and these headers, without a body.
    pub fn with(head: &'static str) -> Self {
        Self::each(move |_| format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n"))
    }

    /// The heads that it was asked.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
