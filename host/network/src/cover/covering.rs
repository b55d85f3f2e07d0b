//! What takes credentials out of texts while credentials change.

use super::Redactor;
use std::sync::{Arc, PoisonError, RwLock};

/// The redactor of an instance. Another one takes its place when credentials come or go, also for the calls under way.
#[derive(Clone, Debug, Default)]
pub struct Covering(Arc<RwLock<Arc<Redactor>>>);

impl Covering {
    /// One that begins with this redactor.
    #[must_use]
    pub fn new(redactor: Redactor) -> Self {
        Self(Arc::new(RwLock::new(redactor.into())))
    }

    /// The redactor of now.
    #[must_use]
    pub fn now(&self) -> Arc<Redactor> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Another redactor from now on.
    pub(crate) fn set(&self, redactor: Redactor) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = redactor.into();
    }

    /// As [`Redactor::text`].
    pub fn text(&self, text: &str) -> String {
        self.now().text(text)
    }

    /// As [`Redactor::sentence`].
    pub fn sentence(&self, text: &str) -> String {
        self.now().sentence(text)
    }
}
