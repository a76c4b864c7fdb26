//! A plain ratatui list: what key to screen costs with this library and nothing else. It formats
//! nothing, asks nobody, and builds only the rows that are seen: the cheapest list there can be.
use crossterm::event::{Event, KeyCode, KeyModifiers, read};
use ratatui::{
    Frame,
    layout::{Constraint, Layout},
    style::{Color, Modifier, Style},
    widgets::{List, ListState, Paragraph},
};

const ROWS: usize = 1_200;

pub fn run() {
    let rows = rows();
    let mut terminal = ratatui::init();
    let mut at = 0_usize;
    let mut top = 0_usize;
    let mut height = 1_usize;
    loop {
        let drawn = terminal.draw(|frame| (top, height) = draw(frame, &rows, at, top));
        let (Ok(_), Ok(event)) = (drawn, read()) else { break };
        let Event::Key(key) = event else { continue };
        at = match (key.code, key.modifiers) {
            (KeyCode::Char('j'), _) => (at + 1).min(ROWS - 1),
            (KeyCode::Char('k'), _) => at.saturating_sub(1),
            (KeyCode::Char('g'), _) => 0,
            (KeyCode::Char('b'), KeyModifiers::CONTROL) => at.saturating_sub(height),
            (KeyCode::Char('q'), _) => break,
            _ => at,
        };
    }
    ratatui::restore();
}

/// All rows, ready to be shown.
pub fn rows() -> Vec<String> {
    (0..ROWS).map(row).collect()
}

/// One frame; the first row on it, and how many it has.
pub fn draw(frame: &mut Frame<'_>, rows: &[String], at: usize, top: usize) -> (usize, usize) {
    let [list, status] =
        Layout::vertical([Constraint::Min(1), Constraint::Length(1)]).areas(frame.area());
    let height = usize::from(list.height).max(1);
    let top = top.clamp((at + 1).saturating_sub(height), at);
    let seen = rows.iter().skip(top).take(height).map(String::as_str);
    let cursor = Style::new().bg(Color::Rgb(0x36, 0x5a, 0x92)).add_modifier(Modifier::BOLD);
    let mut state = ListState::default().with_selected(Some(at - top));
    frame.render_stateful_widget(List::new(seen).highlight_style(cursor), list, &mut state);
    let words = format!(" {}–{} of {ROWS}", top + 1, (top + height).min(ROWS));
    frame.render_widget(Paragraph::new(words), status);
    (top, height)
}

/// As wide as ficha's list of contacts.
fn row(number: usize) -> String {
    let names = ["Anna García", "Bert Smith", "Clara Jansen", "Jennifer Okafor", "Zoe Müller"];
    let name = names.get(number % names.len()).copied().unwrap_or_default();
    format!(
        "  {name:<24} Acme Holding {:<12} someone{number}@acme.example   +49 30 {number:07}   2026-11-{:02}",
        number % 300,
        number % 28 + 1
    )
}
