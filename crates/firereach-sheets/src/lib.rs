//! Typesets policy sheets as PDF.
