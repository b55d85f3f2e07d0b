//! The bodies of a request and of its answer on their way through the host: counted, watched, ended.

use crate::credentials::Watch;
use crate::instance::Observer;
use crate::limits::{Exceeded, Limit};
use crate::trail::{Ending, Exchange, Fault, Place, Trail};
use crate::transport::Body;
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use wasmtime_wasi_http::Error;

type Polled = Poll<Option<Result<Frame<Bytes>, Error>>>;

/// A request's body.
pub(crate) struct Leaving {
    pub(crate) body: Body,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) exchange: Arc<Exchange>,
    /// Looks for placeholders, where that is recorded.
    pub(crate) watch: Option<Watch>,
}

impl HttpBody for Leaving {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(Ok(frame)) = &frame
            && let Some(data) = frame.data_ref()
        {
            let size = data.len() as u64;
            self.observer.sent(size);
            self.exchange.sent(size);
            if self.watch.as_mut().is_some_and(|watch| watch.sees(data)) {
                self.exchange.found_placeholder(Place::Body);
                self.watch = None;
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer's body, no longer than it may be.
pub(crate) struct Arriving {
    pub(crate) body: Body,
    pub(crate) most: u64,
    pub(crate) trail: Trail,
    pub(crate) ending: Ending,
}

impl HttpBody for Arriving {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Polled {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        let exchange = &self.ending.0;
        match &frame {
            Some(Ok(frame)) => {
                let size = frame.data_ref().map_or(0, Bytes::len) as u64;
                if exchange.received(size) > self.most {
                    let exceeded = Exceeded { limit: Limit::ResponseBody, allowed: self.most };
                    exchange.failed(&exceeded.to_string());
                    self.trail.fault(Fault::Limit(exceeded));
                    return Poll::Ready(Some(Err(Error::HttpResponseBodySize(Some(self.most)))));
                }
            }
            Some(Err(error)) => exchange.failed(&error.to_string()),
            None => exchange.end(),
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
