//! A server on a port of this machine, in a process of its own. It answers in Mattermost's shapes, with bodies that
//! were recorded from one.

use crate::http;
use crate::pages::Pages;
use anyhow::{Context, Result};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::io::{BufRead, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::watch;

/// The argument that makes this program the server.
pub const SERVE: &str = "--serve";
/// The variable that says how long it takes for each answer, in milliseconds.
const TAKES: &str = "SERVER_TAKES_MS";
/// How long the server takes for a page of users.
const PAGE_TIME: Duration = Duration::from_millis(5);

/// The server's process. It ends when this is dropped.
pub struct Server {
    pub url: String,
    child: Child,
}

impl Server {
    pub fn start() -> Result<Self> {
        Self::taking(0)
    }

    /// One that takes so many milliseconds for each answer.
    pub fn taking(milliseconds: u64) -> Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut child = command
            .arg(SERVE)
            .env(TAKES, milliseconds.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        let out = child.stdout.take().context("no output")?;
        std::io::BufReader::new(out).read_line(&mut url)?;
        let url = url.trim().to_owned();
        anyhow::ensure!(url.starts_with("http://"), "the server did not start");
        Ok(Self { url, child })
    }

    /// `127.0.0.1:port`.
    pub fn authority(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// How many requests wait to be let go.
    pub async fn waiting(&self) -> Result<usize> {
        Ok(http::get(self.authority(), "/waiting").await?.parse()?)
    }

    /// Answers those that wait.
    pub async fn release(&self) -> Result<()> {
        http::get(self.authority(), "/release").await.map(drop)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        drop(self.child.wait());
    }
}

/// What the server knows.
struct State {
    pages: Pages,
    /// How long each answer takes.
    takes: Duration,
    waiting: AtomicUsize,
    released: watch::Sender<bool>,
}

/// Serves until standard input ends.
pub fn run() -> Result<()> {
    let takes = Duration::from_millis(std::env::var(TAKES)?.parse()?);
    let state =
        Arc::new(State { pages: Pages::recorded()?, takes, waiting: 0.into(), released: watch::channel(false).0 });
    std::thread::spawn(|| {
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind(([127, 0, 0, 1], 0).into())?;
        // As many may come at once as the kernel lets wait.
        let listener = socket.listen(4096)?;
        println!("http://{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let state = state.clone();
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(state.clone(), request));
                // Clients that hang up are no matter of the server's.
                drop(hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await);
            });
        }
    })
}

async fn answer(state: Arc<State>, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    if !state.takes.is_zero() {
        tokio::time::sleep(state.takes).await;
    }
    let pages = &state.pages;
    let path = request.uri().path();
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    let answer = match (request.method(), &parts[..]) {
        (&Method::GET, ["api", "v4", "teams", "name", name]) => {
            if *name == "held" {
                hold(&state).await;
            }
            json(200, pages.team.clone())
        }
        (&Method::GET, ["api", "v4", "teams", _, "channels"]) => json(200, pages.channels.clone()),
        (&Method::GET, ["api", "v4", "teams", "name", _, "channels", "name", _]) => json(200, pages.channel.clone()),
        (&Method::GET, ["api", "v4", "users"]) => {
            let page = http::parameter(request.uri().query(), "page").and_then(|page| page.parse().ok());
            tokio::time::sleep(PAGE_TIME).await;
            json(200, pages.users(page.unwrap_or_default()))
        }
        (&Method::POST, ["api", "v4", "files"]) => match drain(request.into_body()).await {
            Some(size) => json(201, pages.uploaded(size)),
            None => json(400, Bytes::new()),
        },
        (&Method::POST, ["api", "v4", "posts"]) => {
            drain(request.into_body()).await;
            json(201, pages.post.clone())
        }
        (_, ["waiting"]) => json(200, state.waiting.load(Ordering::Relaxed).to_string().into()),
        (_, ["release"]) => {
            state.released.send_replace(true);
            json(200, Bytes::new())
        }
        _ => json(404, Bytes::new()),
    };
    Ok(answer)
}

async fn hold(state: &State) {
    state.waiting.fetch_add(1, Ordering::Relaxed);
    let mut released = state.released.subscribe();
    // It can't be closed while the state is there.
    drop(released.wait_for(|released| *released).await);
    state.waiting.fetch_sub(1, Ordering::Relaxed);
}

/// The size of a body that is thrown away.
async fn drain(mut body: Incoming) -> Option<u64> {
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        size += frame.ok()?.into_data().map_or(0, |data| data.len() as u64);
    }
    Some(size)
}

/// With the headers that a Mattermost server sends.
fn json(status: u16, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = hyper::StatusCode::from_u16(status).unwrap_or_default();
    for (name, value) in [
        ("content-type", "application/json"),
        ("expires", "0"),
        ("vary", "Accept-Encoding"),
        ("x-request-id", "3gfcor3ow3bwbb9zck483st3sa"),
        ("x-version-id", "5.37.0.5.37.0.b36649f07901419cf5cc871237fb7b45.false"),
    ] {
        response.headers_mut().insert(name, hyper::header::HeaderValue::from_static(value));
    }
    response
}
