//! What soar shows of itself fits 80 columns, with every id and name in one piece.

use super::soar;
use crate::support::component;
use unicode_width::UnicodeWidthStr;

const WIDTH: usize = 80;

fn assert_fits(screen: &str) {
    for line in screen.lines() {
        assert!(line.width() <= WIDTH, "{} columns: {line}\n{screen}", line.width());
    }
}

/// The screens of a command.
fn of_command(name: &str) -> [String; 2] {
    ["describe", "policy"].map(|verb| soar(&[verb, name]).ends(0).out)
}

#[test]
fn screens_fit_and_break_no_name() {
    let manifest = component().manifest().clone();
    for command in &manifest.commands {
        let screens = of_command(&command.name);
        screens.iter().for_each(|screen| assert_fits(screen));
        let [described, policy] = &screens;
        let arguments = command.arguments.iter().map(|argument| argument.name.clone());
        let paths =
            component().command(&command.name).expect("it is there").outputs().into_iter().map(|output| output.path);
        for name in arguments.chain(paths).chain([command.name.clone()]) {
            assert!(described.contains(&name), "{name}: {described}");
        }
        for endpoint in &command.endpoints {
            let credential = endpoint.credential.as_deref().unwrap_or("none");
            // A long one is broken where a part of it ends.
            for part in endpoint.path.split_inclusive('/').map(|part| part.trim_end_matches('/')).chain([credential]) {
                assert!(described.contains(part) && policy.contains(part), "{part}: {described}{policy}");
            }
        }
    }
    let inspected = soar(&["inspect"]).ends(0).out;
    for parameter in &manifest.parameters {
        let variable = parameter.environment.as_deref().unwrap_or_default();
        assert!(inspected.contains(&parameter.name) && inspected.contains(variable), "{inspected}");
    }
    let commands = soar(&["commands"]).ends(0).out;
    for command in &manifest.commands {
        assert!(commands.contains(&command.name) && inspected.contains(&command.name), "{commands}{inspected}");
    }
    for screen in [inspected, commands, soar(&["settings"]).ends(2).out] {
        assert_fits(&screen);
    }
}
