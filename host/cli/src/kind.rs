//! The kinds of problem that `soar` itself finds.

/// The cases with their names, each said once.
macro_rules! kinds {
    ($($(#[$about:meta])+ $case:ident = $name:literal,)+) => {
        /// What kind of problem `soar` has found. One that the library finds as well has its name there, too: to programs it
        /// is the same.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$about])+ $case,)+
        }

        impl Kind {
            /// All of them.
            #[cfg_attr(not(test), expect(dead_code, reason = "a test holds them against docs/failures.md"))]
            pub const ALL: &[Self] = &[$(Self::$case),+];

            /// Its name for programs.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$case => $name,)+
                }
            }
        }
    };
}

kinds! {
    /// Arguments can't be read.
    Argument = "argument",
    /// The audit's file can't be used.
    Audit = "audit",
    /// No place to run in was free in time.
    Busy = "busy",
    /// The shell's script could not be made.
    Completion = "completion",
    /// The component's file can't be used.
    Component = "component",
    /// A setting is missing or can't be used.
    Configuration = "configuration",
    /// The context's file can't be used.
    Context = "context",
    /// The component did not keep to its own WIT.
    Contract = "contract",
    /// Somebody stopped soar.
    Interrupted = "interrupted",
    /// Loading the component wanted more than it may have.
    Limit = "limit",
    /// Standard output can't be written.
    Output = "output",
    /// What was recorded could not be saved.
    Record = "record",
    /// A recording can't be read.
    Recording = "recording",
    /// What was to be replayed is not there.
    Replay = "replay",
    /// No recording answers this call.
    ReplayMiss = "replay_miss",
    /// The system gave soar no runtime.
    System = "system",
    /// A file could not be written.
    Unwritable = "unwritable",
    /// The command line is wrong.
    Usage = "usage",
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn each_has_a_name_of_its_own() {
        let names: std::collections::BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.name()).collect();
        assert_eq!(names.len(), Kind::ALL.len());
    }
}
