//! Values of each sort, made up.

use super::{Chance, sums};

pub(super) fn name(chance: &mut Chance) -> String {
    let first = chance
        .of(&["ann", "kim", "jo", "sam", "lena", "mika", "ravi", "noor", "olu", "tariq", "yuki", "zoe"]);
    let second =
        chance.of(&["lee", "berg", "costa", "novak", "khan", "sato", "okoro", "diaz", "moreau", "singh"]);
    let n = chance.below(90) + 10;
    match chance.below(5) {
        0 => format!("{first}.{second}"),
        1 => format!("{first}{n}"),
        2 => format!("{first}_{second}"),
        3 => format!("{first}-{second}{n}"),
        _ => format!("{first}{second}"),
    }
}

pub(super) fn host(chance: &mut Chance) -> String {
    chance
        .of(&[
            "example.com",
            "example.org",
            "mail.example.net",
            "example.co.uk",
            "shop.example",
            "team.test",
            "post.example.de",
        ])
        .to_owned()
}

/// An at and a dot in words.
const SPELT: [(&str, &str); 16] = [
    (" at ", " dot "),
    (" [at] ", " [dot] "),
    ("(at)", "(dot)"),
    (" AT ", " DOT "),
    (" {at} ", " {dot} "),
    ("[at]", "."),
    (" arroba ", " punto "),
    (" (arroba) ", " ponto "),
    (" собака ", " точка "),
    (" małpa ", " kropka "),
    (" chiocciola ", " punto "),
    (" arobase ", " point "),
    (" (ät) ", " punkt "),
    ("[@]", "[.]"),
    (" -at- ", " -dot- "),
    (" snabel-a ", " punkt "),
];

pub(super) fn spelt(chance: &mut Chance) -> String {
    let (name, host) = (name(chance), chance.of(&["example.com", "example.org", "mail.example.net"]));
    let (at, dot) = SPELT[chance.below(SPELT.len())];
    format!("{}{at}{}", name, host.replace('.', dot))
}

pub(super) fn national(chance: &mut Chance) -> String {
    let pattern = chance.of(&[
        "415-555-01xx",
        "(212) 555-01xx",
        "312.555.01xx",
        "020 7946 0xxx",
        "07700 900xxx",
        "01632 960xxx",
        "030 23125xxx",
        "0171-39200xx",
        "01 99 00 xx xx",
        "06 39 98 xx xx",
        "070-174 06xx",
        "02 5550 xxxx",
        "0491 570 xxx",
        "98765 4xxxx",
        "138 0013 8xxx",
        "(11) 95555-xxxx",
        "090-0000-xxxx",
        "010-0000-xxxx",
        "0555 555 xx xx",
        "050 555 xxxx",
        "081-555-xxxx",
        "500 555 xxx",
        "333 555 xxxx",
        "06 5555xxxx",
        "8 (495) 555-xx-xx",
        "612 34x xxx",
        "20 55 xx xx",
    ]);
    chance.fill(pattern)
}

pub(super) fn international(chance: &mut Chance) -> String {
    let pattern = chance.of(&[
        "+1 415 555 01xx",
        "+1 (212) 555-01xx",
        "+44 20 7946 0xxx",
        "+44 7700 900xxx",
        "+49 30 23125 xxx",
        "+49 (0)171 39200xx",
        "+33 6 39 98 xx xx",
        "+46 70 174 06 xx",
        "+61 491 570 xxx",
        "+91 98765 4xxxx",
        "+86 138 0013 8xxx",
        "+55 11 95555-xxxx",
        "+81 90 0000 xxxx",
        "+82 10-0000-xxxx",
        "+90 555 555 xx xx",
        "+966 50 555 xxxx",
        "+34 612 34x xxx",
        "+7 495 555-xx-xx",
        "0044 20 7946 0xxx",
        "+27 82 555 0xxx",
        "+254 700 000 xxx",
    ]);
    chance.fill(pattern)
}

pub(super) fn unbroken(chance: &mut Chance) -> String {
    let pattern = chance.of(&[
        "41555501xx",
        "0770090xxxx",
        "+4477009xxxxx",
        "9876543xxx",
        "13800138xxx",
        "06399800xx",
        "+1415555019x",
        "0171392xxxx",
        "11955551xxx",
    ]);
    chance.fill(pattern)
}

