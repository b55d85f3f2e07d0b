//! The component over the network, at an odd server.

use std::sync::Arc;
use std::time::Duration;

use soar::address::{Resolve, System};
use soar::transport::{Live, LiveOptions};
use soar::{Entry, Failure, Given, Instance};

use crate::odd::Running;
use crate::{component, context, pairs, platform, settings};

/// An instance of the component, and what runs it between calls, too: connections are kept as in a long-lived host.
pub struct Client {
    runtime: tokio::runtime::Runtime,
    instance: Arc<Instance>,
}

/// A client at a server of a test.
pub trait AtServer {
    /// A client that trusts it.
    fn client(&self) -> Client {
        self.client_with(|_| {})
    }

    /// The same with other options.
    fn client_with(&self, change: impl FnOnce(&mut LiveOptions)) -> Client;

    /// The same by another URL, such as one that only a proxy can resolve.
    fn client_at(&self, url: &str, change: impl FnOnce(&mut LiveOptions)) -> Client {
        self.client_by(Arc::new(System), url, change)
    }

    /// The same where names stand for what somebody says.
    fn client_by(&self, names: Arc<dyn Resolve>, url: &str, change: impl FnOnce(&mut LiveOptions)) -> Client;
}

impl AtServer for Running {
    fn client_with(&self, change: impl FnOnce(&mut LiveOptions)) -> Client {
        self.client_at(&self.url, change)
    }

    fn client_by(&self, names: Arc<dyn Resolve>, url: &str, change: impl FnOnce(&mut LiveOptions)) -> Client {
        let mut options = LiveOptions::new();
        options.ca = self.ca().map(Into::into);
        change(&mut options);
        let live = Live::with_resolver(options, names).expect("the options are right");
        let mut settings = settings();
        settings.parameters.insert("url".to_owned(), url.to_owned());
        let instance = component().instance(settings).transport(Arc::new(live)).platform(Arc::new(platform())).build();
        let instance = Arc::new(instance.expect("the settings are right"));
        // One thread of its own, which goes on when nothing is called.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        Client { runtime: runtime.expect("a runtime"), instance }
    }
}

impl Client {
    /// Calls a command as the command line does. Waiting takes its time here.
    pub fn call(&self, command: &str, arguments: &[(&str, &str)]) -> Result<Entry, Failure> {
        let (instance, command, pairs) = (self.instance.clone(), command.to_owned(), pairs(arguments));
        let called = self.runtime.spawn(async move {
            let given = Given::strings(pairs.iter().cloned());
            // A test that waits for something which never comes must fail, not hang.
            let limit = Duration::from_secs(120);
            let context = context();
            let called = tokio::time::timeout(limit, instance.call_in(&context, &command, given));
            called.await.expect("neither ended nor failed")
        });
        self.runtime.block_on(called).expect("no panic")
    }

    /// Calls a command, and expects it to succeed.
    pub fn succeeds(&self, command: &str, arguments: &[(&str, &str)]) -> Entry {
        match self.call(command, arguments) {
            Ok(entry) => entry,
            Err(failure) => panic!("{command} {arguments:?}: {failure}\n{:#}", failure.to_json()),
        }
    }

    /// Calls a command, and expects it to fail.
    pub fn fails(&self, command: &str, arguments: &[(&str, &str)]) -> Failure {
        match self.call(command, arguments) {
            Err(failure) => failure,
            Ok(entry) => panic!("{command} {arguments:?} succeeded: {}", entry.readable),
        }
    }
}
