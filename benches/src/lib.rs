//! Shared by the benches: where real data lies and what machine this is.
