//! What looks as if it were private and is not.

use super::{Case, Chance, Half, sums};

/// How many of each sort.
const EACH: usize = 16;

/// Texts with nothing private in them.
pub fn made(half: Half, chance: &mut Chance) -> Vec<Case> {
    let around = match half {
        Half::Development => DEVELOPMENT,
        Half::HeldOut => HELD_OUT,
    };
    let mut cases = Vec::new();
    for (about, make) in SORTS {
        for _ in 0..EACH {
            let said = make(chance);
            let text = chance.of(around).replace("{}", &said);
            cases.push(Case::innocent(text, about));
        }
    }
    cases
}

const DEVELOPMENT: &[&str] = &[
    "so {} it is",
    "{}",
    "Das war {} gestern.",
    "we saw {} there",
    "с {} всё ясно",
    "这是{}吧",
    "({})",
    "hoy {} y nada más",
];

const HELD_OUT: &[&str] = &[
    "it said {} on the sign",
    "{}!",
    "ainsi {} hier soir",
    "vi {} ontem",
    "昨日は{}でした",
    "[{}] is all",
    "och {} till slut",
    "انظر {} هنا",
    "\"{}\", she read",
    "{} ?",
];

type Make = fn(&mut Chance) -> String;

const SORTS: &[(&str, Make)] = &[
    ("a price", |it| {
        let n = it.digits(3);
        let pattern = it.of(&["$x,", "€ x.", "₹x,", "£x,"]);
        let end = it.of(&["", ".00", ",50"]);
        format!("{}{n}{end}", it.fill(pattern))
    }),
    ("a price with its currency behind", |it| {
        let pattern = it.of(&["1xx xxx xxx", "1x.xxx.xxx", "9xxxxxxx", "3xxxxx"]);
        it.fill(pattern) + it.of(&[" €", " USD", " руб", "円", " kr", " pesos"])
    }),
    ("years", |it| {
        let pattern =
            it.of(&["19xx-20xx", "19xx/20xx", "19xx, 19xx, 20xx", "in 19xx or 20xx", "19xx–19xx–20xx"]);
        it.fill(pattern)
    }),
    ("a date", |it| {
        let pattern = it.of(&[
            "20xx-11-1x",
            "1x.11.20xx",
            "1x/10/20xx",
            "20xx年11月1x日",
            "11/1x/xx",
            "1x. 11. 20xx",
            "20xx1012",
            "20xx/10/1x",
        ]);
        it.fill(pattern)
    }),
    ("a moment", |it| {
        let pattern = it.of(&[
            "20xx-11-1xT10:3x:4xZ",
            "20xx-10-1x 10:3x:4x.xxx",
            "1x.11.20xx 1x:30",
            "1x:3x-1x:4x",
            "11/1x/20xx 10:2x:1x PM",
            "UTC+02:00 1x:15",
        ]);
        it.fill(pattern)
    }),
    ("seconds since 1970", |it| {
        let pattern = it.of(&["17xxxxxxxx", "17xxxxxxxxxxx", "t=16xxxxxxxx"]);
        it.fill(pattern)
    }),
    ("a version", |it| {
        let pattern = it.of(&[
            "v1.x.x",
            "version 10.0.xxxxx.1xxx",
            "Chrome/12x.0.6xxx.1xx",
            "1.x.x-rc.x",
            "release 5.1.0.2x",
            "v2.3.4.1x",
            "build 19xxx.3xxx.7",
            "0.2x.x",
        ]);
        it.fill(pattern)
    }),
    ("a package and its version", |it| {
        let pattern = it.of(&[
            "react@18.x.0",
            "left-pad@1.x.0",
            "actions/checkout@v4",
            "lodash@4.17.2x",
            "python@3.1x",
            "@types/node@2x.1.0",
            "node@lts",
        ]);
        it.fill(pattern)
    }),
    ("a book", |it| {
        let whole = sums::ean(&format!("978{}", it.digits(9)));
        match it.below(3) {
            0 => format!("ISBN {whole}"),
            1 => format!(
                "ISBN {}-{}-{}-{}-{}",
                &whole[..3],
                &whole[3..4],
                &whole[4..7],
                &whole[7..12],
                &whole[12..]
            ),
            _ => format!("ISBN-13: {} {}", &whole[..3], &whole[3..]),
        }
    }),
    ("a barcode", |it| {
        let whole = sums::ean(&format!("4{}", it.digits(11)));
        format!("{} {whole}", it.of(&["EAN", "GTIN", "barcode", "UPC"]))
    }),
    ("an order", |it| {
        let cue = it.of(&[
            "order no. ",
            "Order #",
            "invoice ",
            "Bestellnummer ",
            "pedido ",
            "заказ № ",
            "订单号",
            "ticket ",
            "tracking number ",
            "Rechnung Nr. ",
        ]);
        format!("{cue}{}", broken(it))
    }),
    ("a number that fails its sum", |it| broken(it)),
    ("a round number", |it| {
        let pattern = it.of(&[
            "x00000000",
            "xx0000000 people",
            "1 x00 000 000",
            "12x000000 views",
            "x,000,000,000",
            "1xxxxxxxx Einwohner",
            "9 xxx xxx followers",
        ]);
        it.fill(pattern).replace("000000 000", "000000")
    }),
    ("a long number", |it| {
        let pattern = it.of(&[
            "71xxxxxxxxxxxxxxxxx",
            "3.14159265xxxxx",
            "0.xxxxxxxxxx",
            "1xxxxxxxxxxxxxxxxxxxxx",
            "6.02214xxxe23",
            "2718281828459045xxxxxx",
        ]);
        it.fill(pattern)
    }),
    ("a hashtag", |it| {
        it.of(&[
            "#throwback",
            "#2024goals",
            "#12345678",
            "#covid19",
            "#день_победы",
            "#旅行",
            "#1",
            "#follow4follow",
        ])
        .to_owned()
    }),
    ("a word of code", |it| {
        it.of(&[
            "@media (min-width: 600px) { }",
            "@param name the name",
            "@Override\npublic void run()",
            "@staticmethod",
            "@import \"a.css\";",
            "@dataclass\nclass A:",
            "@app.route(\"/\")",
            "@keyframes spin",
            "@return nothing",
            "@Test void a()",
            "@property",
            "@font-face { }",
        ])
        .to_owned()
    }),
    ("an at sign for each", |it| {
        let pattern = it.of(&[
            "x kg @ 5 euros",
            "2@5",
            "3@5 euros",
            "10 @ $1.xx",
            "x0 @ 3.99",
            "2 @ 1.5%",
            "dinner @ 8",
            "@ 1xpm",
            "back @5pm",
        ]);
        it.fill(pattern)
    }),
    ("a score", |it| {
        let pattern = it.of(&[
            "x-1",
            "2:x",
            "21-1x 21-1x",
            "6-x 6-x 7-6",
            "21-19, 19-21, 21-1x",
            "10x–9x",
            "25:2x, 25:1x, 25:2x",
        ]);
        it.fill(pattern)
    }),
    ("a ratio", |it| {
        let pattern = it.of(&["16:9", "1:1xx", "x/10", "1 in xxx", "50/50", "24/7", "4.x/5", "3:2:1"]);
        it.fill(pattern)
    }),
    ("a range", |it| {
        let pattern =
            it.of(&["1xx-2xx", "pp. 1xx–2xx", "1500-2000", "$1x00-2000", "10000 - 20000", "1x,000-2x,000"]);
        it.fill(pattern)
    }),
    ("a size", |it| {
        let pattern = it.of(&[
            "1920✕1080",
            "3840×2160",
            "12xx kB",
            "x00✕600",
            "1080p60",
            "icon@2✕.png",
            "4✕4",
            "10✕20✕30 cm",
        ]);
        it.fill(pattern).replace('✕', "x")
    }),
    ("a hash", |it| {
        let n = [7, 40, 32, 64][it.below(4)];
        format!(
            "{}{}",
            it.of(&["commit ", "sha256:", "", "etag "]),
            it.letters("0123456789abcdef", n - 1) + "b"
        )
    }),
    ("a UUID", |it| {
        let mut hex = |n| it.letters("0123456789abcdef", n);
        format!("{}-{}-4{}-a{}-{}", hex(8), hex(4), hex(3), hex(3), hex(12))
    }),
    ("a colour", |it| {
        let hex = it.letters("0123456789abcdef", 6);
        format!("#{hex}")
    }),
    ("an issue", |it| {
        let pattern = it.of(&[
            "issue#1xxx",
            "PR#1xxx",
            "owner/repo#1xxx",
            "bug #1xxxx",
            "fixes #1xxx",
            "room#1xxx",
            "GH-1xxxx",
        ]);
        it.fill(pattern)
    }),
    ("a paper", |it| {
        let pattern = it.of(&[
            "doi:10.1000/18x",
            "arXiv:2401.0xxxx",
            "ISSN 0378-5955",
            "10.1038/s41586-020-2xxx-x",
            "RFC 5737",
            "ISO 8601-1:2019",
            "PMID 3xxxxxxx",
        ]);
        it.fill(pattern)
    }),
    ("a setting", |it| {
        let pattern = it.of(&[
            "max_tokens=4096",
            "password: required",
            "token = lexer.next()",
            "tokens: 1xxx",
            "password=<your password>",
            "api_key: ${API_KEY}",
            "passwd: files systemd",
            "the token is a string",
            "forgot your password?",
            "secret: true",
            "password: ********",
        ]);
        it.fill(pattern)
    }),
    ("a name of code", |it| {
        it.of(&[
            "std::vec::Vec",
            "a::b::c",
            "foo->bar",
            "x = y::z",
            "ab::cd",
            "git@{upstream}",
            "HEAD@{1}",
            "int main()",
            "user/repo",
            "C++",
            "a/b",
            "e.g.",
        ])
        .to_owned()
    }),
    ("an address of no machine in particular", |it| {
        let pattern = it.of(&[
            "127.0.0.1",
            "0.0.0.0",
            "255.255.255.0",
            "192.168.1.1x",
            "10.0.0.1x",
            "::1",
            "172.16.0.x",
        ]);
        it.fill(pattern)
    }),
    ("no place", |it| {
        let pattern = it.of(&[
            "48.85, 2.29",
            "0.9712, 0.8834",
            "1.2345, 2.3456, 3.4567",
            "12.5, 13.5",
            "95.1234, 200.5678",
            "0.05 0.001",
        ]);
        it.fill(pattern)
    }),
    ("an account that fails its sum", |it| {
        let digits = it.digits(18);
        let right = sums::iban("DE", &digits);
        let wrong = format!("DE{:02}{digits}", (right[2..4].parse::<u32>().expect("digits") % 97) + 2);
        if wrong == right { format!("DE00{digits}") } else { wrong }
    }),
    ("a wallet that fails its sum", |it| {
        let mut found = sums::base58check(0, &[it.below(250) as u8 + 1; 20]);
        let last = found.pop().expect("a letter");
        found.push(if last == 'a' { 'b' } else { 'a' });
        found
    }),
    ("a table", |it| {
        let pattern = it.of(&[
            "12 14 18 2x 25 31",
            "3|5|x|7",
            "1,2,3,4,5,6,7,8",
            "10\n20\n30\n4x",
            "1. one\n2. two\n3. three",
            "7 x 9 11 13",
            "a,1xx,2x,3\nb,1xx,3x,4",
            "2019 2020 2021 202x",
        ]);
        it.fill(pattern)
    }),
    ("a link", |it| {
        let pattern = it.of(&[
            "https://example.com/p/12345678xx/",
            "https://example.com/watch?v=1234xxxx",
            "https://youtu.be/dQw4w9WgXcQ",
            "https://x.com/search?q=a",
            "https://www.instagram.com/p/CabcDEF/",
            "https://example.com/2024/11/1x/news",
            "www.example.org/item/98765432x",
            "https://github.com/features",
            "https://t.me/share/url?u=1",
        ]);
        it.fill(pattern)
    }),
    ("emoji", |it| it.of(&["👨‍👩‍👧‍👦", "🇩🇪🇫🇷🇮🇹", "1️⃣ 2️⃣ 3️⃣", "👍🏽👍🏿", "😂😂😂😂", "🏳️‍🌈", "🔟 out of 🔟"]).to_owned()),
    ("a law", |it| {
        let pattern = it.of(&[
            "§ 123 Abs. 4",
            "Art. 5(1)(b)",
            "section 3.2.1.x",
            "John 3:16",
            "Ps 119:105-112",
            "18 U.S.C. § 1xxx",
            "Directive 95/46/EC",
        ]);
        it.fill(pattern)
    }),
    ("a measure", |it| {
        let pattern = it.of(&[
            "-4x °C",
            "12 345 678 km",
            "1,234,567.xx",
            "5'11\"",
            "98.6 F",
            "3.x GHz",
            "10^9",
            "1.8e18",
            "299 792 458 m/s",
            "6 371 000 m",
            "123456789 bytes",
        ]);
        it.fill(pattern)
    }),
    ("a word in disguise", |it| {
        it.of(&[
            "w@nt",
            "t@g",
            "wh@t",
            "@re",
            "sh@me",
            "cr@p",
            "@nd",
            "b@d",
            "h@te",
            "l@zy id!ot",
            "st@r",
            "tr@sh",
        ])
        .to_owned()
    }),
    ("everybody", |it| it.of(&["@everyone", "@here", "@channel", "@all"]).to_owned()),
    ("a group of words with at and dot", |it| {
        it.of(&[
            "look at example.com",
            "meet me at the dot on the map",
            "we are at home. Dot your i's",
            "arrive at 10 dot com boom",
            "at dot at dot",
            "look at me",
            "point at it",
            "the punto at the end",
            "he shouted at them. Come on",
        ])
        .to_owned()
    }),
];

/// A number as long as a card or more whose sum is wrong.
fn broken(chance: &mut Chance) -> String {
    let right = sums::luhn(&format!("4{}", chance.digits(14)));
    let last = right[15..].parse::<u32>().expect("a digit");
    let wrong = format!("{}{}", &right[..15], (last + 3) % 10);
    match chance.below(2) {
        0 => wrong,
        _ => format!("{} {} {} {}", &wrong[..4], &wrong[4..8], &wrong[8..12], &wrong[12..]),
    }
}
