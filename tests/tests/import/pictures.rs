//! Pictures that come with items: only those in the folder, made anew, and bombs refused by their header.

use std::fs;

use casebook_core::remark::Remark;
use casebook_tests::said::Said as _;

use super::{Desk, refuses, refuses_at, sample, with_image};

#[test]
fn a_missing_picture_is_refused() {
    refuses(with_image("x", "none.png").as_bytes(), "none.png", "no such file");
    refuses(with_image("x", ".").as_bytes(), ".", "no file");
    refuses(with_image("x", "").as_bytes(), "", "relative");
    refuses(with_image("x", "ok.png\0").as_bytes(), "ok.png", "no such file");
}

#[test]
fn a_picture_outside_the_folder_is_refused() {
    let mut desk = Desk::new();
    fs::write(desk.folder.path().join("secret.png"), sample("card.png")).expect("a file beside the folder");
    refuses_at(&mut desk, with_image("x", "../secret.png").as_bytes(), "../secret.png", "outside the folder");
    refuses(with_image("x", "/etc/passwd").as_bytes(), "/etc/passwd", "relative");
    refuses(with_image("x", "../../../../../../etc/passwd").as_bytes(), "etc/passwd", "outside the folder");
}

#[cfg(unix)]
#[test]
fn a_link_out_of_the_folder_is_refused_and_one_inside_is_not() {
    let mut desk = Desk::new();
    fs::write(desk.folder.path().join("secret.png"), sample("card.png")).expect("a file beside the folder");
    std::os::unix::fs::symlink("../secret.png", desk.inbox().join("link.png")).expect("a link");
    std::os::unix::fs::symlink(desk.folder.path(), desk.inbox().join("up")).expect("a link");
    refuses_at(&mut desk, with_image("x", "link.png").as_bytes(), "link.png", "outside the folder");
    let mut desk = Desk::new();
    fs::write(desk.folder.path().join("secret.png"), sample("card.png")).expect("a file beside the folder");
    std::os::unix::fs::symlink(desk.folder.path(), desk.inbox().join("up")).expect("a link");
    refuses_at(&mut desk, with_image("x", "up/secret.png").as_bytes(), "up/secret.png", "outside the folder");
    let mut desk = Desk::new();
    desk.put("real.png", sample("card.png"));
    std::os::unix::fs::symlink("real.png", desk.inbox().join("link.png")).expect("a link");
    let path = desk.put("q.jsonl", with_image("x", "link.png"));
    assert_eq!(desk.import(&path).summary(), "1 imported");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let mut desk = Desk::new();
    let made =
        std::process::Command::new("mkfifo").arg(desk.inbox().join("p.png")).status().expect("mkfifo runs");
    assert!(made.success());
    refuses_at(&mut desk, with_image("x", "p.png").as_bytes(), "p.png", "no file");
}

#[test]
fn a_file_that_is_no_picture_is_refused_with_the_reason() {
    let mut desk = Desk::new();
    desk.put("text.png", "this is text");
    refuses_at(&mut desk, with_image("x", "text.png").as_bytes(), "text.png", "");
    let mut desk = Desk::new();
    desk.put("a.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic");
    refuses_at(
        &mut desk,
        with_image("x", "a.heic").as_bytes(),
        "a.heic",
        "HEIC picture: not read; save it as PNG",
    );
    let mut desk = Desk::new();
    desk.put("cut.png", &sample("card.png")[..60]);
    refuses_at(&mut desk, with_image("x", "cut.png").as_bytes(), "cut.png", "");
}

#[test]
fn half_a_picture_comes_in_and_says_that_it_is_half() {
    let mut desk = Desk::new();
    let whole = sample("card.png");
    desk.put("cut.png", &whole[..whole.len() / 2]);
    let path = desk.put("q.jsonl", with_image("x", "cut.png"));
    assert_eq!(desk.import(&path).summary(), "1 imported");
    let remarks = &desk.item("x").record.parts[0].remarks;
    let missing = remarks.iter().find_map(|it| match it {
        Remark::Incomplete { missing_permille } => *missing_permille,
        _ => None,
    });
    assert!(missing.is_some_and(|it| it > 0 && it < 1000), "{remarks:?}");
}

#[test]
fn what_a_file_holds_beyond_its_picture_is_counted_and_in_the_record() {
    let mut desk = Desk::new();
    let film = [&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], &[0; 2000]].concat();
    desk.put("plain.png", sample("card.png"));
    desk.put("motion.png", [sample("card.png"), film].concat());
    let path = desk
        .put("q.jsonl", [with_image("plain", "plain.png"), with_image("motion", "motion.png")].join("\n"));
    assert_eq!(desk.import(&path).summary(), "2 imported, 1 shown in part");
    let part = |id: &str| desk.item(id).record.parts[0].clone();
    assert_eq!(part("plain").remarks, []);
    let expected = [Remark::Behind { bytes: 2024, what: "MP4 film".into() }];
    assert_eq!(part("motion").remarks, expected, "one medium, and only one of its two files has more to it");
    assert_eq!(part("motion").sha256, part("plain").sha256);
    let recorded = serde_json::to_value(part("motion")).expect("a part is plain data");
    let remark = serde_json::json!([{"kind": "behind", "bytes": 2024, "what": "MP4 film"}]);
    assert_eq!(recorded["remarks"], remark);
    desk.is_sound();
}

#[test]
fn a_png_bomb_is_refused_by_its_header() {
    let mut desk = Desk::new();
    desk.put("bomb.png", bomb());
    refuses_at(&mut desk, with_image("x", "bomb.png").as_bytes(), "bomb.png", "pixels");
}

/// A PNG that says it is 60,000 × 60,000.
fn bomb() -> Vec<u8> {
    let mut header = b"IHDR".to_vec();
    header.extend(60_000_u32.to_be_bytes());
    header.extend(60_000_u32.to_be_bytes());
    header.extend([8, 6, 0, 0, 0]);
    let mut png = b"\x89PNG\r\n\x1a\n".to_vec();
    for chunk in [header, b"IDAT\x78\x9c\x63\x00\x00".to_vec(), b"IEND".to_vec()] {
        png.extend((chunk.len() as u32 - 4).to_be_bytes());
        png.extend(&chunk);
        png.extend(crc32(&chunk).to_be_bytes());
    }
    png
}

/// As the PNG specification defines it, annex D.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8)
            .fold(crc ^ u32::from(*byte), |it, _| if it & 1 == 1 { 0xedb8_8320 ^ (it >> 1) } else { it >> 1 })
    })
}

#[test]
fn a_picture_is_stored_anew_and_covered() {
    let mut desk = Desk::new();
    let original = sample("street.png");
    desk.put("img/street.png", &original);
    let path = desk.put("q.jsonl", with_image("x", "./img/../img/street.png"));
    assert_eq!(desk.import(&path).summary(), "1 imported");
    let item = desk.item("x");
    let sha256 = item.record.parts[0].sha256.as_deref().expect("a picture has a hash");
    let media = desk.store.media(sha256).expect("a look-up").expect("it is stored");
    assert_ne!(media.full, original, "the original never reaches the page");
    assert!(!media.covered.is_empty() && media.covered != media.full);
    assert_eq!(item.record.parts[0].width, media.width);
}
