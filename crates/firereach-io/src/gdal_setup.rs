//! What has to be said to GDAL once, before anything is asked of it.

use std::cell::RefCell;
use std::sync::Once;

/// The instant that GDAL writes wherever a format wants one, so that the same input gives the same bytes.
pub(crate) const FIXED_INSTANT: &str = "2000-01-01T00:00:00.000Z";

/// How many of GDAL's messages one thread remembers.
const MOST_MESSAGES: usize = 100;

thread_local! {
    static MESSAGES: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// Keeps GDAL from printing (its messages come back as errors and by [`take_messages`]), and gives it a fixed clock.
pub(crate) fn prepare_gdal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gdal::config::set_error_handler(|_, _, text| remember(text.trim()));
        for (key, value) in [("OGR_CURRENT_DATE", FIXED_INSTANT), ("GDAL_PAM_ENABLED", "NO")] {
            // Both strings are plain ASCII without a zero byte, the only thing this can fail for.
            let _ = gdal::config::set_config_option(key, value);
        }
    });
}

fn remember(text: &str) {
    MESSAGES.with_borrow_mut(|messages| {
        // A null shape is no event; it is counted where it is read.
        if messages.len() < MOST_MESSAGES && !text.contains("'hGeom' is NULL") && !messages.iter().any(|m| m == text) {
            messages.push(text.to_owned());
        }
    });
}

/// What GDAL said on this thread since the last call, each message once.
pub(crate) fn take_messages() -> Vec<String> {
    MESSAGES.with_borrow_mut(std::mem::take)
}
