use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Uri;
use http::header::{AUTHORIZATION, COOKIE};
use http::uri::Scheme;
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use tokio::time::{Instant, timeout_at};
use wasmtime_wasi_http::Error as HttpError;

use super::arriving::{Arriving, Leaving, Progress};
use super::failure::{self, Stage};
use super::{Answering, Body, Transport, TransportError, trust};

/// How [`Live`] connects and how long it waits.
#[derive(Clone, Copy, Debug)]
pub struct LiveOptions {
    /// The longest wait for a TCP connection; 10 s.
    pub connect: Duration,
    /// The longest wait for the beginning of the answer, counted from the last part of the request
    /// that was sent; 60 s. Names and TLS are in it.
    pub first_byte: Duration,
    /// The longest wait between two parts of the answer's body; 60 s.
    pub between_bytes: Duration,
    /// How long a connection is kept that nobody uses; 90 s.
    pub idle: Duration,
    /// Takes any TLS certificate, for servers with one of their own making. Whoever is on the way
    /// can then read and change everything.
    pub any_certificate: bool,
}

impl Default for LiveOptions {
    fn default() -> LiveOptions {
        LiveOptions {
            connect: Duration::from_secs(10),
            first_byte: Duration::from_secs(60),
            between_bytes: Duration::from_secs(60),
            idle: Duration::from_secs(90),
            any_certificate: false,
        }
    }
}

/// Sends over the network: HTTP/1.1 and HTTP/2, with and without TLS, over connections that are
/// kept and used again. Redirects are not followed.
///
/// Certificates are checked against the machine's own. Connections belong to the tokio runtime on
/// which they were opened: use an instance on one runtime.
#[derive(Clone)]
pub struct Live {
    options: LiveOptions,
    plain: Client<HttpConnector, Body>,
    /// Built when first needed: reading the machine's certificates takes milliseconds.
    tls: Arc<OnceLock<Result<TlsClient, String>>>,
}

type TlsClient = Client<HttpsConnector<HttpConnector>, Body>;

impl Live {
    /// A client without any connection yet.
    pub fn new(options: LiveOptions) -> Live {
        Live { plain: builder(&options).build(connector(&options)), tls: Arc::default(), options }
    }

    fn request(&self, request: http::Request<Body>) -> Result<ResponseFuture, TransportError> {
        let scheme = request.uri().scheme();
        if scheme == Some(&Scheme::HTTP) {
            return Ok(self.plain.request(request));
        }
        if scheme != Some(&Scheme::HTTPS) {
            let words = format!("{}: the scheme should be http or https", origin(request.uri()));
            return Err(TransportError::Failed(HttpError::HttpRequestUriInvalid, words));
        }
        match self.tls.get_or_init(|| tls_client(&self.options)) {
            Ok(client) => Ok(client.request(request)),
            Err(problem) => {
                let words = format!("{}: {problem}", origin(request.uri()));
                Err(TransportError::Failed(HttpError::ConfigurationError, words))
            }
        }
    }

    async fn answer(self, mut request: http::Request<Body>) -> Result<http::Response<Body>, TransportError> {
        let origin = origin(request.uri());
        for name in [AUTHORIZATION, COOKIE] {
            // No library below prints it, and HTTP/2 doesn't keep it in its tables.
            if let Some(value) = request.headers_mut().get_mut(name) {
                value.set_sensitive(true);
            }
        }
        let progress = Progress::new();
        let request = request.map(|body| Leaving::new(body, progress.clone()).boxed_unsync());
        let mut answering = self.request(request)?;
        let response = loop {
            let deadline = progress.last() + self.options.first_byte;
            match timeout_at(deadline, &mut answering).await {
                Ok(Ok(response)) => break response,
                Ok(Err(error)) => return Err(failure::of(&error, Stage::Request, &origin)),
                // Parts of a long request were sent in the meantime.
                Err(_) if progress.last() + self.options.first_byte > Instant::now() => {}
                Err(_) => {
                    let words = format!("{origin}: no answer within {} s", self.options.first_byte.as_secs_f64());
                    return Err(TransportError::Failed(HttpError::HttpResponseTimeout, words));
                }
            }
        };
        Ok(response.map(|body| Arriving::new(body, self.options.between_bytes).boxed_unsync()))
    }
}

impl Transport for Live {
    fn send(&self, request: http::Request<Body>) -> Answering {
        Box::pin(self.clone().answer(request))
    }
}

impl fmt::Debug for Live {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Live").field("options", &self.options).finish_non_exhaustive()
    }
}

fn connector(options: &LiveOptions) -> HttpConnector {
    let mut connector = HttpConnector::new();
    connector.set_connect_timeout(Some(options.connect));
    connector.set_nodelay(true);
    connector
}

fn builder(options: &LiveOptions) -> hyper_util::client::legacy::Builder {
    let mut builder = Client::builder(TokioExecutor::new());
    builder.pool_timer(TokioTimer::new()).pool_idle_timeout(options.idle);
    builder
}

fn tls_client(options: &LiveOptions) -> Result<TlsClient, String> {
    let mut http = connector(options);
    http.enforce_http(false);
    let https = HttpsConnectorBuilder::new()
        .with_tls_config(trust::config(options.any_certificate)?)
        .https_only()
        .enable_http1()
        .enable_http2()
        .wrap_connector(http);
    Ok(builder(options).build(https))
}

/// `scheme://host:port`, which errors name.
fn origin(uri: &Uri) -> String {
    let scheme = uri.scheme_str().unwrap_or("");
    let host = uri.host().unwrap_or("");
    match uri.port_u16().or(match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}
