//! The lane check, on towns that can be checked by hand.

mod access;
mod laws;
mod neighbours;
mod service;
mod town;
