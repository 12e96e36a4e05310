//! What stands around digits, and says that they are a phone number or that they are not.

use super::{Group, opening};
use crate::redact::{
    glyph::{is_glue, is_spaceless},
    scan::Scan,
};

/// What is known of the place where groups begin.
pub(super) struct Around {
    /// Somebody says that a number to call follows.
    pub is_cued: bool,
    /// Something else that has a number stands before it.
    pub is_denied: bool,
    /// Part of a longer code: `a12345678`, `#12345678`.
    pub is_code: bool,
    pub in_link: bool,
}

/// How far back a word that says what the number is may stand.
const REACH: usize = 24;

const CUES: &[&str] = &[
    "tel",
    "phone",
    "telephone",
    "call",
    "calls",
    "mobile",
    "mob",
    "cell",
    "whatsapp",
    "whats app",
    "wa",
    "sms",
    "text",
    "viber",
    "my number",
    "ring",
    "fax",
    "telefon",
    "handy",
    "mobil",
    "ruf",
    "anrufen",
    "rufnummer",
    "teléfono",
    "telefono",
    "móvil",
    "llama",
    "llamar",
    "llámame",
    "celular",
    "fone",
    "telefone",
    "zap",
    "ligar",
    "ligue",
    "téléphone",
    "tél",
    "appelle",
    "appelez",
    "portable",
    "chiama",
    "chiamami",
    "cellulare",
    "bel",
    "mobiel",
    "ring",
    "nummer",
    "telefonnummer",
    "zadzwoń",
    "dzwoń",
    "numara",
    "ara",
    "cep",
    "тел",
    "телефон",
    "номер",
    "звоните",
    "позвоните",
    "позвони",
    "моб",
    "дзвоніть",
    "اتصل",
    "هاتف",
    "جوال",
    "رقمي",
    "واتساب",
    "موبايل",
    "تماس",
    "تلفن",
    "फ़ोन",
    "फोन",
    "कॉल",
    "नंबर",
    "मोबाइल",
    "โทร",
    "เบอร์",
    "gọi",
    "điện thoại",
    "sđt",
    "telp",
    "hubungi",
    "nomor",
    "电话",
    "電話",
    "手机",
    "手機",
    "打给",
    "联系",
    "聯繫",
    "携帯",
    "전화",
    "연락처",
    "폰",
    "טלפון",
    "התקשרו",
    "wa.me/",
    "phone=",
    "tel=",
];

const DENIALS: &[&str] = &[
    "order",
    "invoice",
    "isbn",
    "isbn-13",
    "isbn-10",
    "issn",
    "ean",
    "gtin",
    "upc",
    "barcode",
    "tracking",
    "ticket",
    "serial",
    "sku",
    "asin",
    "pmid",
    "doi",
    "case",
    "article",
    "ref",
    "reference",
    "version",
    "build",
    "release",
    "chrome",
    "firefox",
    "kernel",
    "section",
    "account",
    "population",
    "id",
    "commit",
    "rfc",
    "iso",
    "bestellnummer",
    "bestellung",
    "rechnung",
    "rechnungsnummer",
    "aktenzeichen",
    "artikel",
    "kundennummer",
    "auftrag",
    "sendungsnummer",
    "pedido",
    "factura",
    "nota fiscal",
    "commande",
    "facture",
    "ordine",
    "fattura",
    "zamówienie",
    "faktura",
    "sipariş",
    "заказ",
    "заказа",
    "счёт",
    "счет",
    "накладная",
    "№",
    "طلب",
    "فاتورة",
    "ऑर्डर",
    "订单号",
    "订单",
    "訂單",
    "单号",
    "编号",
    "注文番号",
    "注文",
    "주문번호",
    "주문",
    "pi",
    "π",
    "zip",
    "plz",
    "postcode",
    "postal code",
    "pin code",
    "timestamp",
    "unix",
    "epoch",
    "seed",
];

impl Around {
    pub fn of(scan: &Scan, rest: &[Group]) -> Self {
        let start = opening(scan.letters, &rest[..1]);
        let is_cued = scan.has_cue(start, REACH, CUES);
        Self {
            is_cued,
            is_denied: !is_cued && scan.has_cue(start, REACH, DENIALS),
            is_code: is_code(scan, start, is_cued),
            in_link: scan.is_in_link(start) && !is_cued,
        }
    }
}

