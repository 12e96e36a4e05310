//! Each kind as people write it, and what looks like it and stays.

use super::{kept, said};

#[test]
fn addresses_go_through_markup_and_entities() {
    for hidden in [
        "ann&#64;example.com",
        "ann&#x40;example.com",
        "ann&commat;example&period;com",
        "ann&amp;#64;example.com",
        "ann%40example.com",
        "ann\\u0040example.com",
        "ann @ example.com",
        "ann@example . com",
        "ann [at] example [dot] com",
        "ann(at)example(punkt)com",
        "ann[@]example[.]com",
        "ann arroba example punto com",
        "ann собака example точка com",
        "ann at example dot com",
        "ann@[192.0.2.1]",
        "ann@[IPv6:2001:db8::1]",
        "\"ann lee\"@example.com",
        "ann+shop@example.com",
    ] {
        said(&format!("ask {hidden} now"), "ask [email-1] now");
    }
    said("ask <b>ann</b>@example.com now", "ask <b>[email-1] now");
    said("<a href=\"mailto:ann&#64;example.com\">x</a>", "<a href=\"mailto:[email-1]\">x</a>");
    said("ann&#64;example.com is ann@example.com", "[email-1] is [email-1]");
}

#[test]
fn phone_numbers_go_however_their_groups_are_joined() {
    for number in [
        "415_555_0132",
        "415,555,0132",
        "415·555·0132",
        "415~555~0132",
        "415|555|0132",
        "415/555/0132",
        "415\n555\n0132",
        "[415] 555-0132",
        "+1 415 555\n0132",
        "④①⑤ ⑤⑤⑤ ⓪①③②",
        "❹❶❺ ❺❺❺ ⓿❶❸❷",
        "４１５ ５５５ ０１３２",
        "٤١٥ ٥٥٥ ٠١٣٢",
        "𝟒𝟏𝟓 𝟓𝟓𝟓 𝟎𝟏𝟑𝟐",
        "(415)&nbsp;555-0132",
        "+ 1 415 555 0132",
    ] {
        said(&format!("so {number} it is"), "so [phone-1] it is");
    }
    said("tel:+49-30-23125-123", "tel:[phone-1]");
    said("1️⃣2️⃣ and 4️⃣1️⃣5️⃣5️⃣5️⃣5️⃣0️⃣1️⃣3️⃣2️⃣!", "1️⃣2️⃣ and [phone-1]!");
    said("https://wa.me/14155550132", "https://wa.me/[phone-1]");
}

#[test]
fn handles_go_without_their_sign_where_a_platform_says_so() {
    said("ask u/some_body or /u/other-one", "ask [handle-1] or [handle-2]");
    said("ask ann_k#1234, <@123456789012345678>", "ask [handle-1], [handle-2]");
    said(
        "see t.me/annk and https://x.com/annk/status/1",
        "see t.me/[handle-1] and https://x.com/[handle-1]/status/1",
    );
    said("https://www.tiktok.com/@annk/video/7123", "https://www.tiktok.com/[handle-1]/video/7123");
    said("insta: annk_99", "insta: [handle-1]");
    said("微信号：annk99，谢谢", "微信号：[handle-1]，谢谢");
    kept("they w@nt it, t@g you, @re you s@d and @nd");
    said("ann_k9@intranet, ann@example,com", "[email-1], [email-2]");
    kept("fixes #1234, issue#1234 in owner/repo#1234");
    kept("@media (min-width: 1px) and @param name and @everyone");
    kept("react@18.2.0, actions/checkout@v4 and icon@2x.png");
    kept("https://x.com/search?q=a and https://github.com/features");
    kept("instagram: the app that everybody has");
}

