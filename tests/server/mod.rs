//! What servers and networks do that can't be recorded, made by the tests' transport: answers that are cut or are no
//! answers, failures and retries, pages in flight, work that stops half-way.

mod accounts;
mod answers;
mod bodies;
mod credentials;
mod errors;
mod gateways;
mod ids;
mod incomplete;
mod limits;
mod named;
mod network;
mod packed;
mod pages;
mod proxies;
mod retries;
mod words;
mod writes;
