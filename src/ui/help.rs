//! Draws [`Help`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{help::Help, state::State};

pub(super) fn draw(_view: &Help, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Help, _state: &State) -> Words {
    Words::default()
}
