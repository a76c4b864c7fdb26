//! Draws [`Palette`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{palette::Palette, state::State};

pub(super) fn draw(_view: &Palette, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Palette, _state: &State) -> Words {
    Words::default()
}
