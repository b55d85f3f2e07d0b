//! What the host keeps from a component and holds against it: credentials, limits, the audit, the pool.

mod accounts;
mod audit;
mod changes;
mod contexts;
mod limits;
mod memory;
mod pool;
mod runtimes;
mod spans;
