//! Draws [`ConflictView`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{conflict::ConflictView, state::State};

pub(super) fn draw(_view: &ConflictView, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &ConflictView, _state: &State) -> Words {
    Words::default()
}
