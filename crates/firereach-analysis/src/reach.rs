//! Who arrives where and when; what is covered.
