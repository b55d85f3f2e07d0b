//! Which component an instance file is for, and trusted with.

use super::trust::{Checkout, TEAM};
use crate::support::PERSONAL_TOKEN;

#[test]
fn a_file_may_be_for_one_component_alone() {
    let checkout = Checkout::new();
    let token = [("MINE", PERSONAL_TOKEN)];
    let pinned = |digest: &str| {
        checkout.put(
            "checkout/prod.toml",
            &format!(
                "component = {digest:?}\nurl = {:?}\nteam_name = \"panw\"\npersonal_access_token = {{ env = \"MINE\" }}\n",
                checkout.url
            ),
        )
    };
    let other = format!("sha256:{}", "0".repeat(64));
    let file = pinned(&other);
    for arguments in [&[&TEAM[..], &["--trust"]].concat()[..], &["policy", "mattermost-get-team"], &TEAM] {
        let ran = checkout.run(&file, arguments, &token).ends(2);
        assert!(ran.err.contains("component: this component is sha256:") && ran.err.contains(&other), "{ran:?}");
    }
    checkout.assert_nothing_sent();
    let ran = checkout.run(&file, &TEAM, &token).ends(2);
    let own = ran.err.split("this component is ").nth(1).and_then(|rest| rest.split(';').next()).expect("a digest");
    checkout.run(&pinned(own), &[&TEAM[..], &["--trust"]].concat(), &token).ends(0);
    // By its bytes: the same component from a file is the same.
    let path = checkout.put("same.wasm", "");
    std::fs::write(&path, mattermost_component::INTEGRATION).expect("written");
    checkout.run(&pinned(own), &[&TEAM[..], &["--component", path.to_str().expect("text")]].concat(), &token).ends(0);
    std::fs::write(&path, mattermost_component::COMMANDS).expect("written");
    let ran = checkout
        .run(&pinned(own), &[&TEAM[..], &["--component", path.to_str().expect("text")]].concat(), &token)
        .ends(2);
    assert!(ran.err.contains("expected sha256:"), "{ran:?}");
    let ran = checkout.run(&pinned("sha256:0"), &TEAM, &token).ends(2);
    assert!(ran.err.contains("component: got \"sha256:0\"; expected \"sha256:\" and 64 digits"), "{ran:?}");
}

/// Whoever has read a file has not read what a component from elsewhere does with it.
#[test]
fn a_file_is_trusted_with_a_component() {
    let checkout = Checkout::new();
    let file = checkout.file("personal_access_token = { env = \"MINE\" }");
    let token = [("MINE", PERSONAL_TOKEN)];
    checkout.run(&file, &[&TEAM[..], &["--trust"]].concat(), &token).ends(0);
    let path = checkout.put("other.wasm", "");
    // A section of its own at the end makes it another one.
    std::fs::write(&path, [mattermost_component::INTEGRATION, &[0, 2, 1, b'x']].concat()).expect("written");
    let other = [&TEAM[..], &["--component", path.to_str().expect("text")]].concat();
    let ran = checkout.run(&file, &other, &token).ends(2);
    for words in
        ["; the component is \"mattermost\" (sha256:", "), which does not come with soar, and reads ", "url", "--trust"]
    {
        assert!(ran.err.contains(words), "{words}: {ran:?}");
    }
    assert_eq!(checkout.script.requests().len(), 1);
    checkout.run(&file, &[&other[..], &["--trust"]].concat(), &token).ends(0);
    checkout.run(&file, &other, &token).ends(0);
    std::fs::write(&path, [mattermost_component::INTEGRATION, &[0, 2, 1, b'y']].concat()).expect("written");
    checkout.run(&file, &other, &token).ends(2);
    // One that comes with soar is as good as another.
    std::fs::write(&path, mattermost_component::COMMANDS).expect("written");
    checkout.run(&file, &other, &token).ends(0);
}
