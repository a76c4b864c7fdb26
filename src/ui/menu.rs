//! Draws [`Menu`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{menu::Menu, state::State};

pub(super) fn draw(_view: &Menu, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Menu, _state: &State) -> Words {
    Words::default()
}
