//! Draws [`Form`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{form::Form, state::State};

pub(super) fn draw(_view: &Form, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Form, _state: &State) -> Words {
    Words::default()
}
