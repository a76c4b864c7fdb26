//! Draws [`ExchangeView`].
use ratatui::layout::Rect;

use super::{Words, canvas::Canvas};
use crate::app::{exchange::ExchangeView, state::State};

pub(super) fn draw(_view: &ExchangeView, _state: &State, _area: Rect, _canvas: &mut Canvas<'_>) {}

pub(super) fn words(_view: &ExchangeView, _state: &State) -> Words {
    Words::default()
}
