//! What the library says about its work: on standard error, if `SOAR_LOG` asks for it.

use super::output::Output;
use soar::text;
use std::io::{self, Write};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts to write the log.
pub fn start(output: Output) {
    let Some(filter) = std::env::var_os("SOAR_LOG").filter(|filter| !filter.is_empty()) else { return };
    let filter = filter.to_string_lossy();
    match filter.parse::<LevelFilter>() {
        Ok(level) => {
            let lines = tracing_subscriber::fmt::layer().with_writer(|| Lines(io::stderr()));
            tracing_subscriber::registry().with(lines.with_filter(of_soar(level))).init();
        }
        Err(_) => output.warn(&format!("SOAR_LOG: got {filter:?}; expected error, warn, info, debug or trace")),
    }
}

/// Of soar itself: what libraries say has the words of servers and components in it as they are.
fn of_soar(level: LevelFilter) -> Targets {
    Targets::new().with_target("soar", level)
}

/// Each event is written at once: it is one line, whatever words of a server or a component are in it.
struct Lines<W>(W);

impl<W: Write> Write for Lines<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let words = String::from_utf8_lossy(event);
        writeln!(self.0, "{}", text::line(words.trim_end_matches('\n')))?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_say_nothing() {
        use tracing::Level;
        let filter = of_soar(LevelFilter::TRACE);
        assert!(
            filter.would_enable("soar::transport::live", &Level::TRACE) && filter.would_enable("soar", &Level::WARN)
        );
        assert!(!filter.would_enable("h2::codec::framed_read", &Level::ERROR));
        assert!(!of_soar(LevelFilter::WARN).would_enable("soar", &Level::DEBUG));
    }

    #[test]
    fn an_event_is_one_line() {
        let mut lines = Lines(Vec::new());
        lines.write_all(b"WARN soar: the component stopped error=a\nerror: b\x1b[2J\xc2\x9b\n").expect("memory");
        assert_eq!(lines.0, b"WARN soar: the component stopped error=a\\nerror: b\\u{1b}[2J\\u{9b}\n");
    }
}
