//! How much memory the program has.

/// The resident set of this process in bytes; `None` where there is no `/proc`.
pub(crate) fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(target_os = "linux")]
    fn sees_memory_that_was_touched() {
        let before = super::resident().unwrap();
        let touched = std::hint::black_box(vec![1_u8; 64 << 20]);
        let after = super::resident().unwrap();
        assert!(after - before >= touched.len() as u64 / 2);
    }
}
