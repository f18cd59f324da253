//! Whole files: the real ones where they are present, small ones written here otherwise.

mod made;
mod real;
