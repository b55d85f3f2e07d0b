//! What the host keeps from a component and holds against it: credentials, limits, the audit, the pool.

#[path = "../support/mod.rs"]
mod support;

mod audit;
mod changes;
mod contexts;
mod limits;
mod memory;
mod pool;
mod runtimes;
mod spans;
