//! Key after key: how long each took to be seen, and how much was written for it.
use std::{thread, time::Duration};

use super::{process::Cost, window::Window};

/// What many presses of a key cost.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    took: Vec<Duration>,
    pressed: u32,
    bytes: u64,
    cpu: Duration,
}

impl Keys {
    /// So many times, with pauses of 20 to 37 ms that follow no frame's beat.
    pub fn press(&mut self, window: &mut Window, key: &[u8], times: usize) {
        let (bytes, cost) = (window.bytes(), Cost::of(window.pid()));
        for _ in 0..times {
            self.pressed += 1;
            self.took.extend(window.press(key));
            let pause = 20_000 + u64::from(self.pressed) * 7_919 % 17_000;
            thread::sleep(Duration::from_micros(pause));
        }
        self.bytes += window.bytes() - bytes;
        self.cpu += Cost::of(window.pid()).cpu.saturating_sub(cost.cpu);
    }

    /// That share of the keys took no longer, ms.
    pub fn share(&self, percent: usize) -> f64 {
        let mut sorted = self.took.clone();
        sorted.sort_unstable();
        let last = sorted.len().saturating_sub(1);
        sorted.get(last * percent / 100).map_or(f64::NAN, |it| it.as_secs_f64() * 1_000.0)
    }

    /// Presses that changed nothing.
    pub fn missed(&self) -> usize {
        self.pressed as usize - self.took.len()
    }

    pub fn bytes_a_key(&self) -> u64 {
        self.bytes / u64::from(self.pressed.max(1))
    }

    /// Of all its threads, µs.
    pub fn cpu_a_key(&self) -> u128 {
        self.cpu.as_micros() / u128::from(self.pressed.max(1))
    }
}
