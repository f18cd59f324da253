//! The verbs, one file each.

pub(crate) mod batch;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod demo;
pub(crate) mod explain;
pub(crate) mod gather;
pub(crate) mod init;
pub(crate) mod network;
pub(crate) mod plan;
pub(crate) mod run;
pub(crate) mod schema;
mod sheets;
