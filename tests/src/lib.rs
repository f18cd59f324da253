//! Synthetic towns and helpers for the tests in `it/`.
