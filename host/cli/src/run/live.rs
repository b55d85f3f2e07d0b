//! The network of a call on a real server.

use super::super::instance::InstanceFile;
use super::super::kind::Kind;
use super::super::network::Certificates;
use super::super::output::Output;
use super::super::problem::Problem;
use super::super::settings;
use super::record;
use super::stage::Stage;
use soar::address::{Class, Host};
use soar::recording::Secrets;
use soar::transport::{Live, LiveOptions, Record, Transport};
use soar::{Component, Secret};
use std::sync::Arc;

impl Stage<'_> {
    /// What sends the requests, and what keeps them if they are to be recorded.
    pub fn live(&self) -> Result<(Arc<dyn Transport>, Option<Record>), Problem> {
        let Self { loaded, configured, run, output, .. } = self;
        let settings = &configured.gathered.settings;
        let file = configured.file.as_ref().map(|file| (file, &configured.certificates));
        let live = network(&loaded.component, settings, file, *output)?;
        let Some(path) = &run.record else { return Ok((Arc::new(live), None)) };
        // All that soar knows: those that are sent, the others of the instance, and those of the network, as a
        // server may repeat what a proxy is told.
        let of_network = live.secrets();
        let secrets = settings.secrets.values().chain(&configured.gathered.others).chain(&of_network);
        let secrets = Secrets::new(secrets.map(Secret::expose));
        let record = Record::new(Arc::new(live), secrets).with_folder(record::folder(path));
        Ok((Arc::new(record.clone()), Some(record)))
    }
}

/// The network, as the instance wants it.
fn network(
    component: &Component,
    settings: &soar::Settings,
    file: Option<(&InstanceFile, &Certificates)>,
    output: Output,
) -> Result<Live, Problem> {
    let options = LiveOptions::for_instance(component.manifest(), settings);
    let live = options.and_then(|options| {
        let options = match file {
            Some((file, certificates)) => file.network.apply(certificates, options),
            None => options,
        };
        if options.proxy.is_some() {
            output.warn(
                "requests go through the system's proxies, where they set any: a proxy resolves the server's name, and which \
                 address it connects to can't be checked here",
            );
        }
        if options.any_certificate {
            output.warn("any certificate is trusted: whoever is on the way to the server can read the tokens");
        }
        if is_readable_on_the_way(component, settings) {
            output.warn(
                "the server's URL begins with http://: whoever is on the way to it can read the tokens; expected https://",
            );
        }
        Live::new(options)
    });
    if let Ok(live) = &live {
        live.warnings().iter().for_each(|warning| output.warn(warning));
    }
    live.map_err(|error| Problem::wrong(Kind::Configuration, error.to_string()))
}

/// Whether secrets go to a server without TLS, and further than this machine.
fn is_readable_on_the_way(component: &Component, settings: &soar::Settings) -> bool {
    let url = settings::server(component.manifest(), settings).and_then(|(_, url)| url.parse::<http::Uri>().ok());
    let Some(url) = url.filter(|url| url.scheme() == Some(&http::uri::Scheme::HTTP)) else { return false };
    let is_here = Host::parse(url.host().unwrap_or_default()).is_ok_and(|host| match host {
        Host::Literal(address) => Class::of(address) == Class::Loopback,
        Host::Name(_) => host.is_localhost(),
    });
    !is_here && !settings.secrets.is_empty()
}
