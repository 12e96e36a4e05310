//! Passwords, tokens and keys: by how they begin, and by the name that stands before them.

use super::{
    glyph::is_spaceless,
    kind::Kind,
    reading::{BARRIER, key},
    scan::Scan,
};

/// Every secret.
pub(super) fn find(scan: &mut Scan) {
    blocks(scan);
    for start in scan.word_starts() {
        by_prefix(scan, start);
        bearer(scan, start);
    }
    in_links(scan);
    named(scan);
}

/// A PEM block, to its end or as far as it goes.
fn blocks(scan: &mut Scan) {
    let begin: Vec<char> = "-----BEGIN ".chars().collect();
    let mut at = 0;
    while at + begin.len() < scan.letters.len() {
        if scan.letters[at] != '-' || !scan.letters[at..].starts_with(&begin) {
            at += 1;
            continue;
        }
        let title = at + begin.len();
        let title = title + scan.run(title, 40, |it| it.is_ascii_uppercase() || it == ' ');
        let body = title + scan.run(title, 5, |it| it == '-');
        let inside = |it: char| it.is_ascii_alphanumeric() || it.is_whitespace() || "+/=\\:,_".contains(it);
        let mut end = body + scan.run(body, usize::MAX, inside);
        if scan.letters[end..].starts_with(&['-'; 5]) && scan.letters[end + 5..].starts_with(&['E', 'N', 'D'])
        {
            end += 5 + scan.run(end + 5, 45, |it| it.is_ascii_uppercase() || it == ' ');
            end += scan.run(end, 5, |it| it == '-');
        }
        if end >= body + 16 {
            scan.take(Kind::Secret, at, end);
        }
        at = end;
    }
}

/// How tokens of well-known makers begin, and how much follows at least.
const PREFIXES: [(&str, usize); 56] = [
    ("AKIA", 16),
    ("ASIA", 16),
    ("ghp_", 30),
    ("gho_", 30),
    ("ghu_", 30),
    ("ghs_", 30),
    ("ghr_", 30),
    ("github_pat_", 20),
    ("glpat-", 18),
    ("gldt-", 18),
    ("glrt-", 18),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("xoxa-", 16),
    ("xoxs-", 16),
    ("xoxr-", 16),
    ("xoxe-", 16),
    ("xapp-", 16),
    ("sk-", 20),
    ("sk_live_", 16),
    ("sk_test_", 16),
    ("rk_live_", 16),
    ("rk_test_", 16),
    ("pk_live_", 16),
    ("pk_test_", 16),
    ("whsec_", 16),
    ("AIza", 30),
    ("ya29.", 20),
    ("GOCSPX-", 20),
    ("npm_", 30),
    ("pypi-", 30),
    ("hf_", 24),
    ("SG.", 30),
    ("key-", 32),
    ("dop_v1_", 40),
    ("shpat_", 24),
    ("shpss_", 24),
    ("sq0atp-", 20),
    ("sq0csp-", 20),
    ("EAACEdEose0cBA", 10),
    ("AGE-SECRET-KEY-1", 40),
    ("xkeysib-", 40),
    ("lin_api_", 30),
    ("r8_", 30),
    ("gsk_", 30),
    ("dapi", 32),
    ("figd_", 30),
    ("tskey-", 16),
    ("sntrys_", 30),
    ("PMAK-", 30),
    ("nvapi-", 30),
    ("pat-", 30),
    ("AQVN", 30),
    ("hvs.", 24),
    ("xai-", 30),
    ("pplx-", 30),
];

fn is_token(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-.".contains(letter)
}

fn by_prefix(scan: &mut Scan, start: usize) {
    // The shortest is of twenty letters; most words are not looked at again.
    let is_long = scan.run(start, 17, |it| is_token(it) || it == ':') == 17;
    if !is_long || !scan.letters[start].is_ascii_alphanumeric() || scan.before(start) == Some('-') {
        return;
    }
    let head: String = scan.letters[start..].iter().take(16).collect();
    let is_jwt = head.starts_with("eyJ");
    let telegram = scan.letters[start].is_ascii_digit() && telegram(scan, start);
    let prefix = PREFIXES.iter().filter(|it| head.starts_with(it.0)).max_by_key(|it| it.0.len());
    if prefix.is_none() && !is_jwt && !telegram {
        return;
    }
    let mut end = start + scan.run(start, 4096, |it| is_token(it) || (telegram && it == ':'));
    while end > start && "-.".contains(scan.letters[end - 1]) {
        end -= 1;
    }
    let token = &scan.letters[start..end];
    let holds = match prefix {
        _ if telegram => true,
        Some((prefix, least)) => {
            let rest = &token[prefix.len().min(token.len())..];
            rest.len() >= *least && rest.iter().any(|it| it.is_ascii_digit() || it.is_ascii_uppercase())
        }
        None => token.split(|it| *it == '.').filter(|it| it.len() >= 4).count() >= 2 && token.len() >= 24,
    };
    if holds {
        scan.take(Kind::Secret, start, end);
    }
}

