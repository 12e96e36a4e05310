use super::*;

/// What a text is said to be in, if anything for sure.
fn sure(text: &str) -> Option<String> {
    detect(text).filter(|it| it.confidence >= SURE).map(|it| it.code)
}

#[track_caller]
fn check(code: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(sure(text).as_deref(), Some(code), "{text}: {:?}", detect(text));
    }
}

#[track_caller]
fn check_unsure(texts: &[&str]) {
    for text in texts {
        assert_eq!(sure(text), None, "{text}");
    }
}

const ENGLISH: [&str; 1] = ["en"];

#[test]
fn english_in_disguise_is_english() {
    check(
        "en",
        &[
            "Ｔｈｉｓ ｉｓ ｏｎｌｙ ａ ｔｅｓｔ ｏｆ ｗｉｄｅ ｌｅｔｔｅｒｓ",
            "𝐘𝐨𝐮 𝐬𝐡𝐨𝐮𝐥𝐝 𝐬𝐞𝐞 𝐭𝐡𝐞 𝐧𝐞𝐰 𝐩𝐚𝐫𝐤 𝐛𝐲 𝐭𝐡𝐞 𝐫𝐢𝐯𝐞𝐫",
            "y0u sh0uld c0me t0 the p4rty t0night w1th fr13nds",
            "wе аrе gоing tо thе lаkе tоmоrrоw morning",
            "T h i s is how some people write to each other",
            "w\u{200b}e are all go\u{200b}ing home to\u{200b}night",
            "wE aRe GoInG tO tHe ZoO tOmOrRoW",
        ],
    );
}

#[test]
fn a_line_of_chat_is_told_or_left_open() {
    check("es", &["jajaja no sé por qué", "oye, ¿dónde estás? te espero en casa"]);
    check("pt", &["kkkk não acredito nisso não", "mano eu não acredito que vc fez isso"]);
    check("de", &["haha ja das stimmt, bis morgen dann"]);
    check("id", &["wkwk gak tau deh, besok aja ya"]);
    check("en", &["idk what u mean lol", "omg i love this so much"]);
    for text in ["lol ok", "haha", "jajaja no sé", "xd", "ok", "hmm"] {
        assert!(sure(text).is_none_or(|it| it == "en" || it == "es"), "{text}: {:?}", detect(text));
    }
}

#[test]
fn what_is_short_and_open_may_be_english_and_what_is_foreign_may_not() {
    for text in
        ["lol ok", "haha", "ok", "hmm", "Maria Rossi", "John", "yes", "no way", "thx", "wtf", "U2?", "z", "à"]
    {
        assert!(may_be(text, &ENGLISH), "{text}: {:?}", detect(text));
    }
    for text in [
        "no sé",
        "non lo so",
        "ik weet het niet",
        "nao sei",
        "vc vem pra festa hoje?",
        "kya haal hai",
        "Привет",
        "こんにちは",
        "مرحبا",
        "ما فهمت",
        "ich auch nicht",
        "bilmiyorum ya",
        "Анна",
    ] {
        assert!(!may_be(text, &ENGLISH), "{text}: {:?}", detect(text));
    }
    assert!(may_be("ik weet het niet", &["en", "nl"]));
    assert!(may_be("kya haal hai yaar", &["hi", "ur"]), "Hindi in Latin letters is Hindi");
}

#[test]
fn what_has_no_letters_has_no_language() {
    for text in ["", " \n", "🎉🎉👏🏽", "12 :) !!", "???", "100%", "https://example.org/ab @user #tag", "👩‍👩‍👧"]
    {
        assert_eq!(detect(text), None, "{text}");
        assert!(may_be(text, &ENGLISH), "{text} can be read as any");
    }
}

#[test]
fn names_alone_are_of_no_language_for_sure() {
    check_unsure(&[
        "Maria Garcia",
        "Jean Dupont, Hans Weber",
        "Nguyen Van Minh",
        "Kevin",
        "Toyota Corolla",
        "Ahmed Ali",
    ]);
}

#[test]
fn noise_is_of_no_language_for_sure() {
    check_unsure(&["asdf jkl qwert", "xkcd zzzz grmpf", "aaaaaaaaaaaaa", "ñ", "é", "q8"]);
}

#[test]
fn hindi_and_urdu_in_latin_letters_are_known_as_such() {
    let texts = [
        "mujhe samajh nahi aa raha ki kya karu",
        "tum log kab tak aaoge bhai, main wait kar raha hu",
        "aap ka bohat shukriya, allah aap ko khush rakhe",
        "yeh mulk kis taraf ja raha hai kisi ko nahin maloom",
        "chal be nikal yahan se",
        "itni garmi mein kaun bahar jata hai",
    ];
    for text in texts {
        let found = sure(text);
        assert!(matches!(found.as_deref(), Some("hi-Latn" | "ur-Latn")), "{text}: {:?}", detect(text));
        assert!(!may_be(text, &ENGLISH), "{text}");
        assert!(
            matches!(base(found.as_deref().unwrap()).as_str(), "hi" | "ur"),
            "filters find it by its language"
        );
    }
    check("hi-Latn", &["namaste doston, aaj hum ghar par samosa banana seekhenge"]);
}

