//! Draws [`Detail`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{detail::Detail, state::State};

pub(super) fn draw(_view: &Detail, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Detail, _state: &State) -> Words {
    Words::default()
}
