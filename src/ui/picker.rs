//! Draws [`Picker`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{picker::Picker, state::State};

pub(super) fn draw(_view: &Picker, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Picker, _state: &State) -> Words {
    Words::default()
}
