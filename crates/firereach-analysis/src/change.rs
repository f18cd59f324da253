//! Applies the changes of a scenario to a copy of the layers.
