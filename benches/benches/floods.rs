//! How long floods take.
fn main() {}
