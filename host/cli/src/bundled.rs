//! What comes with soar: a component, and recorded calls of its commands.

#[cfg(not(debug_assertions))]
pub use inside::fixtures;
#[cfg(debug_assertions)]
pub use outside::fixtures;

/// The component that runs when no other is named.
pub const COMPONENT: &[u8] = WORLDS[0].1;

/// All components that come with soar, by their worlds.
pub const WORLDS: [(&str, &[u8]); 2] =
    [("integration", mattermost_component::INTEGRATION), ("commands", mattermost_component::COMMANDS)];

/// Examples for `soar --help`.
pub const EXAMPLES: &str = "\
Examples:
  soar commands                                         what there is
  soar describe mattermost-list-channels                what a command takes and gives
  soar examples mattermost-list-channels                recorded calls, ready to paste
  soar policy mattermost-list-channels                  what a command may reach
  soar run mattermost-get-team team_name=panw           replays recorded answers: nothing is sent
  soar run mattermost-create-channel name=war-room-7 display_name='War room 7'
                                                        rehearses with values of your own: nothing is sent
  soar run mattermost-list-channels --live --instance prod.toml limit=2
  source <(soar completion bash)                        completes commands and arguments

Pages, in soar's repository:
  docs/run.md         arguments, results, exit codes
  docs/instance.md    the instance file, and where settings come from
  docs/policy.md      what a command may reach, and how to narrow it
  docs/network.md     addresses, proxies, certificates, and what goes wrong
  docs/limits.md      what a call and the loading of a component may use
  docs/failures.md    each kind of failure, with its fields
  docs/files.md       what is read and written, and for whom
  docs/audit.md       the records of the audit
  docs/rehearsal.md   answers without a server

Exit codes: 0 done, 1 the command failed, 2 the call was wrong, 3 done, but something could not be saved, 130 interrupted.";

/// Examples for `soar run --help`.
pub const RUN_EXAMPLES: &str = "\
Where settings come from, the later ones winning: the integration's defaults, the environment
(`soar inspect` shows the names), the instance file, --env and --set. With an instance file, the
server, the tokens and how the server is reached come from it, or from --env and --set, which are
meant for it. An instance file is TOML, and is trusted once for each content before it sends
anything:

  component = \"sha256:…\"                               pins the component: soar inspect --json
  url = \"https://chat.example.com\"
  team_name = \"ops\"
  bot_access_token = { env = \"BOT_TOKEN\" }
  personal_access_token = { file = \"token.txt\" }        in its own folder, /run/secrets or --secrets

  [network]                                             narrows what commands may reach
  deny = [\"DELETE /**\"]

  [limits]                                              what a call may use
  time = \"90 s\"

Examples:
  soar run mattermost-create-channel name=war-room-7 display_name='War room 7'
  soar run mattermost-create-channel name=war-room-7 display_name='War room 7' --dry-run
  soar run send-notification --live channel=alerts --value-file message=report.md
  soar run mattermost-send-file --live --file 85@109=report.pdf entry_id=85@109 channel=alerts message='The report'
  soar run mattermost-get-team --live team_name=ops
  soar run mattermost-get-team --live --instance prod.toml --trust team_name=ops
  soar run mattermost-get-team --record team.har team_name=ops
  soar run mattermost-get-team --replay team.har team_name=ops
  soar run mattermost-get-team --rehearse team.har team_name=another

More: docs/run.md, docs/instance.md, docs/limits.md and docs/failures.md in soar's repository.";

/// Examples for `soar settings --help`.
pub const SETTINGS_EXAMPLES: &str = "\
Limits and what is said of the network are shown where they are not the default. Nothing is sent, and no
file of a secret is read.

Examples:
  soar settings
  soar settings --instance prod.toml
  soar settings --instance prod.toml --no-env --limit time='90 s' --json

Exit codes: 0 a run could begin, 2 it would be refused for a setting, which is named.

More: docs/instance.md in soar's repository.";

/// Examples for `soar policy --help`.
pub const POLICY_EXAMPLES: &str = "\
Examples:
  soar policy mattermost-create-channel
  soar policy mattermost-create-channel --instance prod.toml --json
  soar policy --check POST /api/v4/channels mattermost-create-channel
  soar policy --check GET https://chat.example.com/api/v4/users mattermost-create-channel --instance prod.toml

Exit codes of --check: 0 allowed, 1 denied, 2 the call was wrong.

More: docs/policy.md and docs/network.md in soar's repository.";

/// The recorded cases that come with this program. A release build has them inside; a debug build reads the
/// repository's, so that a case is there as soon as it is recorded, and cargo need not look at each file on every start.
#[cfg(debug_assertions)]
mod outside {
    use soar::files::Folder;
    use soar_case::Source;
    use std::io;
    use std::path::Path;

    const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures");

    pub fn fixtures() -> impl Source {
        Fixtures
    }

    struct Fixtures;

    impl Source for Fixtures {
        fn file(&self, path: &str, most: u64) -> io::Result<Vec<u8>> {
            Source::file(&Folder::open(Path::new(FIXTURES))?, path, most)
        }

        fn folders(&self, path: &str) -> io::Result<Vec<String>> {
            Source::folders(&Folder::open(Path::new(FIXTURES))?, path)
        }
    }
}

#[cfg(not(debug_assertions))]
mod inside {
    use include_dir::{Dir, include_dir};
    use soar_case::Source;
    use std::io::{self, ErrorKind};
    use std::path::Path;

    static FIXTURES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../fixtures");

    pub fn fixtures() -> impl Source {
        Fixtures
    }

    struct Fixtures;

    impl Source for Fixtures {
        fn file(&self, path: &str, _: u64) -> io::Result<Vec<u8>> {
            // Not Dir::get_file on the root: that searches all folders.
            let folder = walk(path.rsplit_once('/').map_or("", |(parent, _)| parent)).ok_or(ErrorKind::NotFound)?;
            let file = folder.files().find(|file| file.path() == Path::new(path)).ok_or(ErrorKind::NotFound)?;
            Ok(file.contents().to_vec())
        }

        fn folders(&self, path: &str) -> io::Result<Vec<String>> {
            let folder = walk(path).ok_or(ErrorKind::NotFound)?;
            let names = folder.dirs().filter_map(|folder| folder.path().file_name()?.to_str());
            Ok(names.map(str::to_owned).collect())
        }
    }

    fn walk(path: &str) -> Option<&'static Dir<'static>> {
        let mut folder = &FIXTURES;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            folder = folder.dirs().find(|folder| folder.path().file_name().is_some_and(|name| name == part))?;
        }
        Some(folder)
    }
}
