//! What the agent of a device tells: its hardware, its patches, its programs (§7).

use super::pick;
use crate::demo::random::{Random, mix};
use crate::demo::syncro::shelf::Record;
use crate::demo::syncro::time;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What can be wrong: the flag, the alert's kind, the alert's words.
pub const TROUBLES: [(&str, &str, &str); 6] = [
    (
        "agent_offline_triggered",
        "Agent Offline",
        "Agent has been offline for more than 30 minutes.",
    ),
    (
        "low_hd_space_triggered",
        "Low Disk Space",
        "Drive C: has 3.1 GB (2 %) free of 237 GB.\nThe limit is 10 %.",
    ),
    (
        "no_av_triggered",
        "Antivirus",
        "No antivirus product is registered.\n<b>Action:</b> install one.",
    ),
    ("firewall_triggered", "Firewall", "ファイアウォールが無効です (Domain, Public)."),
    (
        "bsod_triggered",
        "Blue Screen",
        "0x0000009F DRIVER_POWER_STATE_FAILURE\n\u{1b}[31mminidump\u{1b}[0m: C:\\Windows\\Minidump\\112326-8578-01.dmp",
    ),
    (
        "smart_failure_triggered",
        "SMART Failure",
        "Reallocated sectors: 128 on /dev/sda (WDC WD10EZEX).",
    ),
];

/// `kabuto_information`: large, as real ones are.
pub fn information(name: &str, place: i64, now: Timestamp, random: &mut Random) -> Value {
    let ram = pick(random, &["8", "16", "32", "64"]);
    let address = format!("10.{}.{}.{}", place % 200, random.upto(250), 2 + random.upto(250));
    let mac = random.hex(12).to_uppercase();
    let maker = pick(random, &["Dell Inc.", "LENOVO", "HP", "FUJITSU", "自作 PC"]);
    let seen = time::local(time::later(now, -random.upto(3000)));
    json!({
        "general": {
            "name": name, "manufacturer": maker,
            "model": pick(random, &["Latitude 5440", "ThinkPad T14", "EliteDesk 800", "PRIMERGY RX2530"]),
            "form_factor": pick(random, &["Laptop", "Desktop", "Server"]),
            "domain": "WORKGROUP", "ip": address, "mac": mac,
        },
        "os": {
            "name": pick(random, &["Windows 11 Pro", "Windows 10 Pro", "Windows Server 2022", "macOS 15"]),
            "build": "22631", "os_architecture": "64-bit", "windows_release_version": "23H2",
            "last_boot_time": seen, "pending_reboot": random.chance(200),
        },
        "cpu": [{"name": "Intel(R) Core(TM) i7-1365U", "cores": 10, "speed": "1.80 GHz"}],
        "ram": [{"capacity": format!("{ram} GB"), "type": "DDR5", "slot": "DIMM A"}],
        "ram_gb": ram.parse::<i64>().unwrap_or(8),
        "hdd": [{"name": "C:", "size": "237 GB", "free": format!("{} GB", 3 + random.upto(200)), "smart": "OK"}],
        "network_adapters": [
            {
                "name": "Ethernet", "description": "Intel(R) Ethernet Connection (6) I219-V",
                "type": "ethernet", "ipv4": address, "ipv6": "fe80::1%8", "subnet": "255.255.0.0",
                "gateway": "", "dns1": "fec0:0:0:ffff::1%1", "dhcp_enabled": true,
                "physical_address": mac,
            },
            {
                "name": "Wi-Fi", "description": "Intel(R) Wi-Fi 6E AX211", "type": "wireless",
                "ipv4": "", "ipv6": "", "subnet": "", "gateway": "", "dns1": "",
                "dhcp_enabled": true, "physical_address": random.hex(12).to_uppercase(),
            },
        ],
        "last_user": pick(random, &["ROBOT-HOUSE\\ada", "misaki", "Gast", "בית\\noa"]),
        "last_synced_at": seen,
        "computer_uuid": format!("{}-{}", random.hex(8), random.hex(12)),
    })
}

fn has_agent(asset: &Record) -> bool {
    asset.at("properties").get("kabuto_information").is_some()
}

fn numbers(asset: &Record) -> Random {
    Random::new(mix(u64::try_from(asset.id).unwrap_or(0)))
}

/// The patches of a device: what is installed, and what is not.
pub fn patches(asset: &Record, now: Timestamp) -> (Vec<Value>, Vec<Value>) {
    if !has_agent(asset) {
        return (Vec::new(), Vec::new());
    }
    let random = &mut numbers(asset);
    let patch = |random: &mut Random, status: &str, when: &str| {
        let days = random.upto(90);
        let category =
            pick(random, &["Security Updates", "Critical Updates", "Updates", "Drivers"]);
        let kb = 5_020_000 + random.upto(90_000);
        let number = (category != "Drivers").then(|| format!("KB{kb}"));
        json!({
            "kb": number, "title": format!("{category} for Windows 11 Version 23H2 (KB{kb})"),
            "category": category, "status": status,
            when: time::kept(time::later(now, -days * 1440)),
        })
    };
    let installed = (0..3 + random.below(6))
        .map(|_| patch(random, "Recently Installed", "installed_at"))
        .collect();
    let kinds = [
        ("Missing Patches", "evaluated_at"),
        ("Failed Patches", "attempted_installation"),
        ("Rejected Patches", "rejected_at"),
    ];
    let count = if asset.id % 20 == 0 { 120 } else { random.below(12) };
    let available = (0..count)
        .map(|_| {
            let (status, when) = kinds.get(random.below(3)).copied().unwrap_or_default();
            patch(random, status, when)
        })
        .collect();
    (installed, available)
}

const PROGRAMS: [(&str, &str); 12] = [
    ("Google Chrome", "Google LLC"),
    ("Mozilla Firefox", "Mozilla"),
    ("7-Zip", "Igor Pavlov"),
    ("一太郎 2024", "株式会社ジャストシステム"),
    ("RoboCell Studio", "Robot House"),
    ("Microsoft 365 Apps", "Microsoft Corporation"),
    ("VLC media player", "VideoLAN"),
    ("LibreOffice", "The Document Foundation"),
    ("DATEV Rechnungswesen", "DATEV eG"),
    ("Emsisoft Anti-Malware", "Emsisoft"),
    ("Zoom", "Zoom Communications"),
    ("TeamViewer", "TeamViewer SE"),
];

/// The programs on a device.
pub fn applications(asset: &Record, now: Timestamp) -> Vec<Value> {
    if !has_agent(asset) {
        return Vec::new();
    }
    let random = &mut numbers(asset);
    let one = |(name, vendor): &(&str, &str)| {
        let version = format!("{}.{}.{}", 1 + random.upto(120), random.upto(10), random.upto(99));
        let day = time::day(time::later(now, -random.upto(700) * 1440));
        json!({"name": name, "vendor": vendor, "version": version, "installed_at": day})
    };
    PROGRAMS.iter().map(one).collect()
}
