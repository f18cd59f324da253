//! Whole runs through the front door: known answers, laws and exit codes.

mod batch;
mod district;
mod evidence;
mod formats;
mod ground;
mod network;
mod program;
mod published;
mod reach;
mod sheets;
mod usage;
mod water;
mod yuzhong;
