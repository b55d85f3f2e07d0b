//! What the host keeps from a component and holds against it: credentials, limits, the audit, the pool.

#[path = "../support/mod.rs"]
mod support;

mod accounts;
mod audit;
mod contexts;
mod limits;
mod memory;
mod pool;
mod spans;
