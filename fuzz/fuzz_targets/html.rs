//! Any markup gives text, in bounded time.
#![no_main]
use ficha::text::html::to_text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|html: &str| {
    let _ = to_text(html, 76);
});
