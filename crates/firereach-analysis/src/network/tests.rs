//! Hand towns, twins and laws.
