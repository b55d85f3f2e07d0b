//! Times that somebody wrote.

use super::trust::{Checkout, TEAM};
use super::{live, soar};
use crate::support::{PERSONAL_TOKEN, loopback, world};

const HUGE: [&str; 4] = ["2562047788015215 h", "106751991167300d 15h 30m 7s", "9223372036854775807 s", "24h 1ms"];

#[test]
fn a_time_that_no_clock_reaches_is_refused_by_name() {
    let checkout = Checkout::new();
    for key in ["connect_timeout", "first_byte_timeout", "between_bytes_timeout"] {
        for huge in HUGE {
            let file =
                checkout.file(&format!("personal_access_token = {{ env = \"MINE\" }}\n[network]\n{key} = {huge:?}"));
            let ran = checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &[("MINE", PERSONAL_TOKEN)]).ends(2);
            let expected = format!("network.{key}: got {huge:?}; expected a time above 0 and of at most a day");
            assert!(ran.err.contains(&expected), "{ran:?}");
        }
    }
    for limit in ["time", "cpu"] {
        for huge in HUGE {
            let file =
                checkout.file(&format!("personal_access_token = {{ env = \"MINE\" }}\n[limits]\n{limit} = {huge:?}"));
            let ran = checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &[("MINE", PERSONAL_TOKEN)]).ends(2);
            let expected = format!("limits.{limit}: got {huge:?}; expected a time above 0 and of at most a day");
            assert!(ran.err.contains(&expected), "{ran:?}");
        }
    }
    let ran = soar(&["describe", "mattermost-get-team", "--limit", "load_time=2562047788015215 h"]).ends(2);
    assert!(ran.err.contains("load_time") && ran.err.contains("at most a day"), "{ran:?}");
    checkout.assert_nothing_sent();
}

#[test]
fn a_day_is_a_time() {
    let url = loopback::serve(&world::script());
    let limits = ["--limit", "time=24 h", "--limit", "cpu=24 h", "--limit", "load_time=24 h"];
    live(&url, &[&TEAM[..], &limits].concat()).ends(0);
}
