//! Private values of every sort, and what people say around them.

use super::{
    Case, Chance, Half, Hidden,
    habits::{self, Habit},
    makers::{
        BASE62, account, birth, card, host, international, ipv4, ipv6, jwt, mac, name, national, password,
        pem, spelt, tax_id, token, unbroken,
    },
    sums,
};

/// A sort of value: how one is made up, and where it stands.
struct Sort {
    kind: &'static str,
    name: &'static str,
    make: fn(&mut Chance) -> String,
    /// Around it, with `{}` for the value: development, held out.
    around: [&'static [&'static str]; 2],
}

/// How many of each sort stand plainly, and how many in each habit that it is written in.
const PLAIN: usize = 12;
const HABITUAL: usize = 4;

/// Texts that hide a value or two.
pub fn made(half: Half, chance: &mut Chance) -> Vec<Case> {
    let habits = habits::of(half);
    let mut cases = Vec::new();
    for sort in SORTS {
        for _ in 0..PLAIN {
            let value = (sort.make)(chance);
            cases.push(case(sort, half, &value, "plain", chance));
        }
        for habit in habits.iter().filter(|it| it.is_of(sort.name)) {
            for _ in 0..HABITUAL {
                cases.extend(habitual(sort, half, habit, chance));
            }
        }
    }
    cases
}

fn habitual(sort: &Sort, half: Half, habit: &Habit, chance: &mut Chance) -> Option<Case> {
    let value = (sort.make)(chance);
    let written = habit.write(&value, chance)?;
    Some(case(sort, half, &written, habit.name, chance))
}

fn case(sort: &Sort, half: Half, value: &str, habit: &'static str, chance: &mut Chance) -> Case {
    let around = chance.of(sort.around[usize::from(half == Half::HeldOut)]).to_owned();
    let (before, after) = around.split_once("{}").expect("there is a place for it");
    // In a link the platform may stay, and marks around a value are none of it: only the name is private.
    let (before_it, value, after_it) = match value.split('\u{1}').collect::<Vec<_>>()[..] {
        [before, value, after] => (before, value, after),
        [before, value] => (before, value, ""),
        _ => ("", value, ""),
    };
    let (before, after) = (format!("{before}{before_it}"), format!("{after_it}{after}"));
    let start = before.chars().count() as u32;
    let hidden =
        Hidden { start, end: start + value.chars().count() as u32, kind: sort.kind, sort: sort.name, habit };
    Case { text: format!("{before}{value}{after}"), hidden: vec![hidden], about: "" }
}

const CONTACT: [&[&str]; 2] = [
    &[
        "Write to {} if you want one.",
        "{}",
        "Schreib mir an {}, ich antworte heute.",
        "contact: {} (after six)",
        "Selling my old bike, {} for more!",
        "escríbeme: {} gracias",
        "联系我{}谢谢",
        "メールは{}まで",
        "للتواصل {} اليوم",
        "пишите {} в любое время",
        "<p>Kontakt: {}</p>",
        "\"{}\"",
        "संपर्क करें {} धन्यवाद",
    ],
    &[
        "please get in touch, {} works best",
        "→ {} ←",
        "Mejl mig: {} så löser vi det",
        "Info ({}) – free entry",
        "gente, quem quiser: {} valeu",
        "{}\nbring your own cup",
        "문의는 {} 주세요",
        "בואו נדבר {} תודה",
        "詢問請洽{}",
        "liên hệ {} nhé",
        "[{}]",
        "napisz na {} dzisiaj",
        "ติดต่อ {} ได้เลย",
        "yazın: {}; hemen dönerim",
        "{} , or ask at the desk",
    ],
];

const PHONES: [&[&str]; 2] = [
    &[
        "Call {} now",
        "{}",
        "Ruf mich an: {}.",
        "my number is {} ok?",
        "WhatsApp {} para pedidos",
        "电话{}找我",
        "позвоните {} вечером",
        "اتصل {} الآن",
        "कॉल करें {} अभी",
        "tel. {}, ask for Kim",
        "<td>{}</td>",
        "sms: {}!",
    ],
    &[
        "ring {} after lunch",
        "Text me {}",
        "appelez le {} svp",
        "reach me on {}, or not",
        "ligar para {} até sexta",
        "お電話は{}へ",
        "телефонуйте {}",
        "전화 {} 주세요",
        "โทร {} ครับ",
        "chiamami al {} stasera",
        "Nummer: {}",
        "{} (mobile)",
        "bel {} voor info",
    ],
];

const TECHNICAL: [&[&str]; 2] = [
    &[
        "Failed login from {} at noon",
        "{}",
        "host={} up",
        "my machine is {}, ping it",
        "log: [{}] GET /",
        "сервер {} лежит",
        "seen at {}.",
    ],
    &[
        "blocked {} for spam",
        "ssh to {} and look",
        "({})",
        "client {} disconnected",
        "从{}登录",
        "la dirección {} responde",
        "who is {}?",
    ],
];

