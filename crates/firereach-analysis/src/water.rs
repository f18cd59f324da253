//! Water: what a site needs, what comes to it by hose, what is missing.

pub mod flow;
pub mod hose;
pub mod need;

#[cfg(test)]
mod fixture;
