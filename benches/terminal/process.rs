//! What the system says of a process.
use std::{fs, time::Duration};

/// What a process has cost so far, and holds now.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    /// Context switches of all its threads: each is a wake-up or an interruption.
    pub switches: u64,
    pub cpu: Duration,
    pub threads: usize,
    /// KB; shared pages whole.
    pub resident: u64,
    /// KB; shared pages in parts.
    pub proportional: u64,
}

impl Cost {
    pub fn of(pid: u32) -> Self {
        let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
        let mut cost = Self::default();
        for task in tasks {
            let path = task.path();
            let read = |name: &str| fs::read_to_string(path.join(name)).unwrap_or_default();
            cost.threads += 1;
            cost.switches += number(&read("status"), "voluntary_ctxt_switches:")
                + number(&read("status"), "nonvoluntary_ctxt_switches:");
            let schedule = read("schedstat");
            let nanos = schedule.split_whitespace().next().and_then(|it| it.parse().ok());
            cost.cpu += Duration::from_nanos(nanos.unwrap_or(0));
        }
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let maps = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
        cost.resident = number(&status, "VmRSS:");
        cost.proportional = number(&maps, "Pss:");
        cost
    }
}

/// The number behind a line's name.
fn number(text: &str, name: &str) -> u64 {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.and_then(|it| it.split_whitespace().next()).and_then(|it| it.parse().ok()).unwrap_or(0)
}
