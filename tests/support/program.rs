//! Running the program `soar`.

use super::{BOT_TOKEN, PERSONAL_TOKEN};
use serde_json::Value;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a run left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Standard output as one JSON object and nothing else.
    pub fn object(&self) -> Value {
        let value: Value = serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        assert!(value.is_object(), "{self:?}");
        value
    }

    /// The same without who answered: what a server and its recording have in common.
    pub fn outcome(&self) -> Value {
        let mut value = self.object();
        if let Value::Object(fields) = &mut value {
            for name in ["source", "case", "bound"] {
                fields.shift_remove(name);
            }
        }
        value
    }

    /// What was said beside the result, but for the line that says that nothing was sent.
    pub fn said(&self) -> String {
        let is_other = |line: &&str| !line.ends_with("nothing was sent (--live sends it)");
        self.err.lines().filter(is_other).collect::<Vec<_>>().join("\n")
    }

    /// That it ended so.
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }
}

/// The program, with an environment of nothing but a cache that the tests share. It has no place to remember things in: a
/// test that needs one gives it one of its own.
pub fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().env("SOAR_CACHE", temporary().join("soar-cache")).current_dir(super::root());
    command
}

/// The folder for what tests leave behind, in the folder of what is built: `target/tmp`.
pub fn temporary() -> PathBuf {
    let test = std::env::current_exe().expect("the test's program");
    let built = test.ancestors().nth(3).expect("target/<profile>/deps/<test>");
    let folder = built.join("tmp");
    std::fs::create_dir_all(&folder).expect("a folder");
    folder
}

/// Runs it with something on standard input.
pub fn run(mut command: Command, input: &[u8]) -> Ran {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // It may end without having read everything.
    drop(stdin.write_all(input));
    drop(stdin);
    let output = child.wait_with_output().expect("it ends");
    Ran {
        code: output.status.code().expect("it ended by itself"),
        out: String::from_utf8(output.stdout).expect("text"),
        err: String::from_utf8(output.stderr).expect("text"),
    }
}

/// The variables of an instance at this server.
pub fn variables(url: &str) -> [(&str, &str); 4] {
    [
        ("MATTERMOST_URL", url),
        ("MATTERMOST_ACCESS_TOKEN", BOT_TOKEN),
        ("MATTERMOST_PERSONAL_ACCESS_TOKEN", PERSONAL_TOKEN),
        ("MATTERMOST_TEAM_NAME", "panw"),
    ]
}
