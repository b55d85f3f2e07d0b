//! Has far more core instances than it needs: the build script of `artifact` adds them, since no compiler makes any.

use hostile_guests::attack;

attack!(run);

fn run(_: String) -> String {
    "let through".into()
}
