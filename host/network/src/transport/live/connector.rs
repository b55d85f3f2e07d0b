//! How hyper-util's client gets a connection: by ours alone, which looks at addresses.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http::Uri;
use hyper_util::rt::TokioIo;
use tokio::time::timeout;
use tower_service::Service;

use super::carried::Carried;
use super::link::Link;
use super::open::{Opener, Opening, no_connection};
use super::site::Site;
use crate::transport::TransportError;

/// Opens connections to one site, whatever the URL.
#[derive(Clone)]
pub(super) struct Connector {
    pub site: Arc<Site>,
    pub opener: Arc<Opener>,
    /// Whether each is for one request alone, whatever others there are.
    pub is_alone: bool,
}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unopened {
    /// None is needed any more: there is one that can be used.
    #[error("there is a connection already")]
    Superseded,
    /// It failed. Can be taken out once.
    #[error("no connection")]
    Failed(Mutex<Option<TransportError>>),
}

impl From<TransportError> for Unopened {
    fn from(error: TransportError) -> Self {
        Self::Failed(Mutex::new(Some(error)))
    }
}

impl Unopened {
    /// Why, for whoever asks first.
    pub fn take(&self) -> Option<TransportError> {
        match self {
            Self::Superseded => None,
            Self::Failed(error) => error.lock().unwrap_or_else(PoisonError::into_inner).take(),
        }
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<Carried>;
    type Error = Unopened;
    type Future = Pin<Box<dyn Future<Output = Result<TokioIo<Carried>, Unopened>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Unopened>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let connector = self.clone();
        Box::pin(async move { connector.connect().await.map(TokioIo::new) })
    }
}

impl Connector {
    async fn connect(self) -> Result<Carried, Unopened> {
        let Self { site, opener, is_alone } = self;
        let opening = match is_alone || site.speaks_http1() {
            true => None,
            // The others wait: perhaps they can share what comes of it. If nothing does, they fail with it.
            false => {
                let longest = opener.options.connect;
                let opening = timeout(longest, site.opening.clone().lock_owned()).await;
                let opening = opening.map_err(|_| no_connection(&site.name, longest))?;
                Some(opening).filter(|_| !site.speaks_http1())
            }
        };
        if opening.is_some() && opener.links.shared(&site).is_some() {
            return Err(Unopened::Superseded);
        }
        let turn = opener.turn().await?;
        // Whoever wanted it may have another one by now, or has gone.
        if !site.is_wanted() {
            return Err(Unopened::Superseded);
        }
        let (stream, peer, is_http2) = Opening::new(&site, &opener).open().await?;
        site.spoke(is_http2);
        let link = Link::new(site.clone(), peer, is_http2, opener.traffic.clone(), opener.options.max_head);
        if let Some(opening) = opening.filter(|_| is_http2) {
            link.holds(opening);
        }
        if !is_alone {
            opener.links.add(&link);
        }
        tokio::spawn(link.clone().cut_when_unused(opener.options.idle));
        let takes_urls = site.via.is_some() && !site.is_https;
        Ok(Carried::new(stream, link, takes_urls, turn))
    }
}
