//! What the two processes say to each other, besides a component and its code.

use crate::cache;
use std::hash::Hasher;
use std::io::{self, Read};
use wasmtime::Engine;

/// How compiling went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    /// Its code follows.
    Compiled,
    /// It can't be compiled, and why follows.
    Wrong,
    /// There is no memory left.
    Full,
    /// The engine makes other code than was asked for.
    Other,
    /// The compiler stopped.
    Stopped,
}

impl How {
    const ALL: [Self; 5] = [Self::Compiled, Self::Wrong, Self::Full, Self::Other, Self::Stopped];

    /// What comes before an answer on standard output: how it went, and how many bytes follow.
    pub(super) fn head(self, answer: &[u8]) -> [u8; HEAD] {
        let mut head = [self as u8; HEAD];
        head[1..].copy_from_slice(&(answer.len() as u64).to_le_bytes());
        head
    }

    /// An answer, if it is one and whole. How its process ended does not say that: somebody else may have waited for it.
    pub(super) fn read(mut bytes: Vec<u8>) -> Option<(Self, Vec<u8>)> {
        let (how, length) = bytes.first_chunk::<HEAD>()?.split_first()?;
        let how = Self::ALL.into_iter().find(|known| *known as u8 == *how)?;
        let length = u64::from_le_bytes(length.try_into().ok()?);
        bytes.drain(..HEAD);
        (bytes.len() as u64 == length).then_some((how, bytes))
    }
}

/// The bytes before an answer.
pub(super) const HEAD: usize = 9;

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

/// What the code of an engine depends on, and its version, in one number.
pub(super) fn settings(engine: &Engine) -> u64 {
    cache::settings(engine).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_if_it_is_whole() {
        let whole = [&How::Wrong.head(b"why")[..], b"why"].concat();
        assert_eq!(How::read(whole.clone()), Some((How::Wrong, b"why".to_vec())));
        for bytes in [&whole[..11], &whole[..5], b"", &[&whole[..], b"."].concat(), b"anything of some length"] {
            assert_eq!(How::read(bytes.to_vec()), None, "{bytes:?}");
        }
    }

    #[test]
    fn an_order_is_read_as_it_was_written() {
        let order = Order { size: 1, memory: 2 << 32, time: 3, settings: u64::MAX };
        assert_eq!(Order::read(&mut order.to_bytes().as_slice()).unwrap(), order);
        assert!(Order::read(&mut &order.to_bytes()[..31]).is_err());
    }
}