const SECRETS: [&[&str]; 2] = [
    &["here is it: {}", "{}", "use {} for now", "export KEY={}", "я оставил {} в чате", "don't tell: \"{}\""],
    &[
        "pasted by mistake {} sorry",
        "```\n{}\n```",
        "clave: {}",
        "config has '{}' in it",
        "的密钥是{}",
        "revoked {} yesterday",
    ],
];

const MONEY: [&[&str]; 2] = [
    &[
        "Send it to {} please",
        "{}",
        "Konto {} bei der Bank",
        "pague en {} hoy",
        "donate: {} thanks",
        "оплата на {} сегодня",
    ],
    &[
        "transfer to {} before Friday",
        "virement sur {} merci",
        "({})",
        "请转账到{}谢谢",
        "tip jar {}",
        "bonifico su {} entro lunedì",
    ],
];

const IDS: [&[&str]; 2] = [
    &["my papers say {} there", "{}", "ID: {}", "he posted {} in public", "número {} por favor"],
    &["it reads {} on the card", "({})", "document {} was shown", "numer {} w systemie", "证件{}已上传"],
];

const fn sort(
    kind: &'static str,
    name: &'static str,
    make: fn(&mut Chance) -> String,
    around: [&'static [&'static str]; 2],
) -> Sort {
    Sort { kind, name, make, around }
}

