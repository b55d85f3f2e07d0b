//! How much there is of what is counted.

use super::Unfit;
use soar_contract::limits::{Limit, Limits};

/// What was counted so far, held against its limits.
pub(super) struct Counts<'l> {
    limits: &'l Limits,
    parts: u64,
    types: u64,
    code: u64,
    images: u64,
}

impl<'l> Counts<'l> {
    pub(super) fn new(limits: &'l Limits) -> Self {
        Self { limits, parts: 0, types: 0, code: 0, images: 0 }
    }

    fn check(&self, limit: Limit, amount: u64) -> Result<(), Unfit> {
        match amount <= self.limits.number(limit) {
            true => Ok(()),
            false => Err(Unfit::Over(self.limits.over(limit))),
        }
    }

    /// So many more things are declared or made.
    pub(super) fn parts(&mut self, more: u64) -> Result<(), Unfit> {
        self.parts = self.parts.saturating_add(more);
        self.check(Limit::ComponentParts, self.parts)
    }

    /// A type of this size is declared or used.
    pub(super) fn types(&mut self, size: u64) -> Result<(), Unfit> {
        self.types = self.types.saturating_add(size);
        self.check(Limit::ComponentTypes, self.types)
    }

    /// So many bytes more are made of it, beside those that it has.
    pub(super) fn images(&mut self, more: u64) -> Result<(), Unfit> {
        self.images = self.images.saturating_add(more);
        self.check(Limit::ComponentBytes, self.images)
    }

    /// Something has so many things inside each other.
    pub(super) fn depth(&self, depth: u32) -> Result<(), Unfit> {
        self.check(Limit::ComponentDepth, depth.into())
    }

    /// A function weighs so much.
    pub(super) fn function(&mut self, weight: u64) -> Result<(), Unfit> {
        self.check(Limit::FunctionCode, weight)?;
        self.code = self.code.saturating_add(weight);
        self.check(Limit::ComponentCode, self.code)
    }
}
