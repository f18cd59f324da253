//! The kernels: floods on a network, clearance geometry, hose and water, ranking.
//!
//! Kernels measure without opinion and cannot fail: what cannot be reached or is not known is part of their answer.
//! They know no file format, clock, environment variable or log.

pub mod assess;
pub mod change;
pub mod clearance;
pub mod compare;
mod ground;
pub mod network;
pub mod ranking;
pub mod reach;
pub mod water;
