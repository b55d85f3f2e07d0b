//! Calls that are wrong: each is refused with what would be right, and as a rule before anything is sent.

mod arguments;
mod channels;
mod destinations;
mod files;
mod ids;
mod instance;
mod names;
mod numbers;
mod paths;
mod texts;
mod together;
mod unresolved;
mod values;
