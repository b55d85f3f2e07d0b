//! What a component may import of `soar:platform`, in Rust.

wasmtime::component::bindgen!({
    inline: "
        package soar:host;

        world imports {
            import soar:platform/files@0.1.0;
            import soar:platform/investigations@0.1.0;
        }
    ",
    path: ["../wit/deps/io", "../wit/platform"],
    imports: { default: async | trappable },
    with: { "wasi:io": wasmtime_wasi_io::bindings::wasi::io },
});

pub use self::soar::platform::{files, investigations};