/// `123456789:AA…`, the token of a bot.
fn telegram(scan: &Scan, start: usize) -> bool {
    let n = scan.run(start, 11, |it| it.is_ascii_digit());
    (8..=10).contains(&n)
        && scan.letter(start + n) == Some(':')
        && (34..=36)
            .contains(&scan.run(start + n + 1, 40, |it| it.is_ascii_alphanumeric() || "_-".contains(it)))
}

/// `Bearer …`, and `Basic …` after `Authorization`.
fn bearer(scan: &mut Scan, start: usize) {
    let n = scan.run(start, 7, |it| it.is_ascii_alphabetic());
    let word = key(&scan.letters[start..start + n]);
    let is_told = match word.as_str() {
        "bearer" => true,
        "basic" | "token" | "digest" => scan.has_cue(start, 24, &["authorization"]),
        _ => return,
    };
    let from = start + n + scan.run(start + n, 3, |it| matches!(it, ' ' | ':' | '='));
    let end = from + scan.run(from, 4096, |it| is_token(it) || "~+/=".contains(it));
    let has_digit = scan.letters[from..end].iter().any(|it| it.is_ascii_digit() || *it == '=');
    if is_told && end >= from + 12 && from > start + n && (has_digit || end > from + 24) {
        scan.take(Kind::Secret, from, end);
    }
}

/// `https://name:password@host`, and `curl -u name:password`.
fn in_links(scan: &mut Scan) {
    for at in 0..scan.letters.len().saturating_sub(2) {
        let from = if scan.letters[at..].starts_with(&[':', '/', '/']) {
            at + 3
        } else if at > 0
            && scan.letters[at - 1..].starts_with(&['-', 'u', ' '])
            && scan.has_cue(at, 60, &["curl", "wget", "http"])
        {
            at + 2
        } else {
            continue;
        };
        let n = scan.run(from, 256, |it| !it.is_whitespace() && !"/?#\"'<>\0".contains(it));
        let said = &scan.letters[from..from + n];
        let user = match scan.letters[at] {
            ':' => said.iter().rposition(|it| *it == '@'),
            _ => Some(n),
        };
        let Some(user) = user else { continue };
        let colon = said[..user].iter().position(|it| *it == ':');
        if colon.is_some_and(|it| it + 1 < user) {
            scan.take(Kind::Secret, from, from + user);
        }
    }
}

/// Names of secrets, as they end; those that are only that as a whole word begin with a space.
const NAMES: [&str; 72] = [
    "password",
    "passwd",
    "passphrase",
    "passcode",
    "passwort",
    "kennwort",
    "contraseña",
    "contrasena",
    "clave",
    "senha",
    "mot de passe",
    "mdp",
    "wachtwoord",
    "lösenord",
    "losenord",
    "adgangskode",
    "passord",
    "salasana",
    "hasło",
    "haslo",
    "heslo",
    "jelszó",
    "jelszo",
    "parolă",
    "parola",
    "şifre",
    "sifre",
    "пароль",
    "парол",
    "пассворд",
    "كلمة المرور",
    "كلمة السر",
    "باسورد",
    "رمز عبور",
    "סיסמה",
    "סיסמא",
    "पासवर्ड",
    "পাসওয়ার্ড",
    "รหัสผ่าน",
    "mật khẩu",
    "kata sandi",
    "密码",
    "密碼",
    "口令",
    "密钥",
    "密鑰",
    "パスワード",
    "暗証番号",
    "비밀번호",
    "비번",
    "token",
    "secret",
    "secretkey",
    "apikey",
    "api key",
    "api_key",
    "api-key",
    "accesskey",
    "access_key",
    "access-key",
    "private_key",
    "encryption_key",
    "auth_key",
    " pwd",
    " pass",
    " pw",
    " sessionid",
    " pin",
    "verification code",
    "security code",
    "one-time code",
    " otp",
];

/// What stands there instead of a secret.
const NO_SECRETS: &str = " required incorrect wrong forgotten none null nil undefined true false string text number empty optional invalid reset \
    changed change expired weak strong protected missing unknown here below above optional hidden redacted removed default \
    enabled disabled yes no ok password passwort token secret value example changeme? ";

/// What follows the name of a secret and a sign between them.
fn named(scan: &mut Scan) {
    let mut at = 0;
    while at < scan.letters.len() {
        let sign = scan.letters[at];
        let is_sign = matches!(sign, ':' | '=' | ' ' | '是' | '为' | '為' | 'は');
        let may_follow = sign != ' ' || has_digit_ahead(scan, at);
        match (is_sign && may_follow).then(|| behind_name(scan, at)).flatten() {
            Some(end) => at = end.max(at + 1),
            None => at += 1,
        }
    }
}

/// Whether one of the next two words has a digit: without a sign between them, a word after a name is no secret.
fn has_digit_ahead(scan: &Scan, at: usize) -> bool {
    let mut words = 0;
    scan.letters[at + 1..]
        .iter()
        .take(60)
        .take_while(|it| {
            words += usize::from(it.is_whitespace());
            words < 3
        })
        .any(char::is_ascii_digit)
}

/// Between a name and what it is, without a sign.
const COPULAS: [&str; 14] =
    ["is", "ist", "es", "est", "è", "é", "=", ":", "это", "to", "jest", "är", "er", "là"];