#[test]
fn hinglish_is_not_english() {
    for text in [
        "yaar ye movie was so good, kal phir dekhte hain",
        "please koi help karo, mera phone kaam nahi kar raha",
        "boss ne bola meeting cancel ho gayi hai aaj",
    ] {
        assert_ne!(sure(text).as_deref(), Some("en"), "{text}");
    }
}

#[test]
fn a_foreign_word_does_not_make_english_foreign() {
    check(
        "en",
        &[
            "We had a croissant and a café au lait before the museum.",
            "My abuela makes the best empanadas in town.",
            "He said bonjour to everybody and then left.",
            "The Schadenfreude in this thread is strong today",
            "Привет means hello, and I say it to all my neighbours in the morning",
        ],
    );
}

#[test]
fn halves_in_two_scripts_are_of_none_for_sure() {
    check_unsure(&["good morning everyone доброе утро всем", "शुभ प्रभात good morning"]);
}

#[test]
fn halves_in_two_languages_are_one_of_them_or_open() {
    for (text, both) in [
        ("Wir sehen uns morgen im Park. See you tomorrow in the park.", ["de", "en"]),
        ("No me gusta nada esto, I really do not like this at all", ["es", "en"]),
    ] {
        assert!(sure(text).is_none_or(|it| both.contains(&&*it)), "{text}: {:?}", detect(text));
    }
}

#[test]
fn one_word_is_sure_only_where_nothing_else_has_it() {
    check_unsure(&["me", "die", "sale", "a", "no", "kind"]);
    check("el", &["καλημέρα"]);
    check("ko", &["안녕하세요"]);
    check("ja", &["こんにちは"]);
    check("th", &["สวัสดี"]);
}

#[test]
fn a_very_long_text_is_read_from_its_beginning_in_little_time() {
    let long = "Der Hund lief über die Wiese und bellte den Mond an. ".repeat(20_000);
    check("de", &[&long]);
    check_unsure(&[&"x".repeat(1_000_000)]);
}

#[test]
fn serbian_is_serbian_in_both_alphabets() {
    check("sr", &["Сутра идемо код баке на ручак, понеси и колаче."]);
    let latin = sure("Sutra idemo kod bake na ručak, ponesi i kolače.");
    assert!(matches!(latin.as_deref(), Some("sr" | "sh")), "{latin:?}");
}

#[test]
fn chinese_japanese_and_korean_are_told_apart() {
    check("zh", &["今天天气真好，我们去散步吧", "今天の天氣真好，我們一起去散步好不好呢"]);
    check("ja", &["今日は天気がいいから散歩に行こう", "東京タワー", "マジで面白い"]);
    check("ko", &["오늘 날씨가 좋으니까 산책 가자", "韓國 여행을 다녀왔어요"]);
    check_unsure(&["東京", "学生"]);
}

#[test]
fn languages_of_one_script_are_told_apart() {
    check("ru", &["Привет, это длинное предложение на русском языке."]);
    check("uk", &["Привіт, це довге речення українською мовою."]);
    check("bg", &["Здравей, това е едно дълго изречение на български език."]);
    check("fa", &["سلام، این یک جمله بلند به زبان فارسی است."]);
    check("ur", &["ہیلو، یہ اردو زبان میں ایک لمبا جملہ ہے۔"]);
    check("ar", &["مرحبا، هذه جملة طويلة مكتوبة باللغة العربية."]);
    check("mr", &["नमस्कार, हे मराठी भाषेतील एक मोठे वाक्य आहे."]);
    check("hi", &["नमस्ते, यह हिंदी भाषा में एक लंबा वाक्य है।"]);
    check("yi", &["אַ גוטן טאָג, איך הייס משה און איך וווין אין שטאָט."]);
}

#[test]
fn letters_nobody_here_knows_are_no_language_and_not_english() {
    let gothic = "𐌰𐍄𐍄𐌰 𐌿𐌽𐍃𐌰𐍂";
    assert_eq!(detect(gothic), None);
    assert!(!may_be(gothic, &ENGLISH));
}

#[test]
fn handles_links_and_marks_of_a_page_say_nothing() {
    check(
        "nl",
        &[
            "RT @thenewsdaily: https://www.example.com/this/is/english morgen gaan we naar het strand &amp; dan eten we ijs #summervibes",
        ],
    );
}
