//! Processes, signals, links, monitors, timers, names.
