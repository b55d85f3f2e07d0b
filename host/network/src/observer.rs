//! Who follows what a call sends.

/// Follows what a call sends; every method may be left out. Called from whatever thread the request is on.
pub trait Observer: Send + Sync + 'static {
    /// A request starts: its method and path without credentials, of long ones the beginning, and the size of its body in bytes
    /// if it is known.
    fn request(&self, method: &str, path: &str, size: Option<u64>) {
        let _ = (method, path, size);
    }

    /// So many more bytes of a request's body were sent.
    fn sent(&self, bytes: u64) {
        let _ = bytes;
    }

    /// A request was answered.
    fn answered(&self, status: u16) {
        let _ = status;
    }
}

/// Looks away.
pub struct Nobody;

impl Observer for Nobody {}
