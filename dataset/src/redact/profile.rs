//! Who somebody is elsewhere: links to profiles, and names after the name of a platform.
//!
//! In a link only the name goes, so that what the link leads to can still be read.

use super::{
    address::{LONGEST, belongs},
    glyph::{is_spaceless, is_word},
    kind::Kind,
    reading::key,
    scan::{Scan, has_word},
};

/// A host and what stands before the name in its paths; with a sign that belongs to the path.
const PLATFORMS: [(&str, &[&str]); 45] = [
    ("t.me", &["", "s/"]),
    ("telegram.me", &[""]),
    ("telegram.dog", &[""]),
    ("instagram.com", &["", "stories/"]),
    ("threads.net", &["@"]),
    ("threads.com", &["@"]),
    ("twitter.com", &["", "@"]),
    ("x.com", &["", "@"]),
    ("facebook.com", &["profile.php?id=", "people/", ""]),
    ("fb.com", &["profile.php?id=", ""]),
    ("fb.me", &[""]),
    ("m.me", &[""]),
    ("tiktok.com", &["@"]),
    ("youtube.com", &["@", "user/", "c/", "channel/"]),
    ("snapchat.com", &["add/", "@"]),
    ("reddit.com", &["user/", "u/"]),
    ("github.com", &[""]),
    ("gitlab.com", &[""]),
    ("bitbucket.org", &[""]),
    ("codeberg.org", &[""]),
    ("linkedin.com", &["in/"]),
    ("vk.com", &[""]),
    ("vk.ru", &[""]),
    ("ok.ru", &["profile/", ""]),
    ("weibo.com", &["u/", "n/", ""]),
    ("bsky.app", &["profile/"]),
    ("pinterest.com", &[""]),
    ("twitch.tv", &[""]),
    ("discord.com", &["users/"]),
    ("discordapp.com", &["users/"]),
    ("medium.com", &["@"]),
    ("onlyfans.com", &[""]),
    ("patreon.com", &[""]),
    ("paypal.me", &[""]),
    ("paypal.com", &["paypalme/"]),
    ("cash.app", &["$"]),
    ("venmo.com", &["u/", ""]),
    ("soundcloud.com", &[""]),
    ("steamcommunity.com", &["id/", "profiles/"]),
    ("line.me", &["ti/p/~", "ti/p/"]),
    ("keybase.io", &[""]),
    ("ko-fi.com", &[""]),
    ("linktr.ee", &[""]),
    ("douyin.com", &["user/"]),
    ("kuaishou.com", &["profile/"]),
];

/// First pieces of paths that are no name.
const NO_NAMES: &str = " share intent hashtag search watch p reel reels explore about login signup joinchat help home settings privacy tos \
    terms features pricing events groups marketplace gaming tv stories i tags topics trending sponsors orgs notifications \
    messages addstickers proxy iv c s jobs policies legal support download business developers docs blog feed directory \
    popular collections issues pulls apps security enterprise new photo photos video videos album wall status profile.php \
    sharer sharer.php dialog plugins tr pages watchlist discover stations charts you upload terms-of-use ";

/// Names in links, numbers in `wa.me`, identifiers of Bluesky.
pub(super) fn find(scan: &mut Scan) {
    for start in scan.word_starts() {
        let n = scan.run(start, 24, |it| it.is_ascii_alphanumeric() || ".-".contains(it));
        if !matches!(scan.letter(start + n), Some('/' | ':')) {
            continue;
        }
        let host = key(&scan.letters[start..start + n]);
        if scan.letter(start + n) == Some('/') && n > 3 {
            in_link(scan, &host, start + n + 1);
        } else if scan.letter(start + n) == Some(':')
            && matches!(host.as_str(), "did" | "skype" | "tg" | "callto")
        {
            identifier(scan, start, &host);
        }
    }
    named(scan);
}

