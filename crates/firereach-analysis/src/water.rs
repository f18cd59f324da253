//! Need, supply, hose, gaps and their order.
