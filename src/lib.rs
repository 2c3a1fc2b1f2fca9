//! sesbench.