/// Takes the secret behind the name that ends before `at`; gives where to look on.
fn behind_name(scan: &mut Scan, at: usize) -> Option<usize> {
    let mut end = at;
    while end > 0 && at - end < 3 && matches!(scan.letters[end - 1], ' ' | '"' | '\'' | '`' | ']' | '*') {
        end -= 1;
    }
    let near = key(&scan.letters[end.saturating_sub(24)..end]);
    let name = NAMES.iter().find(|it| {
        let whole = it.trim_start();
        near.ends_with(whole)
            && (whole.len() == it.len() || !near[..near.len() - whole.len()].ends_with(char::is_alphabetic))
    })?;
    let sign = scan.letters[at];
    let spaceless = name.chars().all(is_spaceless);
    let is_colon = matches!(sign, ':' | '=');
    let mut from = at + usize::from(is_colon || sign == ' ' || spaceless);
    let mut is_told = is_colon;
    if sign == ' ' {
        // `password is hunter2`, `пароль hunter2`.
        let word = scan.word_after(at);
        let colon = scan.run(at, 3, |it| it == ' ');
        if matches!(scan.letter(at + colon), Some(':' | '=')) {
            return None;
        }
        if COPULAS.contains(&word.as_str()) {
            from = at + scan.run(at, 2, |it| it == ' ') + word.chars().count();
            from += usize::from(matches!(scan.letter(from), Some(':')));
            is_told = true;
        }
    } else if !is_colon {
        if !spaceless {
            return None;
        }
        is_told = true;
    }
    from += scan.run(from.min(scan.letters.len()), 2, |it| matches!(it, ' ' | '>' | ':' | '='));
    let quote = scan.letter(from).filter(|it| matches!(it, '"' | '\'' | '`' | '“' | '«' | '‘'));
    let (start, end) = value(scan, from, quote)?;
    let attached = is_colon && from == at + 1;
    let assigns = sign == '=' && !attached && quote.is_none();
    let is_told =
        is_told && (is_colon || spaceless || scan.letters[start..end].iter().any(char::is_ascii_digit));
    is_secret(scan, start, end, is_told, attached || quote.is_some(), assigns).then_some(())?;
    scan.take(Kind::Secret, start, end).then_some(end)
}

/// Where a value begins and ends.
fn value(scan: &Scan, from: usize, quote: Option<char>) -> Option<(usize, usize)> {
    let start = from + usize::from(quote.is_some());
    if start >= scan.letters.len() {
        return None;
    }
    let in_link = scan.is_in_link(start);
    let closing = match quote {
        Some('“') => '”',
        Some('«') => '»',
        Some('‘') => '’',
        Some(it) => it,
        None => BARRIER,
    };
    let n = scan.run(start, 200, |it| match quote {
        Some(_) => it != closing && it != '\n' && it != BARRIER,
        None => {
            !(it.is_whitespace()
                || "\"'`<>;,)]}|\0".contains(it)
                || is_spaceless(it)
                || (in_link && matches!(it, '&' | '#')))
        }
    });
    let mut end = start + n;
    while end > start && quote.is_none() && matches!(scan.letters[end - 1], '.' | ':' | '…' | '?') {
        end -= 1;
    }
    (end >= start + 4).then_some((start, end))
}

/// Whether it looks like a secret: more than a word that says something of it.
fn is_secret(scan: &Scan, start: usize, end: usize, is_told: bool, is_near: bool, assigns: bool) -> bool {
    let said: String = scan.letters[start..end].iter().collect();
    let lower = said.to_lowercase();
    let first = said.chars().next().unwrap_or(' ');
    if NO_SECRETS.contains(&format!(" {lower} ")) || "<${%*[(/\\".contains(first) || said.contains(['(', '{'])
    {
        return false;
    }
    if said.chars().all(|it| it == first)
        || lower.starts_with("your")
        || lower.contains("your_")
        || lower.starts_with("xxx")
    {
        return false;
    }
    let has = |fits: fn(char) -> bool| said.chars().any(fits);
    let is_number = said.chars().all(|it| it.is_ascii_digit() || matches!(it, '.' | ','));
    if is_number {
        return is_told
            && said.len() >= 4
            && !said.contains(',')
            && !scan.has_cue(start, 12, &["token", "tokens"])
            || said.len() >= 8;
    }
    let is_mixed =
        has(|it| it.is_ascii_digit()) || has(|it| it.is_ascii_punctuation() && !".'-".contains(it));
    let is_cased = said.chars().skip(1).any(char::is_uppercase) && has(char::is_lowercase);
    if assigns {
        // A name of another thing in a program has no quotes around it.
        return is_mixed && !said.contains('.') && has(|it| it.is_ascii_digit());
    }
    if is_told && is_near && said.chars().count() >= 5 {
        return is_mixed || is_cased || !said.contains(' ');
    }
    let ends = scan.letter(end).is_none_or(|it| matches!(it, '\n' | '"' | '\''));
    (is_mixed && has(char::is_alphanumeric))
        || (is_told && is_cased)
        || (is_told && ends && said.chars().count() >= 5)
}
