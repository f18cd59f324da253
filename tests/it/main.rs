//! Whole runs, laws and known answers through the public surface.
