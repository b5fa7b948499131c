//! Supervisors: specifications, strategies, restarts, shutdown, administration.
