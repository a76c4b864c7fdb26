//! What stands on a screen: its text, and a hash of its styles.
use ficha::text::{shown::is_harmful, width::cluster_width};
use ratatui::buffer::{Buffer, Cell};

/// The lines of the screen. A wide character stands once; blanks at the ends are cut, and so are
/// empty lines at the end.
pub fn text(buffer: &Buffer) -> String {
    let width = usize::from(buffer.area.width).max(1);
    let lines: Vec<String> = buffer.content.chunks(width).map(line).collect();
    lines.join("\n").trim_end().to_owned()
}

fn line(cells: &[Cell]) -> String {
    let (mut line, mut covered) = (String::new(), 0_usize);
    for cell in cells {
        if covered > 0 {
            covered -= 1;
            continue;
        }
        line.push_str(cell.symbol());
        covered = cluster_width(cell.symbol()).saturating_sub(1);
    }
    line.trim_end().to_owned()
}

/// Changes when a colour or an attribute of any cell does, and with nothing else (FNV-1a).
pub fn style_hash(buffer: &Buffer) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for cell in &buffer.content {
        let style = format!("{:?} {:?} {:?};", cell.fg, cell.bg, cell.modifier);
        for byte in style.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

/// Characters that must not reach a terminal, with the cell where each stands.
pub fn harmful(buffer: &Buffer) -> Vec<(usize, char)> {
    let cells = buffer.content.iter().enumerate();
    cells
        .flat_map(|(at, cell)| {
            cell.symbol().chars().filter(|c| is_harmful(*c)).map(move |c| (at, c))
        })
        .collect()
}
