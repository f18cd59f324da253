//! The network of ways: shape once, one price per mover and conditions, floods over both.
