//! `./dev pictures`: the pictures in `docs/pictures`, made in the real window on the samples.
//!
//! Needs both encoders, so that the pictures show real scores. Writes PNG files into the
//! folder named by the first argument.

#[cfg(target_os = "linux")]
mod linux {
    use std::{
        fs,
        path::{Path, PathBuf},
        process::Command,
    };

    use casebook_learn::recipe;
    use casebook_tests::window::{ENGLISH, Screen, Window, lend_model, program};

    /// The item whose picture is taken: mild, and with enough to say about it.
    const ITEM: &str = "post-0053";
    const WORDS: &str = "insulin";
    const CLAUSE: &str = "MI-1";
    /// Shows the preview, once it is there.
    const PREVIEWED: &str = "document.querySelector('pre')?.closest('section').scrollIntoView();
        return document.querySelector('pre') !== null";
    /// Shows what was measured.
    const MEASURED: &str = "document.querySelector('main table[class]:has(caption)')?.scrollIntoView();
        return document.querySelector('#threshold-title') !== null";
    /// Whether something is said at the edge of the window.
    const SAID: &str = "return document.querySelectorAll('footer .note:not(.empty)').length";

    pub async fn main() {
        let to = PathBuf::from(std::env::args().nth(1).expect("a folder for the pictures is named"));
        fs::create_dir_all(&to).expect("the folder can be made");
        let home = tempfile::tempdir().expect("a folder of our own");
        let data = home.path().join("data/casebook");
        fs::create_dir_all(&data).expect("the folder is writable");
        // As `./dev run` leaves a machine, but for a language model, which would have every reveal wait for it.
        for id in [recipe::ENCODER, ENGLISH] {
            assert!(lend_model(&data, id), "{id} is not installed");
        }
        let case = home.path().join("samples.casebook");
        let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../samples/items.jsonl");
        casebook(&data, &["new", &text(&case)]);
        casebook(&data, &["import", &text(&case), &text(&samples)]);
        casebook(&data, &["score", &text(&case)]);
        let screen = Screen::start(home.path());
        let window = screen.open(&[&text(&case), "--reviewer", "Ada"]).await;
        before(&window, &to).await;
        after(&window, &to).await;
        for (key, name) in [
            ("Alt+i", "items"),
            ("Alt+2", "data"),
            ("Alt+m", "models"),
            ("Alt+3", "policy"),
            ("Alt+4", "queues"),
            ("Alt+5", "start"),
        ] {
            window.press(&[key]).await;
            window
                .until("return document.querySelectorAll('main *').length", |it| it.as_u64() > Some(10))
                .await;
            if name == "data" {
                window.press(&["V"]).await;
                window.until(PREVIEWED, |it| it == true).await;
            }
            if name == "models" {
                window.press(&["J"]).await;
                window.until(MEASURED, |it| it == true).await;
            }
            all(&window, &to, name).await;
        }
        window.close().await;
    }

    async fn before(window: &Window, to: &Path) {
        window.sees("What would you do").await;
        window.press(&["Ctrl+k"]).await;
        window.write(WORDS).await;
        window.sees(ITEM).await;
        window.press(&["Enter"]).await;
        window
            .until("return document.querySelector('dialog, [role=dialog]') === null", |it| it == true)
            .await;
        window.sees(ITEM).await;
        window.press(&["L"]).await;
        window.write("medic").await;
        window
            .until("return document.querySelectorAll('[role=option]').length", |it| it.as_u64() > Some(0))
            .await;
        all(window, to, "review-blind").await;
        window.press(&["Escape"]).await;
    }

    /// Remove under the medical clause, fairly sure; two steps right, the third wrong.
    async fn after(window: &Window, to: &Path) {
        window.decide("4", CLAUSE, "Shift+3").await;
        window.press(&["Ctrl+Enter"]).await;
        window.sees("first impression recorded").await;
        window.until("return document.querySelectorAll('li.step').length", |it| it.as_u64() > Some(3)).await;
        window.press(&["Y", "Y", "N"]).await;
        all(window, to, "review").await;
        // Recorded, so that a preview of an export has a row to show.
        window.press(&["Ctrl+Enter"]).await;
        window.until("return document.querySelectorAll('li.step').length", |it| it == 0).await;
        window.until(SAID, |it| it.as_u64() > Some(0)).await;
    }

    /// One screen, dark and light, wide and narrow.
    async fn all(window: &Window, to: &Path, name: &str) {
        for (width, height) in [(1440, 900), (1024, 700)] {
            window.resize(width, height).await;
            for theme in ["dark", "light"] {
                window.paint(theme).await;
                let size = if width == 1440 { String::new() } else { format!("-{width}x{height}") };
                let file = to.join(format!("{name}-{theme}{size}.png"));
                fs::write(&file, window.picture().await).expect("the folder is writable");
                println!("{}", file.display());
            }
        }
        window.resize(1440, 900).await;
    }

    fn casebook(home: &Path, args: &[&str]) {
        let ran = Command::new(program("casebook"))
            .args(["--reviewer", "Ada", "--home"])
            .arg(home)
            .args(args)
            .status()
            .expect("the command line starts");
        assert!(ran.success(), "casebook {args:?}");
    }

    fn text(path: &Path) -> String {
        path.to_string_lossy().into_owned()
    }
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() {
    linux::main().await;
}

#[cfg(not(target_os = "linux"))]
fn main() {
    eprintln!("pictures are made on Linux");
}
