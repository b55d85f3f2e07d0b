//! Progress on standard error, for a person who waits.

use indicatif::{ProgressBar, ProgressStyle};
use soar::Observer;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Bodies from this size in bytes get a bar of their own.
const UPLOAD: u64 = 256 * 1024;

/// Shows a bar while a large body is sent, and a count once there is more than one request.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    requests: AtomicU64,
    answers: AtomicU64,
}

impl Progress {
    /// Progress for a person; `None` if nobody would see it.
    pub fn new(json: bool) -> Option<Self> {
        if json || !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = ProgressBar::no_length();
        bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        Some(Self { bar, requests: AtomicU64::new(0), answers: AtomicU64::new(0) })
    }

    /// Takes it off the terminal.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }

    fn show(&self) {
        if self.bar.is_hidden() {
            self.bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
            self.bar.enable_steady_tick(Duration::from_millis(100));
        }
    }

    fn style(&self, template: &str) {
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style);
        }
    }
}

impl Observer for Progress {
    fn request(&self, _: &str, _: &str, size: Option<u64>) {
        let requests = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        match size {
            Some(size) if size >= UPLOAD => {
                self.style("{spinner} sending {wide_bar} {bytes}/{total_bytes}, {bytes_per_sec}, {eta}");
                self.bar.set_position(0);
                self.bar.set_length(size);
                self.show();
            }
            _ if requests > 1 => {
                self.style("{spinner} {msg}");
                self.bar
                    .set_message(format!("{} of {requests} requests answered", self.answers.load(Ordering::Relaxed)));
                self.show();
            }
            _ => {}
        }
    }

    fn sent(&self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn answered(&self, _: u16) {
        let answers = self.answers.fetch_add(1, Ordering::Relaxed) + 1;
        self.bar.set_message(format!("{answers} of {} requests answered", self.requests.load(Ordering::Relaxed)));
    }
}