pub(super) fn card(chance: &mut Chance) -> String {
    let (prefix, length) =
        [("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("6011", 16), ("3528", 16), ("36", 14)]
            [chance.below(7)];
    let body = format!("{prefix}{}", chance.digits(length - 1 - prefix.len()));
    let number = sums::luhn(&body);
    let groups: &[usize] = if length == 16 {
        &[4, 4, 4, 4]
    } else if length == 15 {
        &[4, 6, 5]
    } else {
        &[4, 6, 4]
    };
    let separator = chance.of(&["", " ", "-", ""]);
    let mut from = 0;
    let pieces: Vec<&str> = groups
        .iter()
        .map(|n| {
            from += n;
            &number[from - n..from]
        })
        .collect();
    pieces.join(separator)
}

pub(super) fn account(chance: &mut Chance) -> String {
    let (country, account) = match chance.below(7) {
        0 => ("DE", chance.digits(18)),
        1 => ("GB", format!("WEST{}", chance.digits(14))),
        2 => ("NL", format!("ABNA{}", chance.digits(10))),
        3 => ("FR", chance.digits(23)),
        4 => ("ES", chance.digits(20)),
        5 => ("NO", chance.digits(11)),
        _ => ("PL", chance.digits(24)),
    };
    let whole = sums::iban(country, &account);
    if chance.below(2) == 0 {
        return whole;
    }
    whole
        .chars()
        .collect::<Vec<_>>()
        .chunks(4)
        .map(|it| it.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) const HEX: &str = "0123456789abcdef";
pub(super) const BASE62: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

pub(super) fn ipv4(chance: &mut Chance) -> String {
    format!("{}.{}", chance.of(&["192.0.2", "198.51.100", "203.0.113"]), chance.below(254) + 1)
}

pub(super) fn ipv6(chance: &mut Chance) -> String {
    match chance.below(3) {
        0 => format!(
            "2001:db8::{}:{}",
            chance.letters("123456789abcdef", 3),
            chance.letters("123456789abcdef", 4)
        ),
        1 => format!("2001:db8:{}::1", chance.letters("123456789", 4)),
        _ => (0..6)
            .fold("2001:db8".to_owned(), |all, _| format!("{all}:{}", chance.letters("123456789abcdef", 4))),
    }
}

pub(super) fn mac(chance: &mut Chance) -> String {
    let pairs: Vec<String> = (0..5).map(|_| chance.letters(HEX, 2)).collect();
    let separator = chance.of(&[":", "-"]);
    // The documentation range of RFC 7042 begins 00-00-5E; the last pair has a letter.
    format!("5e{separator}{}", pairs.join(separator))
}

pub(super) fn token(chance: &mut Chance) -> String {
    match chance.below(9) {
        0 => format!("AKIA{}", chance.letters("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)),
        1 => format!("ghp_{}", chance.letters(BASE62, 36)),
        2 => format!("xoxb-{}-{}-{}", chance.digits(12), chance.digits(12), chance.letters(BASE62, 24)),
        3 => format!("sk-{}", chance.letters(BASE62, 48)),
        4 => format!("AIza{}", chance.letters(BASE62, 35)),
        5 => format!("glpat-{}", chance.letters(BASE62, 20)),
        6 => format!("sk_live_{}", chance.letters(BASE62, 24)),
        7 => format!("hf_{}", chance.letters(BASE62, 34)),
        _ => format!("github_pat_{}_{}", chance.letters(BASE62, 22), chance.letters(BASE62, 59)),
    }
}

pub(super) fn jwt(chance: &mut Chance) -> String {
    format!(
        "eyJ{}.eyJ{}.{}",
        chance.letters(BASE62, 17),
        chance.letters(BASE62, 40),
        chance.letters(BASE62, 43)
    )
}

pub(super) fn pem(chance: &mut Chance) -> String {
    let what = chance.of(&["RSA PRIVATE KEY", "PRIVATE KEY", "OPENSSH PRIVATE KEY", "EC PRIVATE KEY"]);
    let body: Vec<String> = (0..3).map(|_| chance.letters(BASE62, 64)).collect();
    format!("-----BEGIN {what}-----\n{}\n-----END {what}-----", body.join("\n"))
}

pub(super) fn password(chance: &mut Chance) -> String {
    let word = chance.of(&["Hunter", "tiger", "blue-Sky", "Sommer", "qwerty", "kat"]);
    format!("{word}{}{}", chance.of(&["!", "#", "", "_", "$"]), chance.digits(4))
}

pub(super) fn tax_id(chance: &mut Chance) -> String {
    let body = format!("{}{}", chance.letters("123456789", 1), chance.digits(9));
    sums::tax_id(&body)
}

pub(super) fn birth(chance: &mut Chance) -> (usize, usize, usize) {
    (1950 + chance.below(50), 1 + chance.below(12), 1 + chance.below(28))
}
