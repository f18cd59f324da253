//! The front door: read, assess, write.
fn main() {}
