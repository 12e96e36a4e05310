//! Who draws the page: the graphics card, or the processor where there is none.
//!
//! On Linux, WebKit draws through OpenGL wherever OpenGL is to be had. Without a card that is Mesa's imitation of one,
//! and an item takes twice as long to be seen as when WebKit's own code draws it, with more memory held.

use tauri::WebviewWindow;

#[cfg(not(target_os = "linux"))]
pub(crate) fn suit_machine(_: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// Has the page of `window` drawn without OpenGL where the machine has no card, and `CASEBOOK_OPENGL` is
/// not set: WebKit's driver takes no picture of a still page that is drawn so.
#[cfg(target_os = "linux")]
pub(crate) fn suit_machine(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    if std::env::var_os("CASEBOOK_OPENGL").is_some() || has_card(std::path::Path::new("/dev/dri")) {
        return Ok(());
    }
    window.with_webview(|it| {
        if let Some(settings) = WebViewExt::settings(&it.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

/// Whether `folder` is one in which Linux shows something that renders.
#[cfg(target_os = "linux")]
fn has_card(folder: &std::path::Path) -> bool {
    let Ok(cards) = std::fs::read_dir(folder) else { return false };
    cards.flatten().any(|it| it.file_name().to_string_lossy().starts_with("renderD"))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_card_is_what_renders() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(!has_card(&folder.path().join("none")));
        fs::write(folder.path().join("card0"), "").expect("a file");
        assert!(!has_card(folder.path()), "a screen without a renderer");
        fs::write(folder.path().join("renderD128"), "").expect("a file");
        assert!(has_card(folder.path()));
    }
}
