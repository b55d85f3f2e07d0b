//! What a component may import of `soar:platform`, and what it says of itself, in Rust as the engine has it.

wasmtime::component::bindgen!({
    inline: "
        package soar:host;

        world platform {
            import soar:platform/files@0.1.0;
            import soar:platform/investigations@0.1.0;
            export soar:platform/manifest@0.1.0;
        }
    ",
    path: ["../../wit/deps/io", "../../wit/platform"],
    imports: { default: async | trappable },
    with: { "wasi:io": wasmtime_wasi_io::bindings::wasi::io },
});

pub use self::exports::soar::platform::manifest;
pub use self::soar::platform::{files, investigations};
