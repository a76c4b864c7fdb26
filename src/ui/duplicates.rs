//! Draws [`Duplicates`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{duplicates::Duplicates, state::State};

pub(super) fn draw(_view: &Duplicates, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &Duplicates, _state: &State) -> Words {
    Words::default()
}