#[test]
fn accounts_and_cards_go_where_their_sums_are_right() {
    said("to DE89 3704 0044 0532 0130 00 now", "to [iban-1] now");
    said("GB82WEST12345698765432", "[iban-1]");
    kept("to DE88 3704 0044 0532 0130 00 now");
    said("4111 1111 1111 1111 or 4111-1111-1111-1111", "[card-1] or [card-1]");
    said("378282246310005", "[card-1]");
    kept("order 4111 1111 1111 1112");
    kept("ISBN 978-3-16-148410-0");
}

#[test]
fn machines_and_places_go_and_versions_stay() {
    said("from 203.0.113.7:8080", "from [ip-1]:8080");
    said("8.8.4.4 release notes", "[ip-1] release notes");
    said("2001:db8::8a2e:370:7334", "[ip-1]");
    said("203[.]0[.]113[.]7", "[ip-1]");
    said("5e:12:9a:0f:c3:7b and 5E-12-9A-0F-C3-7B", "[mac-1] and [mac-2]");
    said("at 48.858370, 2.294481.", "at [coordinates-1].");
    said("48°51'29.6\"N 2°17'40.2\"E", "[coordinates-1]");
    kept("127.0.0.1, 10.0.0.1, 192.168.1.10 and ::1");
    kept("version 5.1.0.22, v2.3.4.12, section 3.2.1.1");
    kept("std::vec::Vec, ab::cd, 10:30:45");
    kept("0.9712, 0.8834 and 1.2345, 2.3456, 3.4567");
}

#[test]
fn secrets_go_and_words_about_them_stay() {
    for (before, after) in [
        ("password: hunter22", "password: [secret-1]"),
        ("DB_PASSWORD=s3cr3tPa55", "DB_PASSWORD=[secret-1]"),
        ("пароль: тигр2024", "пароль: [secret-1]"),
        ("the password is hunter22, ok", "the password is [secret-1], ok"),
        ("{\"api_key\":\"abc-def-1\"}", "{\"api_key\":\"[secret-1]\"}"),
        ("https://example.com/?token=abcdef1&x=1", "https://example.com/?token=[secret-1]&x=1"),
        ("Authorization: Bearer abcdefghijklmnop1", "Authorization: Bearer [secret-1]"),
        ("postgres://ann:tiger7@db.example.com/x", "postgres://[secret-1]@db.example.com/x"),
        ("AKIAIOSFODNN7EXAMPLE", "[secret-1]"),
        ("-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\n-----END PRIVATE KEY-----.", "[secret-1]."),
    ] {
        said(before, after);
    }
    kept("password: required, max_tokens=4096, token = lexer.next()");
    kept("forgot your password? the token is a string; secret: true");
}

#[test]
fn wallets_go_where_their_sums_are_right() {
    said("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2!", "[wallet-1]!");
    said("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "[wallet-1]");
    said("0x52908400098527886E0F7030069857D2E4169EE7", "[wallet-1]");
    kept("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3");
}

#[test]
fn national_numbers_go_where_their_sums_are_right() {
    said("CPF 111.444.777-35", "CPF [national-id-1]");
    said("DNI 12345678Z", "DNI [national-id-1]");
    said("BSN: 111222333", "BSN: [national-id-1]");
    said("ssn 123-45-6789", "ssn [national-id-1]");
    said("11010519491231002X", "[national-id-1]");
    kept("CPF 111.444.777-36x, 12345678A");
}

#[test]
fn look_alikes_stay() {
    for text in [
        "$1,500",
        "19.99 €",
        "2019-2024",
        "2024-11-12 10:30",
        "12:34:56",
        "16:9",
        "21-19 21-17 21-15",
        "3@5 euros",
        "#12345678",
        "1,500,000 views",
        "299 792 458 m/s",
        "1763632800",
        "550e8400-e29b-41d4-a716-446655440000",
        "pp. 123–145",
        "1|2|3|4|5|6|7",
        "12 14 18 27 25 31",
        "ISSN 0378-5955",
        "👨‍👩‍👧‍👦",
        "https://example.com/p/1234567890/",
        "look at example.com",
    ] {
        kept(&format!("so {text} it is"));
    }
}