/// Part of a longer code: `a12345678`, `#12345678`, `b1c2-12345678`, `0.12345678`.
fn is_code(scan: &Scan, start: usize, is_cued: bool) -> bool {
    let letters = scan.letters;
    let n = letters[..start].iter().rev().take(24).take_while(|it| is_glue(**it)).count();
    let before = &letters[start - n..start];
    let has = |fits: fn(&char) -> bool, of: &[char]| of.iter().any(fits);
    // A word runs into its number (`tel4155550132`); one or two letters make a code, as do digits among them.
    let is_glued = (1..3).contains(&n) && before != ['_'] || n > 2 && has(char::is_ascii_digit, before);
    let is_signed = matches!(letters[..start], [.., '#' | '$'])
        || !is_cued && matches!(letters[..start], [.., '_' | '=']);
    let is_decimal = matches!(letters[..start], [.., it, '.'] if it.is_ascii_digit());
    let word =
        letters[..start].iter().rev().take(40).take_while(|it| it.is_ascii_alphanumeric() || **it == '-');
    let word: Vec<char> = word.copied().collect();
    let is_hyphened = word.first() == Some(&'-')
        && word
            .split(|it| *it == '-')
            .any(|it| has(char::is_ascii_digit, it) && has(char::is_ascii_alphabetic, it));
    is_glued || is_signed || is_decimal || is_hyphened
}

/// `12345678px`, `12345678,50`, `12345678:3`, `12345678-4abc`.
pub(super) fn is_glued_behind(scan: &Scan, end: usize) -> bool {
    let letters = scan.letters;
    let decimals = scan.letter(end).is_some_and(|it| matches!(it, ',' | ':' | '.'))
        && letters[end + 1..].iter().take(5).take_while(|it| it.is_ascii_digit()).count().clamp(0, 4) % 4 > 0;
    let hyphened = scan.letter(end) == Some('-') && {
        let next = &letters[end + 1..];
        let word: Vec<char> =
            next.iter().take(13).take_while(|it| it.is_ascii_alphanumeric()).copied().collect();
        word.iter().any(char::is_ascii_digit) && word.iter().any(char::is_ascii_alphabetic)
    };
    scan.is_glued_after(end) || decimals || hyphened || scan.letter(end) == Some('%')
}

/// Words behind a count of something.
const UNITS: &str = " usd eur euro euros dollars dollar rmb yuan yen rub руб рублей р inr rupees pesos peso reais won kr sek nok dkk zł pln tl gbp chf \
    cad aud bucks ریال تومان دولار دينار درهم đ vnd rp idr views view people persons users user followers follower subscribers likes \
    years km m cm mm kg g mb gb kb tb bytes byte bits rows lines words hours minutes seconds miles ft votes inhabitants residents \
    tokens parameters downloads plays copies stars light einwohner einwohnern menschen leute aufrufe zuschauer stimmen jahre \
    habitantes personas personnes habitants vues spectateurs pessoas visualizações persone abitanti человек человека людей \
    просмотров жителей км м лет голосов раз osób mieszkańców kişi नागरिक लोग रुपये نسمة شخص مشاهدة inwoners mensen invånare personer \
    percent pct °c °f hz ghz mhz kwh w ";

/// A currency stands before or after, or what is counted.
pub(super) fn is_price(scan: &Scan, start: usize, end: usize) -> bool {
    let letters = scan.letters;
    let is_sign = |it: char| {
        matches!(
            it,
            '$' | '¢'
                | '£'
                | '¥'
                | '₿'
                | '元'
                | '円'
                | '원'
                | '฿'
                | '﷼'
                | '人'
                | '個'
                | '个'
                | '回'
                | '万'
                | '億'
                | '亿'
                | '\u{20a0}'..='\u{20cf}'
        )
    };
    let before = letters[..start].iter().rev().take(3).find(|it| **it != ' ').is_some_and(|it| is_sign(*it));
    let after = letters[end..].iter().take(3).find(|it| **it != ' ').is_some_and(|it| is_sign(*it));
    let word = scan.word_after(end);
    let code = scan.word_before(start);
    let is_unit = !word.is_empty() && !word.chars().all(is_spaceless) && UNITS.contains(&format!(" {word} "));
    before
        || after
        || is_unit
        || ["usd", "eur", "gbp", "inr", "rs", "r$", "chf", "rub", "jpy", "cny", "rmb"]
            .contains(&code.as_str())
}
