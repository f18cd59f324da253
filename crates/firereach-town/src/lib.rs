//! Seeded synthetic districts, written to files, with the truth about what was planted in them.
