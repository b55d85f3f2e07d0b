//! What a component may import of `soar:platform`, and what it says of itself, in Rust as the engine has it: of the contract's
//! version, and in [`previous`] of the one before.

wasmtime::component::bindgen!({
    inline: "
        package soar:host;

        world platform {
            import soar:platform/files@0.2.0;
            import soar:platform/investigations@0.2.0;
            export soar:platform/manifest@0.2.0;
        }
    ",
    path: ["../../wit/deps/io", "../../wit/platform"],
    imports: { default: async | trappable },
    with: { "wasi:io": wasmtime_wasi_io::bindings::wasi::io },
});

pub use self::exports::soar::platform::manifest;
pub use self::soar::platform::{files, investigations};

/// The same of the contract's version before.
pub mod previous {
    wasmtime::component::bindgen!({
        inline: "
            package soar:host;

            world platform {
                import soar:platform/files@0.1.0;
                import soar:platform/investigations@0.1.0;
                export soar:platform/manifest@0.1.0;
            }
        ",
        path: ["../../wit/deps/io", "../../wit/previous"],
        imports: { default: async | trappable },
        with: { "wasi:io": wasmtime_wasi_io::bindings::wasi::io },
    });

    pub use self::exports::soar::platform::manifest;
    pub use self::soar::platform::{files, investigations};
}
