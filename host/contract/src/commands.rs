//! Commands that can be called, whoever runs them: what a listener and a playbook are given.

use crate::callcontext::CallContext;
use crate::entry::Entry;
use crate::failure::Failure;
use crate::given::Given;
use crate::manifest::Integration;
use crate::platform::BoxFuture;
use std::sync::Arc;

/// The commands of an integration, ready to be called: an instance of a component, or something that a test puts in its
/// place. Made to be shared as `Arc<dyn Commands>`.
pub trait Commands: Send + Sync + 'static {
    /// What the integration is, and which commands it has: now, as another version may take its place.
    fn manifest(&self) -> Arc<Integration>;

    /// Runs a command as a part of something.
    ///
    /// # Errors
    /// If the call is wrong or the command fails.
    fn call<'a>(
        &'a self,
        context: &'a CallContext,
        command: &'a str,
        given: Given,
    ) -> BoxFuture<'a, Result<Entry, Failure>>;
}
