//! What the two processes say to each other, besides a component and its code.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Read};
use wasmtime::Engine;

/// The exit code if it can't be compiled, and why is on standard output.
pub(super) const WRONG: u8 = 3;
/// The exit code if there is no memory left.
pub(super) const FULL: u8 = 4;
/// The exit code if the engine makes other code than was asked for.
pub(super) const OTHER: u8 = 5;

/// What comes before a component on standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// How many bytes the component has.
    pub(super) size: u64,
    /// How much memory may be used, in bytes.
    pub(super) memory: u64,
    /// How long it may take of the processor, in milliseconds.
    pub(super) time: u64,
    /// For which engine.
    pub(super) settings: u64,
}

impl Order {
    pub(super) fn to_bytes(self) -> [u8; 32] {
        let mut bytes = [0; 32];
        for (part, number) in bytes.chunks_exact_mut(8).zip([self.size, self.memory, self.time, self.settings]) {
            part.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    pub(super) fn read(input: &mut impl Read) -> io::Result<Self> {
        let mut number = || {
            let mut bytes = [0; 8];
            input.read_exact(&mut bytes).map(|()| u64::from_le_bytes(bytes))
        };
        Ok(Self { size: number()?, memory: number()?, time: number()?, settings: number()? })
    }
}

/// What the code of an engine depends on, and its version.
pub(super) fn settings(engine: &Engine) -> u64 {
    let mut settings = DefaultHasher::new();
    engine.precompile_compatibility_hash().hash(&mut settings);
    settings.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_was_written() {
        let order = Order { size: 1, memory: 2 << 32, time: 3, settings: u64::MAX };
        assert_eq!(Order::read(&mut order.to_bytes().as_slice()).unwrap(), order);
        assert!(Order::read(&mut &order.to_bytes()[..31]).is_err());
    }
}
