//! Components that are larger than they look: the program says so and ends.

use crate::soar;
use outline::{around, marked, nested_components, nested_types};
use std::path::{Path, PathBuf};

#[path = "../../host/src/outline/testing.rs"]
#[allow(dead_code)]
mod outline;

fn put(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("written");
    path
}

#[test]
fn a_component_that_is_too_deep_ends_no_process() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [("types", nested_types(5_000)), ("components", nested_components(10_000))] {
        let path = put(folder.path(), name, &bytes);
        let path = path.to_str().expect("text");
        for arguments in [&["inspect", path][..], &["commands", "--component", path]] {
            let ran = soar(arguments).ends(2);
            assert!(ran.err.contains("over the limit component_depth") && ran.err.contains("64 allowed"), "{ran:?}");
        }
        let error = soar(&["inspect", path, "--json"]).ends(2).object();
        assert_eq!((&error["error"]["kind"], &error["error"]["limit"]), (&"limit".into(), &"component_depth".into()));
    }
}

#[test]
fn documentation_that_is_too_deep_is_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes = marked(hostile_components::OTHER_HOST.to_vec(), "soar:wit", &nested_types(5_000));
    let path = put(folder.path(), "documented.wasm", &bytes);
    let ran = soar(&["inspect", path.to_str().expect("text")]).ends(0);
    assert!(ran.out.contains("hostile:guest/attack"), "{ran:?}");
}

#[test]
fn limits_of_loading_are_given_with_the_component() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = put(folder.path(), "long.wasm", &around(&outline::long_function(600_000)));
    let path = path.to_str().expect("text");
    let ran = soar(&["inspect", path]).ends(2);
    assert!(ran.err.contains("over the limit function_code"), "{ran:?}");
    let ran = soar(&["inspect", path, "--limit", "function_code=1 MiB"]).ends(2);
    assert!(ran.err.contains("another contract"), "{ran:?}");
    let small = ["commands", "--limit", "component_bytes=64 KiB"];
    let ran = soar(&small).ends(1);
    assert!(ran.err.contains("over the limit component_bytes (the component's file, and the memory that its data lie in): 64.0 KiB allowed"), "{ran:?}");
    // Also of one whose code is kept since it was loaded with others.
    soar(&["commands"]).ends(0);
    let ran = soar(&["commands", "--limit", "function_code=1 KiB"]).ends(1);
    assert!(ran.err.contains("over the limit function_code"), "{ran:?}");
    let ran = soar(&["commands", "--limit", "component_byte=64 KiB"]).ends(2);
    assert!(ran.err.contains("did you mean component_bytes?"), "{ran:?}");
    let file = put(folder.path(), "small.toml", b"url = \"http://a.test\"\n[limits]\ncomponent_bytes = \"64 KiB\"\n");
    let ran = soar(&["policy", "mattermost-get-team", "--instance", file.to_str().expect("text")]).ends(2);
    assert!(ran.err.contains("expected it as --limit component_bytes='64 KiB'"), "{ran:?}");
}