const SORTS: &[Sort] = &[
    sort("email", "email, plain", |it| format!("{}@{}", name(it), host(it)), CONTACT),
    sort(
        "email",
        "email, with a tag",
        |it| format!("{}+{}@{}", name(it), it.of(&["news", "shop", "2024"]), host(it)),
        CONTACT,
    ),
    sort("email", "email, spelt out", spelt, CONTACT),
    sort("email", "email, at an address", |it| format!("{}@[{}]", name(it), ipv4(it)), CONTACT),
    sort(
        "email",
        "email, of another script",
        |it| {
            it.of(&[
                "иван@пример.рф",
                "用户@例子.测试",
                "jürgen@bücher.example",
                "δοκιμή@παράδειγμα.δοκιμή",
                "ann@xn--fsq.test",
            ])
            .to_owned()
        },
        CONTACT,
    ),
    sort("phone", "phone, national", national, PHONES),
    sort("phone", "phone, international", international, PHONES),
    sort("phone", "phone, in one piece", unbroken, PHONES),
    sort("handle", "handle, at", |it| format!("@{}{}", name(it).replace('-', "_"), it.below(9)), CONTACT),
    sort(
        "handle",
        "handle, at another server",
        |it| {
            format!("@{}@{}", name(it).replace('-', "_"), it.of(&["social.example", "mastodon.example.org"]))
        },
        CONTACT,
    ),
    sort("handle", "handle, of a forum", |it| format!("{}{}", it.of(&["u/", "/u/"]), name(it)), CONTACT),
    sort("handle", "handle, with a number", |it| format!("{}#{}", name(it), it.digits(4)), CONTACT),
    sort(
        "handle",
        "handle, as a mention",
        |it| format!("<@{}{}>", it.of(&["", "!"]), it.letters("123456789", 18)),
        CONTACT,
    ),
    sort(
        "handle",
        "handle, in a link",
        |it| {
            format!(
                "{}\u{1}{}",
                it.of(&[
                    "t.me/",
                    "https://t.me/",
                    "instagram.com/",
                    "https://www.instagram.com/",
                    "https://x.com/",
                    "facebook.com/",
                    "https://github.com/",
                    "tiktok.com/@",
                    "https://www.reddit.com/user/",
                    "https://www.linkedin.com/in/",
                    "vk.com/"
                ]),
                name(it).replace('.', "")
            )
        },
        CONTACT,
    ),
    sort("iban", "account, IBAN", account, MONEY),
    sort("card", "card", card, MONEY),
    sort(
        "wallet",
        "wallet, Base58Check",
        |it| {
            let payload: Vec<u8> = (0..20).map(|_| it.below(256) as u8).collect();
            sums::base58check([0, 5, 48, 65][it.below(4)], &payload)
        },
        MONEY,
    ),
    sort(
        "wallet",
        "wallet, bech32",
        |it| {
            let mut data = vec![0];
            data.extend((0..32).map(|_| it.below(32) as u8));
            sums::bech32(it.of(&["bc", "ltc"]), &data)
        },
        MONEY,
    ),
    sort("wallet", "wallet, 0x", |it| format!("0x{}", it.letters("0123456789abcdef", 40)), MONEY),
    sort("ip", "address, v4", ipv4, TECHNICAL),
    sort("ip", "address, v6", ipv6, TECHNICAL),
    sort("mac", "address, of a card", mac, TECHNICAL),
    sort("secret", "secret, JWT", jwt, SECRETS),
    sort("secret", "secret, PEM", pem, SECRETS),
    sort("secret", "secret, by its prefix", token, SECRETS),
    sort(
        "secret",
        "secret, named",
        password,
        [
            &[
                "password: {}",
                "the wifi is guest, password={} ok",
                "pwd = \"{}\"",
                "Passwort: {} bitte merken",
                "пароль: {}",
                "密码：{}",
                "contraseña: {} gracias",
                "https://example.com/?token={}&x=1",
            ],
            &[
                "Password is {}",
                "{\"password\":\"{}\"}",
                "senha: {} obrigado",
                "mot de passe : {}",
                "api_key={}",
                "şifre: {}",
                "비밀번호: {}",
                "API-Key: {}",
                "PASS={} ./run",
                "wachtwoord: {}!",
            ],
        ],
    ),
    sort(
        "secret",
        "secret, bearer",
        |it| it.letters(BASE62, 32),
        [
            &["Authorization: Bearer {}", "curl -H 'Authorization: Bearer {}' https://example.com"],
            &[
                "authorization: bearer {}",
                "\"Authorization\": \"Bearer {}\",",
                "-H \"Authorization: Basic {}\"",
            ],
        ],
    ),
    sort(
        "secret",
        "secret, in a link",
        |it| format!("{}:{}", name(it), password(it).replace('#', "-")),
        [
            &["postgres://{}@db.example.com/main", "https://{}@example.com/x"],
            &[
                "ftp://{}@files.example.org",
                "git clone https://{}@git.example.net/a.git",
                "redis://{}@192.0.2.4:6379",
            ],
        ],
    ),
    sort(
        "national-id",
        "identity, Brazil",
        |it| {
            let number = sums::cpf(&it.digits(9));
            if it.below(2) == 0 {
                number
            } else {
                format!("{}.{}.{}-{}", &number[..3], &number[3..6], &number[6..9], &number[9..])
            }
        },
        [&["CPF {} aqui", "meu cpf: {}"], &["o CPF dele é {} viu", "cpf nº {}"]],
    ),
    sort("national-id", "identity, Spain", |it| sums::dni(&it.digits(8)), IDS),
    sort(
        "national-id",
        "identity, Germany",
        tax_id,
        [
            &["Steuer-ID: {}", "meine Steueridentifikationsnummer {} bitte"],
            &["steuerliche IdNr. {} angeben", "Steuer-Identifikationsnummer: {}"],
        ],
    ),
    sort(
        "national-id",
        "identity, Netherlands",
        |it| loop {
            if let Some(found) = sums::bsn(&format!("1{}", it.digits(7))) {
                return found;
            }
        },
        [&["BSN: {}", "mijn bsn is {} hoor"], &["burgerservicenummer {} graag", "sofinummer {}"]],
    ),
    sort(
        "national-id",
        "identity, India",
        |it| {
            let number = sums::aadhaar(&format!("{}{}", it.letters("23456789", 1), it.digits(10)));
            if it.below(2) == 0 {
                number
            } else {
                format!("{} {} {}", &number[..4], &number[4..8], &number[8..])
            }
        },
        [&["Aadhaar {} linked", "आधार नंबर {} है"], &["aadhar no. {}", "आधार: {}"]],
    ),
    sort(
        "national-id",
        "identity, China",
        |it| {
            let (year, month, day) = birth(it);
            sums::resident(&format!("110105{year}{month:02}{day:02}{}", it.digits(3)))
        },
        IDS,
    ),
    sort(
        "national-id",
        "identity, United States",
        |it| format!("{:03}-{:02}-{:04}", 100 + it.below(500), 1 + it.below(99), 1 + it.below(9998)),
        [&["SSN: {}", "her social is {} apparently"], &["social security number {}", "ssn {} leaked"]],
    ),
    sort(
        "national-id",
        "identity, Poland",
        |it| {
            let (year, month, day) = birth(it);
            sums::pesel(&format!("{:02}{month:02}{day:02}{}", year % 100, it.digits(4)))
        },
        [&["PESEL {} w aktach", "pesel: {}"], &["mój PESEL to {}", "numer PESEL {}"]],
    ),
    sort(
        "coordinates",
        "place",
        |it| {
            format!(
                "{}.{}{}{}{}.{}",
                10 + it.below(60),
                it.digits(4),
                it.letters("123456789", 1),
                it.of(&[", ", ",", " "]),
                10 + it.below(120),
                it.digits(4) + "7"
            )
        },
        [
            &["he lives at {} they say", "{}", "geo:{}", "https://maps.example.com/?q={}"],
            &["meet here {} at ten", "坐标{}附近", "({})", "coordenadas: {}"],
        ],
    ),
];
