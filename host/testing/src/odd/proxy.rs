//! Proxies, and those who keep them.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use soar_network::transport::Proxy as Setting;
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::TcpStream;

use super::listen::Listening;
use super::reading::{Reading, parts};

/// What a proxy does with each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Lets everybody through.
    Open,
    /// Lets those through who know this, `user:password`, and answers 407 to others.
    Password(&'static str),
    /// Answers 407 to all, and wants them to speak these: `NTLM`, `Negotiate`, `Basic realm="it"`.
    Wants(&'static [&'static str]),
    /// Answers with this status; 302 leads to a page for logging in.
    Answers(u16),
    /// Takes the request and says nothing.
    Silent,
}

/// A proxy that is there until this is dropped.
pub struct Proxying {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    _listening: Listening,
}

impl Proxy {
    /// Starts one that goes where it is told.
    pub fn start(self) -> Proxying {
        self.run(None)
    }

    /// Starts one that goes here, wherever it is told to go.
    pub fn to(self, target: SocketAddr) -> Proxying {
        self.run(Some(target))
    }

    fn run(self, target: Option<SocketAddr>) -> Proxying {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heads = asked.clone();
        let listening = Listening::start(move |stream| {
            let heads = heads.clone();
            async move {
                // Clients hang up as they like.
                drop(self.serve(stream, target, &heads).await);
            }
        });
        Proxying { address: listening.address, asked, _listening: listening }
    }

    async fn serve(
        self,
        stream: TcpStream,
        target: Option<SocketAddr>,
        heads: &Mutex<Vec<String>>,
    ) -> std::io::Result<()> {
        let mut reading = Reading::new(stream);
        while let Some(head) = reading.head().await {
            heads.lock().expect("no panic").push(head.clone());
            let parts = parts(&head);
            let credentials = parts.headers.get("proxy-authorization").and_then(|value| value.to_str().ok());
            if let Some(answer) = self.refusal(credentials) {
                // What is sent with it is of no interest, but read, lest the client loses the answer.
                reading.body(&parts).await;
                match answer {
                    Some(answer) => reading.stream.write_all(answer.as_bytes()).await?,
                    None => while reading.exactly(1).await.is_some() {},
                }
                continue;
            }
            let authority = parts.uri.authority().expect("proxies are told where to go");
            let target = target.unwrap_or_else(|| authority.as_str().parse().expect("an address"));
            let mut server = TcpStream::connect(target).await?;
            match parts.method == "CONNECT" {
                true => reading.stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?,
                false => server.write_all(head.as_bytes()).await?,
            }
            server.write_all(&reading.rest()).await?;
            copy_bidirectional(&mut reading.stream, &mut server).await?;
            break;
        }
        Ok(())
    }

    /// Nothing if it goes on; else what it answers, if anything.
    fn refusal(self, credentials: Option<&str>) -> Option<Option<String>> {
        let answer = |status: &str, header: &str| {
            let page = "<html><body>The proxy says no.</body></html>";
            let length = page.len();
            format!("HTTP/1.1 {status}\r\n{header}content-type: text/html\r\ncontent-length: {length}\r\n\r\n{page}")
        };
        let wants = |schemes: &[&str]| {
            let fields: String = schemes.iter().map(|scheme| format!("proxy-authenticate: {scheme}\r\n")).collect();
            Some(Some(answer("407 Proxy Authentication Required", &fields)))
        };
        match self {
            Self::Open => None,
            Self::Password(pair) => {
                let right = format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(pair));
                if credentials == Some(&right) { None } else { wants(&["Basic realm=\"the proxy\""]) }
            }
            Self::Wants(schemes) => wants(schemes),
            Self::Answers(302) => Some(Some(answer("302 Found", "location: http://login.test/?from=proxy\r\n"))),
            Self::Answers(status) => Some(Some(answer(&format!("{status} No"), ""))),
            Self::Silent => Some(None),
        }
    }
}

impl Proxying {
    /// The heads of what it was asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }

    /// What a client is told of it: with `user:password`, or with nothing.
    pub fn setting(&self, credentials: &str) -> Option<Setting> {
        let at = if credentials.is_empty() { "" } else { "@" };
        let url = format!("http://{credentials}{at}{}", self.address);
        Some(Setting::new(Some(&url), Some(&url), "").expect("a proxy"))
    }
}
