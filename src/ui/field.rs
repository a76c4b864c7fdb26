//! Values as they are shown. SCREENS §7. They are made in `app`, so that views can lay them out once
//! when they arrive and not with every frame.
pub use crate::app::values::*;
