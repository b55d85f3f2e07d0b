//! The server of a script on a port of this machine, for programs that are run.

use super::Script;
use super::odd::Server;

/// Serves until the test's process ends, and gives the base URL.
pub fn serve(script: &Script) -> String {
    let running = Server::new(script).start();
    let url = running.url.clone();
    std::mem::forget(running);
    url
}