fn in_link(scan: &mut Scan, host: &str, from: usize) {
    let bare = ["www.", "m.", "mobile.", "web.", "old.", "en.", "de.", "ru."]
        .iter()
        .find_map(|it| host.strip_prefix(it));
    let host = bare.unwrap_or(host);
    if host == "wa.me" || host == "api.whatsapp.com" || host == "viber.click" {
        let n = scan.run(from, 40, |it| it.is_ascii_alphabetic() || "?=+/".contains(it));
        let end = from + n + scan.run(from + n, 16, |it| it.is_ascii_digit());
        if end >= from + n + 7 {
            let digits = scan.letters[from + n..end].iter().collect();
            scan.take_as(Kind::Phone, from + n, end, digits);
        }
        return;
    }
    let Some((_, paths)) = PLATFORMS
        .iter()
        .find(|it| it.0 == host || host.strip_suffix(it.0).is_some_and(|it| it.ends_with('.')))
    else {
        return;
    };
    let ahead = key(&scan.letters[from..scan.letters.len().min(from + 24)]);
    let Some(path) = paths.iter().filter(|it| ahead.starts_with(**it)).max_by_key(|it| it.len()) else {
        return;
    };
    let start = from + path.chars().count();
    let is_sign = start > from && matches!(scan.letters[start - 1], '@' | '$');
    let start = if is_sign { start - 1 } else { start };
    let first = start + usize::from(is_sign);
    let script = scan.letter(first).unwrap_or(' ');
    let fits = |it: char| (it.is_alphanumeric() || "_.-%".contains(it)) && belongs(it, script);
    let mut end = first + scan.run(first, LONGEST, fits);
    while end > first && ".-".contains(scan.letters[end - 1]) {
        end -= 1;
    }
    let name = key(&scan.letters[first..end]);
    let is_name = end >= first + 2 && !(path.is_empty() && NO_NAMES.contains(&format!(" {name} ")));
    if is_name && !(path.is_empty() && scan.letter(end) == Some('?') && name.len() < 3) {
        scan.take_as(Kind::Handle, start, end, format!("@{name}"));
    }
}

/// `did:plc:…`, `skype:name`, `tg://resolve?domain=name`.
fn identifier(scan: &mut Scan, start: usize, scheme: &str) {
    let from = start + scheme.len() + 1;
    let rest = key(&scan.letters[from..scan.letters.len().min(from + 24)]);
    let skip = match scheme {
        "did" if rest.starts_with("plc:") || rest.starts_with("web:") => 4,
        "tg" => match rest.find("domain=") {
            Some(at) => at + 7,
            None => return,
        },
        "skype" | "callto" => usize::from(rest.starts_with(' ')),
        _ => return,
    };
    let first = from + skip;
    let mut end = first + scan.run(first, LONGEST, |it| it.is_ascii_alphanumeric() || "_.-:".contains(it));
    while ".-:".contains(scan.letters[end - 1]) {
        end -= 1;
    }
    if end >= first + 4 {
        let name = key(&scan.letters[first..end]);
        scan.take_as(Kind::Handle, first, end, format!("@{name}"));
    }
}

/// What people write a name of their own behind.
const CUES: [&str; 47] = [
    "instagram",
    "insta",
    "ig",
    "snapchat",
    "snap",
    "telegram",
    "tg",
    "telega",
    "kik",
    "skype",
    "discord",
    "twitter",
    "tiktok",
    "tik tok",
    "facebook",
    "fb",
    "wechat",
    "weixin",
    "vx",
    "wx",
    "qq",
    "line id",
    "line",
    "kakao",
    "kakaotalk",
    "viber",
    "signal",
    "threema",
    "onlyfans",
    "cashapp",
    "cash app",
    "venmo",
    "paypal",
    "reddit",
    "username",
    "user name",
    "nick",
    "инстаграм",
    "инста",
    "телеграм",
    "телега",
    "тг",
    "вк",
    "إنستا",
    "انستا",
    "سناب",
    "تيليجرام",
];

