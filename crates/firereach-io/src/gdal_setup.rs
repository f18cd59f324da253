//! What has to be said to GDAL once, before anything is asked of it.

use std::sync::Once;

/// The instant that GDAL writes wherever a format wants one, so that the same input gives the same bytes.
pub(crate) const FIXED_INSTANT: &str = "2000-01-01T00:00:00.000Z";

/// Keeps GDAL from printing (its messages come back as errors), and gives it a fixed clock.
pub(crate) fn prepare_gdal() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        gdal::config::set_error_handler(|_, _, _| {});
        for (key, value) in [("OGR_CURRENT_DATE", FIXED_INSTANT), ("GDAL_PAM_ENABLED", "NO")] {
            // Both strings are plain ASCII without a zero byte, the only thing this can fail for.
            let _ = gdal::config::set_config_option(key, value);
        }
    });
}
