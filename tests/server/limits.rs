//! A call that is over its time says what it was waiting for.

use crate::support;
use http::Response;
use soar::transport::{Answering, Body, Outbound, Transport};
use soar::{Embedded, Limit};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A server that is busy once, and then says nothing more.
#[derive(Clone, Default)]
struct Busy(Arc<AtomicU32>);

impl Transport for Busy {
    fn send(&self, _: Outbound) -> Answering {
        let first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
        Box::pin(async move {
            if !first {
                std::future::pending::<()>().await;
            }
            Ok(Response::builder().status(503).body(Body::empty()).expect("an answer").into())
        })
    }
}

#[test]
fn a_call_that_is_over_its_time_names_what_came_to_nothing() {
    let settings = support::settings();
    let limits = settings.limits.clone().with(Limit::Time, Duration::from_millis(1_500));
    let transport = Arc::new(Busy::default());
    let instance = support::component()
        .instance(settings.with_limits(limits))
        .transport(transport)
        .platform(Arc::new(Embedded::new()))
        .build();
    let instance = instance.expect("settings are right");
    let failure = support::call(&instance, "mattermost-get-team", &[("team_name", "panw")]).expect_err("it ends");
    assert_eq!((failure.kind(), &failure.fields()["limit"]), ("limit", &"time".into()), "{failure}");
    let fields = failure.fields();
    let cause = fields["cause"].as_str().expect("a cause");
    let request = "GET /api/v4/teams/name/panw";
    assert!(cause.starts_with(&format!("{request}: no answer had come; before that, ")), "{failure}");
    assert!(cause.ends_with(&format!("{request} was answered 503")), "{failure}");
    assert!(failure.message().contains(&format!("In the end: {cause}")), "{failure}");
}
