//! What firereach talks about: quantities, layers, rules, studies and findings.
//!
//! Only what passes from one room to another lives here. This crate reads no file and knows no algorithm; beyond
//! [`units`] its types are plain data with public fields.

pub mod bounds;
pub mod feature;
pub mod findings;
pub mod layers;
pub mod measures;
pub mod origin;
pub mod parameters;
pub mod problem;
pub mod record;
pub mod rules;
pub mod study;
pub mod symbols;
pub mod table;
pub mod terrain;
pub mod units;
pub mod vehicle;
pub mod workbook;
