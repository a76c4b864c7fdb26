//! Draws [`Confirm`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{confirm::Confirm, state::State};

pub(super) fn draw(_view: &Confirm, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Confirm, _state: &State) -> Words {
    Words::default()
}
