use super::super::bundled::COMPONENT;
use super::*;
use soar::{Engine, EngineOptions};
use std::collections::HashMap;
use std::io;

/// A command that takes a number and a switch, of the component that comes with soar.
struct Bench {
    component: Component,
    source: Memory,
}

struct Memory(HashMap<String, String>);

impl Source for Memory {
    fn file(&self, path: &str, _: u64) -> io::Result<Vec<u8>> {
        self.0.get(path).map(|text| text.clone().into_bytes()).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn folders(&self, path: &str) -> io::Result<Vec<String>> {
        let prefix = format!("{path}/");
        let mut names: Vec<String> =
            self.0.keys().filter_map(|file| Some(file.strip_prefix(&prefix)?.split_once('/')?.0.to_owned())).collect();
        names.sort();
        names.dedup();
        if names.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(names) }
    }
}

const ONE: &str = r#"{"about": "", "source": "", "arguments": {"limit": "1"}, "parameters": {"team_name": "a"}}"#;
const TWO: &str = r#"{"about": "", "source": "", "arguments": {"limit": "2"}, "parameters": {"team_name": "b"},
    "investigation": {"id": "7"}, "files": {"1@7": "r.txt"}}"#;

impl Bench {
    fn new(cases: &[(&str, &str, bool)]) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let host = Engine::new(EngineOptions::default()).unwrap();
        let component = runtime.block_on(host.load(COMPONENT)).unwrap();
        let mut files = HashMap::from([("files/r.txt".to_owned(), "report".to_owned())]);
        let folder = command(&component).name.clone();
        for (name, call, succeeded) in cases {
            let har = format!(
                r#"{{"log": {{"version": "1.2", "creator": {{"name": "x", "version": "1"}}, "entries": [{{
                    "startedDateTime": "2026-01-01T00:00:00Z",
                    "request": {{"method": "GET", "url": "https://{name}.example/sub/path"}},
                    "response": {{"status": 200, "content": {{"mimeType": "text/plain", "text": ""}}}}}}]}}}}"#
            );
            let entry = if *succeeded { r#"{"context": {}}"# } else { r#"{"error": {}}"# };
            for (file, text) in [("call.json", *call), ("exchanges.har", &har), ("entry.json", entry), ("entry.md", "")]
            {
                files.insert(format!("{folder}/{name}/{file}"), text.to_owned());
            }
        }
        Self { component, source: Memory(files) }
    }

    fn choose(
        &self,
        pairs: &[(&str, &str)],
        explicit: &[(&str, &str)],
        investigation: Option<&str>,
    ) -> Result<(Vec<Plan>, &'static str), Problem> {
        let owned = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let investigation = investigation.map(|id| Investigation { id: id.into(), ..Investigation::default() });
        let asked = Asked {
            called: "chat-get-team",
            pairs: &owned(pairs),
            explicit: &owned(explicit).into_iter().collect(),
            investigation: investigation.as_ref(),
            files: &[],
        };
        match choose(&self.source, command(&self.component), &asked, None)? {
            Chosen::Same(plan) => Ok((vec![*plan], "same")),
            Chosen::Near(plans) => Ok((plans, "near")),
            Chosen::Failures(plan) => Ok((vec![*plan], "failures")),
        }
    }

    fn same(&self, pairs: &[(&str, &str)], explicit: &[(&str, &str)], investigation: Option<&str>) -> Plan {
        let (mut plans, how) = self.choose(pairs, explicit, investigation).unwrap();
        assert_eq!(how, "same");
        plans.remove(0)
    }
}

fn command(component: &Component) -> CommandHandle<'_> {
    let pages = |command: &CommandHandle<'_>| ["limit", "page"].iter().all(|name| command.argument(name).is_some());
    component.commands().find(pages).unwrap()
}

fn hosts(plan: &Plan) -> Vec<&str> {
    plan.recording
        .exchanges
        .iter()
        .filter_map(|exchange| exchange.request.url.strip_prefix("https://")?.split('.').next())
        .collect()
}

#[test]
fn the_same_call_is_answered_from_its_case() {
    let bench = Bench::new(&[("one", ONE, true), ("two", TWO, true)]);
    let plan = bench.same(&[("limit", "002"), ("page", "")], &[], None);
    assert_eq!((hosts(&plan), plan.parameters["team_name"].as_str()), (vec!["two"], "b"));
    assert_eq!(plan.investigation.as_ref().map(|investigation| investigation.id.as_str()), Some("7"));
    assert_eq!(plan.files["1@7"], ("r.txt".to_owned(), bytes::Bytes::from_static(b"report")));
    assert_eq!(plan.origin(), "https://two.example");
    let plan = bench.same(&[("limit", "2")], &[("team_name", "b")], Some("7"));
    assert_eq!(hosts(&plan), ["two"]);
}

#[test]
fn another_call_is_answered_from_those_that_succeeded_the_nearest_first() {
    let bench = Bench::new(&[("a", ONE, false), ("one", ONE, true), ("two", TWO, true)]);
    type Pairs<'a> = &'a [(&'a str, &'a str)];
    let calls: [(Pairs<'_>, Pairs<'_>, Option<&str>, [&str; 2]); 4] = [
        (&[("limit", "3")], &[], None, ["one", "two"]),
        (&[("limit", "2")], &[("team_name", "c")], None, ["one", "two"]),
        (&[("limit", "2")], &[], Some("8"), ["two", "one"]),
        (&[("limit", "ten")], &[], None, ["one", "two"]),
    ];
    for (pairs, explicit, investigation, expected) in calls {
        let (plans, how) = bench.choose(pairs, explicit, investigation).unwrap();
        assert_eq!(how, "near");
        let names: Vec<_> = plans.iter().map(|plan| plan.name.as_str()).collect();
        assert_eq!(names, expected, "{pairs:?} {explicit:?} {investigation:?}");
    }
}

#[test]
fn a_case_that_succeeded_goes_before_one_that_failed() {
    let bench = Bench::new(&[("a", ONE, false), ("b", ONE, true), ("c", TWO, false)]);
    assert_eq!(hosts(&bench.same(&[("limit", "1")], &[], None)), ["b"]);
    assert_eq!(hosts(&bench.same(&[("limit", "2")], &[], None)), ["c"]);
}

#[test]
fn arguments_that_cannot_be_read_are_the_same_letter_for_letter() {
    let ten = r#"{"about": "", "source": "", "arguments": {"limit": "ten"}}"#;
    let bench = Bench::new(&[("one", ONE, true), ("ten", ten, false)]);
    assert_eq!(hosts(&bench.same(&[("limit", "ten")], &[], None)), ["ten"]);
    let (plans, how) = bench.choose(&[("limit", "eleven")], &[], None).unwrap();
    assert_eq!((hosts(&plans[0]), how), (vec!["one"], "near"));
}

#[test]
fn without_any_case_the_call_is_told_what_else_there_is() {
    let problem = Bench::new(&[]).choose(&[], &[], None).err().unwrap();
    assert_eq!((problem.kind(), problem.code), ("replay_miss", 1));
    let (plans, how) = Bench::new(&[("a", ONE, false)]).choose(&[("limit", "4")], &[], None).unwrap();
    assert_eq!((plans[0].name.as_str(), how), ("a", "failures"));
    let empty = Plan { recording: Recording::default(), ..plans[0].clone() };
    assert_eq!(empty.origin(), "https://replay.invalid");
}
