//! Draws [`Connect`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{connect::Connect, state::State};

pub(super) fn draw(_view: &Connect, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Connect, _state: &State) -> Words {
    Words::default()
}
