//! Water: what a site needs, what comes to it by hose, what is missing.

pub mod flow;
pub mod gap;
pub mod hose;
pub mod need;

#[cfg(test)]
pub(crate) mod fixture;