/// The same in scripts without spaces.
const SPACELESS: [&str; 14] = [
    "微信号",
    "微信",
    "威信",
    "加薇",
    "薇信",
    "扣扣",
    "加Q",
    "加q",
    "카톡 아이디",
    "카톡",
    "카카오톡",
    "라인",
    "ライン",
    "インスタ",
];

/// `insta: ann_k`, `微信号 ann_k`.
fn named(scan: &mut Scan) {
    let mut at = 0;
    while at < scan.letters.len() {
        // A name begins here where a cue ends before the signs in front of it.
        let is_start = scan.letters[at].is_ascii_alphanumeric()
            && !scan.before(at).is_some_and(|it| it.is_ascii_alphanumeric() || "_.-@/#".contains(it));
        if !is_start || scan.is_in_link(at) {
            at += 1;
            continue;
        }
        let mut end = at + scan.run(at, LONGEST, |it| it.is_ascii_alphanumeric() || "_.-:#".contains(it));
        while ".-:#".contains(scan.letters[end - 1]) {
            end -= 1;
        }
        take_named(scan, at, end);
        at = end.max(at + 1);
    }
}

/// Takes the name in `at..end` where a cue stands before it and it is no other word.
fn take_named(scan: &mut Scan, at: usize, end: usize) {
    let name = &scan.letters[at..end];
    let is_odd = name.iter().any(|it| it.is_ascii_digit() || "_.".contains(*it));
    let ends = scan.letter(end).is_none_or(|it| "\n,;).!|/".contains(it) || is_spaceless(it));
    // Most words are neither odd nor the last of what is said: cues are not looked for.
    if name.len() < 4 || !(is_odd || ends) {
        return;
    }
    let Some(is_said) = cue(scan, at) else { return };
    let is_word = name.iter().all(char::is_ascii_lowercase) && NO_NICKS.contains(&format!(" {} ", key(name)));
    let is_name = is_odd && name.iter().any(char::is_ascii_alphabetic);
    if !is_word && (is_name || (is_said && ends) || is_number(scan, at, name)) {
        let key = format!("@{}", key(name));
        scan.take_as(Kind::Handle, at, end, key);
    }
}

/// What follows a cue and is no name.
const NO_NICKS: &str = " same here only please below above this that link page story post account name video photo live soon none null true \
    false required unknown invalid ";

/// Whether `name` is a number of QQ, where its name stands before it.
fn is_number(scan: &Scan, at: usize, name: &[char]) -> bool {
    (5..=11).contains(&name.len())
        && name.iter().all(char::is_ascii_digit)
        && scan.has_cue(at, 8, &["qq", "扣扣", "加q"])
}

/// Whether a cue stands right before `at`; true where a colon, an equals sign or an “is” says so.
fn cue(scan: &Scan, at: usize) -> Option<bool> {
    let mut end = at;
    let mut is_said = false;
    while end > 0 && at - end < 4 && !is_word(scan.letters[end - 1]) && scan.letters[end - 1] != '\n' {
        is_said |= matches!(scan.letters[end - 1], ':' | '=' | '→' | '>');
        if !matches!(scan.letters[end - 1], ':' | '=' | '→' | '>' | ' ' | '-' | '@' | '–' | '(') {
            return None;
        }
        end -= 1;
    }
    let mut near = key(&scan.letters[end.saturating_sub(20)..end]);
    for copula in [" is", " ist", " es", " est", " id", "是", "は", "為", "为", " handle"] {
        if let Some(cut) = near.strip_suffix(copula) {
            is_said |= copula != " id";
            near.truncate(cut.trim_end().len());
        }
    }
    let spaceless = SPACELESS.iter().any(|it| near.ends_with(it));
    let worded = CUES.iter().any(|it| {
        near.ends_with(it) && has_word(&near[near.len() - it.len()..], it) && {
            let before = near[..near.len() - it.len()].chars().next_back();
            !before.is_some_and(|it| it.is_alphanumeric() && !is_spaceless(it))
        }
    });
    ((worded && end < at) || spaceless).then_some(is_said || spaceless)
}
