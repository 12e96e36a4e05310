"""Writes the sample queue beside this file: items.jsonl and images/*.png.

    python3 samples/make.py

Standard library only, no clock, no randomness: running it again changes nothing. Everything here is made up.
Phone numbers are 555 numbers, addresses and mail are example ones, and [group] stands where a real post would name
the group it attacks. No item is about children or shows anything sexual.
"""

import collections
import json
import pathlib
import sys

from pictures import SCENES

HERE = pathlib.Path(__file__).resolve().parent
POLICY = "short-video@2026.11"
VERDICTS = {"breaks": "violating", "near": "not_violating", "line": "borderline", "plain": "not_violating"}

posts = []


def post(about, language, *parts, market=None, author=None, reports=None, reach=None, gold=False, labels=None):
    """Adds an item.

    `about` says what it was written to be: "breaks FR-1", "line FR-1", "near FR-1" or "plain". It is not exported,
    except as the settled answer where `gold` is asked for. A part is a caption, or a pair of role and text.
    """
    posts.append((about, language, parts, market, author, reports, reach, gold, labels))


def picture(name):
    return ("image", name)


# --- English ---------------------------------------------------------------------------------------------------

post("plain", "en", "Three-ingredient pasta for a busy weeknight: garlic, olive oil, chilli. Full recipe below 🍝",
     market="GB", author="u-kitchen", reach=310)
post("breaks FR-1", "en", "Your parcel is on hold 📦 Confirm your bank login at parcel-check.example within 24 hours or it goes back.",
     market="US", author="u-delivery7", reports={"scam": 14, "spam": 3}, reach=2200, gold=True)
post("breaks FR-1", "en", "Your parcel is on hold! Confirm your bank login at parcel-check.example in the next 24 hours or it will go back 📦📦",
     market="CA", author="u-delivery9", reports={"scam": 6}, reach=900)
post("near FR-1", "en", "Scam alert: my mum got a text that her parcel is on hold. Please do not click the link, the real company never asks for your bank login.",
     market="US", author="u-careful", reports={"scam": 4}, reach=540, gold=True)
post("breaks HH-1", "en", "[group] are like rats, they breed everywhere and spread disease. There, I said it.",
     market="US", author="u-loud1", reports={"hate": 21}, reach=1800, gold=True, labels={"H": 1, "H2": 0})
post("near HH-1", "en", "A man on the bus told my sister that [group] are rats. Nobody said a word. This is racist and it is not okay.",
     market="GB", author="u-mara", reports={"hate": 5}, reach=760, gold=True, labels={"H": 0, "H2": 0})
post("breaks HH-3", "en", "W€ d0n't w@nt y0ur k1nd h3re. Th3y kn0w wh0 th3y @re.",
     market="US", author="u-loud1", reports={"hate": 7}, reach=410)
post("line HH-3", "en", "Funny how many 🐀🐀 moved into our street this year. Not saying anything, just counting 👀",
     market="GB", author="u-loud1", reports={"hate": 6, "other": 1}, reach=350, gold=True)
post("near HH-3", "en", "Our two pet rats 🐀🐀 finally share a cage with the hamster. Peace treaty signed with a sunflower seed.",
     market="GB", author="u-tinyzoo", reports={"hate": 1}, reach=120)
post("breaks HH-2", "en", "No [group] in our shops, no [group] in our schools. Throw them all out before it is too late.",
     market="US", author="u-loud2", reports={"hate": 17, "violence": 2}, reach=1450, labels={"H": 1, "H2": 1})
post("near HH-2", "en", "This sign from 1938 says who was not allowed in. My great-grandmother walked past it every day. Never again.",
     market="DE", author="u-archive", reports={"hate": 2}, reach=480, labels={"H": 0})
post("breaks HR-1", "en", ("comment", "Look at this clown, dumb as a brick and ugly on top of it. What a waste of space."),
     market="US", author="u-grump", reports={"harassment": 9}, reach=60, gold=True, labels={"HR": 1})
post("breaks HR-1", "en", "She blocked me for giving honest feedback. Everybody go to her page and tell her what a pathetic loser she is.",
     market="US", author="u-grump", reports={"harassment": 12, "bullying": 4}, reach=1300, labels={"HR": 1})
post("near HR-1", "en", "My sister says I sing like a broken kettle and honestly, she is right 😂 round two of the roast battle tonight",
     market="IE", author="u-kettle", reports={"bullying": 1}, reach=90, labels={"HR": 0})
post("line HR-1", "en", "The man from the car park is famous now. I will not say his name, but you know what to comment under his video.",
     market="US", author="u-parkingtv", reports={"harassment": 5}, reach=4100)
post("breaks HR-2", "en", ("comment", "Pay by midnight or all your friends will get the video. You know the number: +1 555 0142."),
     market="US", author="u-x99", reports={"harassment": 2, "blackmail": 3}, reach=20)
post("near HR-2", "en", "He kept following me home, so I got a restraining order. Here is how that works, and whom to call first.",
     market="US", author="u-safewalk", reports={"harassment": 1}, reach=870)
post("breaks SH-1", "en", ("comment", "just do it already, nobody would miss you"),
     market="US", author="u-grump", reports={"self-harm": 6, "bullying": 2}, reach=40, gold=True, labels={"SH": 1, "HR": 1})
post("near SH-1", "en", "Three years clean today. Therapy helped, my niece helped, and I am still here. If tonight is hard, call a helpline: +1 555 0199.",
     market="US", author="u-stillhere", reports={"self-harm": 3}, reach=1900, gold=True, labels={"SH": 0})
post("line SH-2", "en", "some nights the only thing that makes it quiet is hurting myself. not proud. posting so someone knows",
     market="NZ", author="u-quietblue", reports={"self-harm": 4}, reach=150, gold=True, labels={"SH": 1})
post("breaks SH-3", "en", "Day four on water only. Skipping meals is the strongest thing you can do, who joins my fast?",
     market="US", author="u-lightasair", reports={"self-harm": 5, "eating disorder": 8}, reach=640)
post("near SH-3", "en", "Fear food challenge in recovery: I ate the whole pizza slice by slice and nothing bad happened. Proud of today.",
     market="CA", author="u-eatingenough", reach=330)
post("breaks VG-2", "en", "Best day ever, they finally beat that thief half to death. Respect to the guys who did it 👏",
     market="ZA", author="u-streetlaw", reports={"violence": 11}, reach=2600, labels={"V": 1})
post("near VG-2", "en", "WHAT a knockout in round three 🥊 the referee stopped it just in time. Rematch when?",
     market="US", author="u-ringside", reports={"violence": 2}, reach=3400, gold=True, labels={"V": 0})
post("breaks VG-3", "en", ("comment", "I know where you work and I will be waiting outside on Friday. Say goodbye to your friends."),
     market="US", author="u-x99", reports={"threat": 7}, reach=30, labels={"V": 1, "HR": 1})
post("near VG-3", "en", "if you eat my leftovers one more time I will end you 😂 love you though, flatmate of the year",
     market="AU", author="u-flat3b", reports={"threat": 1}, reach=210)
post("line VG-1", "en", "Dashcam of the crash on the ring road. It cuts before the impact, but you hear everything. Viewer discretion.",
     market="US", author="u-dashcam", reports={"violence": 4}, reach=5200)
post("breaks VG-4", "en", "We tied a firework to the stray dog's tail, funniest thing you will see today 😂",
     market="US", author="u-prankhouse", reports={"animal cruelty": 19}, reach=3900)
post("near VG-4", "en", "Found her half starved behind the market. Eight weeks at the shelter and now look at her run 🐕",
     market="MX", author="u-pawshelter", reports={"animal cruelty": 1}, reach=2500)
post("breaks EX-1", "en", "Glory to the fighters of the cause. New badges with the old salute are ready, proceeds go to the movement. Contact in bio.",
     market="US", author="u-oldsalute", reports={"terrorism": 6, "hate": 4}, reach=700)
post("near EX-1", "en", ("title", "How they recruited me"),
     ("transcript", "I was nineteen and angry, and they were the first people who listened. First came the music, then the "
      "meetings, then the flag on my wall. Ten years ago I left the movement. Today I visit schools and explain, step by "
      "step, how the friendliness works and when it turns. I do not show their symbols in this video and I will not "
      "name them, because they would like that. If you recognise a friend in this story, talk to them before somebody "
      "else does, and write to exit-help@example.com, where former members answer."),
     market="GB", author="u-exit", reports={"terrorism": 2}, reach=980, gold=True)
post("breaks DA-1", "en", "New challenge: hold your breath until you pass out, tag three friends!!",
     market="US", author="u-dareking", reports={"dangerous act": 10}, reach=6100)
post("near DA-1", "en", "Firefighters show why you must never pour water on burning oil. Professional crew, closed yard, do not try this at home.",
     market="US", author="u-firehouse12", reports={"dangerous act": 3}, reach=4400)
post("breaks DR-1", "en", "fresh menu in stock 🍃❄️🍬 delivery all over town, no papers needed, text +1 555 0177",
     market="US", author="u-greenmenu", reports={"drugs": 8}, reach=560)
post("near DR-1", "en", "What to do when a friend overdoses: call first, recovery position, stay with them. Harm reduction saves lives.",
     market="CA", author="u-streetmedic", reports={"drugs": 2}, reach=810)
post("breaks DR-2", "en", "Ten shots in ten minutes 🥃 if you are not blackout drunk you did not party",
     market="US", author="u-weekender", reports={"alcohol": 3}, reach=1700)
post("line DR-2", "en", "Happy hour with the team", picture("toast"), market="AU", author="u-barcorner", reports={"alcohol": 1}, reach=260)
post("breaks WP-1", "en", "Nine millimetre, no papers, cash only. Message me for pictures, meet behind the garage.",
     market="US", author="u-x99", reports={"weapons": 5}, reach=130)
post("near WP-1", "en", "The museum let us hold a replica crossbow from 1480. Heavier than my suitcase.",
     market="CH", author="u-archive", reports={"weapons": 1}, reach=180)
post("breaks CR-1", "en", "I get into any account within an hour. Send me the name, payment first: h4x@example.com",
     market="US", author="u-keyhole", reports={"crime": 4, "scam": 6}, reach=480)
post("near CR-1", "en", "Solved my first capture the flag challenge tonight! Write-up and the lab setup are on the course page.",
     market="IN", author="u-rootbeer", reports={"crime": 1}, reach=240)
post("breaks FR-1", "en", "You were selected 🎉", picture("giveaway"), ("on_screen", "FREE PHONE\nPAY 2.99 SHIPPING"), market="US", author="u-delivery7",
     reports={"scam": 9}, reach=2700, gold=True)
post("breaks FR-1", "en", "u were selected 🎉🎉", picture("giveaway-darker"), market="GB", author="u-lucky4you",
     reports={"scam": 5}, reach=1100)
post("breaks FR-1", "en", "I turned 200 into 20,000 in one week, guar\u200banteed. Me\u200bssage me to st\u200bart 💸", picture("invest"),
     market="US", author="u-moonmoney", reports={"scam": 13}, reach=3300)
post("breaks FR-1", "en", "Ｆｒｅｅ　ｍｏｎｅｙ for the first 50 people, send the code from your bank and I double it",
     market="US", author="u-moonmoney", reports={"scam": 7}, reach=1500)
post("line FR-2", "en", "Commissions open! Ask in the comments, or mail art.by.lo@example.com, it is cheaper without the platform fee.",
     market="US", author="u-artbylo", reports={"spam": 2}, reach=140)
post("breaks AD-1", "en", "Seven days. Twelve kilos. Works for everyone, order now.", picture("tea"),
     market="US", author="u-teashop", reports={"health misinformation": 6, "scam": 4}, reach=2900)
post("near AD-1", "en", "I tested the viral lint roller for a month. Honest opinion, not sponsored: it is fine, my old one was better.",
     market="GB", author="u-careful", reach=410)
post("breaks AD-2", "en", ("title", "Live sale"), ("transcript", "My boss is firing me right now unless we sell all these shoes. Please, I am begging you, look at me, I am crying."),
     market="PH", author="u-shoelive", reports={"scam": 3}, reach=5600)
post("breaks PR-1", "en", "This is where he lives: 12 Example Road, second floor. His number is +1 555 0123, let him know what you think.",
     market="US", author="u-parkingtv", reports={"privacy": 11, "harassment": 4}, reach=2100, gold=True)
post("line PR-1", "en", "Found this at the station, whose is it?", picture("card"), market="GB", author="u-commuter",
     reports={"privacy": 3}, reach=370)
post("near PR-1", "en", ("bio", "Bike repairs since 1998. My own number: +1 555 0108, mail hello@example.com, open until six."),
     market="US", author="u-spokes", reports={"privacy": 1}, reach=15)
post("breaks MI-1", "en", "Throw your insulin away. One week of fasting cures diabetes for good and they do not want you to know.",
     market="US", author="u-truthdrops", reports={"health misinformation": 22}, reach=7400, gold=True)
post("near MI-1", "en", "Myth: garlic replaces antibiotics. A pharmacist explains in one minute why this is false.",
     market="GB", author="u-pharmkai", reports={"health misinformation": 3}, reach=1600)
post("line MI-1", "en", "I stopped the tablets after a year and feel better than ever. Just my story, talk to your own doctor.",
     market="US", author="u-truthdrops", reports={"health misinformation": 5}, reach=2000)
post("breaks MI-2", "en", "Important for everyone in the north! Share before Sunday 👇", picture("vote"), ("on_screen", "DISTRICT NORTH VOTES ON WEDNESDAY OR BY TEXT"),
     market="US", author="u-townnews", reports={"election misinformation": 8}, reach=5000)
post("near MI-2", "en", "Fact check: no, you cannot vote by text message. The election office says eight to six, bring an ID.",
     market="US", author="u-pollworker", reports={"election misinformation": 2}, reach=1250)
post("breaks MI-3", "en", "Happening right now, share before they hide it!!", picture("flood"), market="US", author="u-townnews",
     reports={"false alarm": 12}, reach=9800)
post("breaks AI-1", "en", "She baked her first cake at 103, type happy birthday for her 🎂 no filter, all real", picture("portrait"),
     market="US", author="u-heartwarm", reports={"fake": 4}, reach=8700)
post("near AI-1", "en", "Made with AI: a portrait of nobody in particular, prompt in the comments.", picture("portrait-labelled"),
     market="US", author="u-latentlab", reports={"fake": 1}, reach=290)
post("breaks AI-2", "en", "I cloned my manager's voice and called the office with it, they believed everything 😭 full audio tomorrow",
     market="US", author="u-prankhouse", reports={"fake": 5, "privacy": 2}, reach=1900)
post("breaks IP-1", "en", "Full movie in twelve parts on my page, mirrored so the filter does not catch it. Follow before it is gone!",
     market="US", author="u-cinemax12", reports={"copyright": 6}, reach=4600)
post("near IP-1", "en", "My acoustic cover, credit to the original artist in the description. Be kind, I was nervous 🎸",
     market="IE", author="u-kettle", reports={"copyright": 1}, reach=160)
post("breaks SP-1", "en", "FOLLOW FOR FOLLOW 🔥 LIKE FOR LIKE 🔥 first 100 get 1,000 followers FREE!!!",
     market="US", author="u-boostme", reports={"spam": 9}, reach=800)
post("breaks SP-1", "en", "Follow for follow!! like for like!! the first 100 get 1000 followers free 🔥🔥",
     market="US", author="u-boostme2", reports={"spam": 4}, reach=600)
post("near SP-1", "en", "Still looking for our cat Momo, last seen near the library. Please share in the neighbourhood, mail momo@example.com",
     market="US", author="u-tinyzoo", reports={"spam": 2}, reach=520)
post("line SX-2", "en", "Lonely tonight? Message me, subscribers get the rest 😉 link in bio",
     market="US", author="u-velvet", reports={"sexual": 4, "spam": 2}, reach=2300)
post("near SX-2", "en", "A nurse answers the contraception questions you were too shy to ask. Part four: side effects.",
     market="GB", author="u-clinicchat", reports={"sexual": 3}, reach=1400, labels={"S": 0})
post("near SX-3", "en", "How to get leaked private photos removed, step by step, with a free helpline. You are not alone.",
     market="US", author="u-safewalk", reports={"sexual": 1}, reach=690)
post("plain", "en", "", picture("monday"), market="US", author="u-flat3b", reach=450)
post("plain", "en", "How to centre a box with CSS in one line. Save this for the next time you forget 😄",
     market="US", author="u-rootbeer", reach=1150)

# --- Other languages -------------------------------------------------------------------------------------------

post("breaks FR-1", "es", "¡Felicidades! Has ganado un teléfono gratis, solo paga 2,99 de envío y escribe el número de tu tarjeta.",
     market="MX", author="u-suerte", reports={"scam": 8}, reach=1750, gold=True)
post("plain", "es", "Tortilla de patatas como la hacía mi abuela, con cebolla y a fuego lento. ¿Con o sin cebolla?",
     market="ES", author="u-lacocina", reach=620)
post("near SH-1", "es", "Hoy cumplo dos años de recuperación. Si lo estás pasando mal, habla con alguien, no estás solo.",
     market="AR", author="u-sigoaqui", reports={"self-harm": 2}, reach=880)
post("breaks MI-1", "pt", "Jogue fora o remédio da pressão! Um copo de água com limão em jejum cura tudo, os médicos escondem isso.",
     market="BR", author="u-vidanatural", reports={"health misinformation": 9}, reach=6200)
post("plain", "pt", "Gol aos noventa minutos e a rua inteira gritou! Que jogo, que noite.", picture("pitch"),
     market="BR", author="u-arquibancada", reach=2400)
post("breaks HR-1", "fr", ("comment", "Regardez-la, bête et moche en plus. Allez tous lui dire sur sa page qu'elle est nulle."),
     market="FR", author="u-grincheux", reports={"harassment": 5}, reach=75)
post("near MI-2", "fr", "Vérification : non, on ne peut pas voter par SMS. Les bureaux de vote ouvrent à huit heures.",
     market="FR", author="u-citoyenne", reports={"election misinformation": 1}, reach=430)
post("breaks FR-2", "de", "Bestellt bitte nicht hier! Schreibt mir privat, bei Überweisung mache ich euch den halben Preis.",
     market="DE", author="u-schnaeppchen", reports={"scam": 4}, reach=390)
post("plain", "de", "Morgens um sechs im Wald, nur der Hund und ich. So beginnt ein guter Samstag.",
     market="AT", author="u-waldgang", reach=150)
post("line DA-1", "it", "Salto dagli scogli, dodici metri! L'acqua è profonda, ma non fatelo se non conoscete il posto.",
     market="IT", author="u-scogliera", reports={"dangerous act": 3}, reach=1600)
post("breaks AD-1", "tr", "Bu krem bir gecede bütün kırışıklıkları yok ediyor, doktorlar nefret ediyor, hemen sipariş verin!",
     market="TR", author="u-guzellik", reports={"scam": 3, "health misinformation": 2}, reach=2050)
post("breaks FR-1", "ru", "Гарантированный доход 300% за неделю, без риска. Пишите в личные сообщения, отправьте код из банка.",
     market="KZ", author="u-dohod", reports={"scam": 10}, reach=1300)
post("plain", "ru", "Первый снег в этом году, соседи во дворе уже слепили снеговика. Доброе утро всем!",
     market="KZ", author="u-dvor", reach=340)
post("breaks FR-1", "ar", "مبروك! لقد ربحت هاتفًا مجانيًا. ادفع 2.99 فقط عبر الرابط free-phone.example قبل منتصف الليل.",
     market="EG", author="u-jaiza", reports={"scam": 7}, reach=2850)
post("plain", "ar", "شكرًا لكل من سأل عن الوصفة: كوب أرز، كوبان من الماء، والقليل من الزعفران 🌿",
     market="MA", author="u-matbakh", reach=510)
post("near HH-1", "ar", "قال لي رجل في الحافلة إن [group] لا مكان لهم هنا. هذا كلام عنصري ولن أسكت عنه (#stopthehate).",
     market="JO", author="u-sawt", reports={"hate": 2}, reach=770)
post("breaks MI-3", "hi", "अभी की बड़ी खबर: बाँध टूट गया है, सब लोग शहर छोड़ दें! इस वीडियो को तुरंत सबको भेजो।", picture("flood"),
     market="IN", author="u-taazakhabar", reports={"false alarm": 15}, reach=11000)
post("plain", "hi", "आज पहली बार माँ के बिना रोटी बनाई, गोल नहीं बनी पर स्वाद अच्छा था।",
     market="IN", author="u-gharkakhana", reach=460)
post("breaks FR-2", "zh", "不要在这里下单,加我好友私聊,转账半价,平台不知道。",
     market="SG", author="u-daigou", reports={"scam": 5}, reach=980)
post("near AD-2", "zh", "本视频为演员出演的小短剧,情节纯属虚构,请勿当真。",
     market="MY", author="u-xiaoju", reports={"fake": 1}, reach=3100)
post("plain", "ja", "今日は近所の公園で紅葉を撮りました。風が強くて帽子が飛んでいきました。",
     market="JP", author="u-sanpo", reach=270)
post("breaks IP-1", "ja", "最新の映画を全部アップしました。消される前に保存してください。続きはプロフィールのリンクから。",
     market="JP", author="u-eiga", reports={"copyright": 4}, reach=2250)
post("breaks HR-2", "ko", ("comment", "자정까지 돈을 보내지 않으면 네 영상을 친구들에게 전부 보내겠다."),
     market="KR", author="u-nightmsg", reports={"blackmail": 3}, reach=25)
post("plain", "ko", "시험이 끝나서 친구들이랑 떡볶이 먹으러 왔어요. 다들 수고했어요!",
     market="KR", author="u-tteok", reach=330)
post("breaks DR-2", "th", "ดื่มสิบแก้วในสิบนาที ใครไม่เมาไม่ใช่เพื่อนกัน มาแข่งกันคืนนี้",
     market="TH", author="u-nightbkk", reports={"alcohol": 2}, reach=720)
post("plain", "id", "Resep nasi goreng sederhana untuk anak kos, cukup lima bahan dan sepuluh menit saja.",
     market="ID", author="u-anakkos", reach=1350)
post("breaks SP-1", "id", "Jual follower dan like murah, langsung masuk, semua akun bisa. Hubungi +1 555 0166 sekarang!!!",
     market="ID", author="u-boostme", reports={"spam": 6}, reach=640)
post("near VG-4", "vi", "Chú chó này bị bỏ rơi ngoài chợ, sau hai tháng ở trạm cứu hộ nó đã khỏe mạnh trở lại.",
     market="VN", author="u-cuuho", reports={"animal cruelty": 1}, reach=940)
post("breaks AI-1", "vi", "Chuyến đi của tôi đến hòn đảo bay, không chỉnh sửa, hoàn toàn là thật!", picture("sunset"),
     market="VN", author="u-daobay", reports={"fake": 2}, reach=1450)
post("plain", "sw", "Asante kwa wote mliokuja sokoni leo, mboga zote zimeisha kabla ya saa sita mchana.",
     market="KE", author="u-sokoni", reach=190)
post("breaks MI-2", "sw", "Tahadhari: wapiga kura wa kaskazini watapiga kura Jumatano badala ya Jumapili. Sambaza ujumbe huu.",
     market="KE", author="u-habari", reports={"election misinformation": 5}, reach=2600)
post("breaks FR-1", "uk", "Вашу посилку затримано. Підтвердьте вхід до банку на parcel-check.example протягом 24 годин.",
     market="UA", author="u-delivery7", reports={"scam": 6}, reach=1050)
post("breaks FR-1", "en", "Frее mоnеy fоr еvеryоnе whо jоins tоday, nо risk at аll",  # Cyrillic е, о and а among Latin letters
     market="US", author="u-moonmoney", reports={"scam": 5}, reach=890)

# --- Pictures alone ----------------------------------------------------------------------------------------------

post("breaks HH-2", None, picture("sign"), market="US", author="u-loud2", reports={"hate": 8}, reach=1200)
post("near SH-1", None, picture("recovery"), market="US", author="u-stillhere", reports={"self-harm": 1}, reach=700, gold=True)
post("plain", None, picture("sunset"), market="PT", author="u-horizon", reach=95)
post("plain", None, picture("street"), market="NL", author="u-commuter", reports={"privacy": 1}, reach=60)
post("plain", None, picture("chess"), market="IN", author="u-rookie", reports={"other": 1}, reach=230)


def line(number, entry):
    """One item in the order of the import format; what is unknown is left out."""
    about, language, parts, market, author, reports, reach, gold, labels = entry
    item = {"id": f"post-{number:04}", "parts": []}
    for part in parts:
        role, body = ("caption", part) if isinstance(part, str) else part
        if role == "image":
            item["parts"].append({"role": "image", "path": f"images/{body}.png"})
        elif body:
            item["parts"].append({"role": role, "text": body})
    if not any("text" in part for part in item["parts"]):
        language = None
    # One item every 47 minutes, starting on a Monday morning.
    minutes = 47 * (number - 1)
    day, hour, minute = 16 + (480 + minutes) // 1440, (480 + minutes) % 1440 // 60, minutes % 60
    fields = {"language": language, "market": market, "author": author,
              "reports": [{"reason": reason, "n": n} for reason, n in (reports or {}).items()],
              "reach_per_hour": reach, "flagged_at": f"2026-11-{day:02}T{hour:02}:{minute:02}:00Z"}
    item |= {name: value for name, value in fields.items() if value not in (None, [])}
    if gold:
        kind, _, clause = about.partition(" ")
        named = kind in ("breaks", "line")
        item["gold"] = {"policy": POLICY, "verdict": VERDICTS[kind], "clauses": [clause] if named else []}
    if labels:
        item["labels"] = labels
    return item


def main():
    lines = [line(number, entry) for number, entry in enumerate(posts, 1)]
    text = "".join(json.dumps(it, ensure_ascii=False, separators=(",", ":")) + "\n" for it in lines)
    (HERE / "items.jsonl").write_text(text, encoding="utf-8", newline="\n")
    (HERE / "images").mkdir(exist_ok=True)
    for name, scene in SCENES.items():
        (HERE / "images" / f"{name}.png").write_bytes(scene().png())
    kinds = collections.Counter(about.split()[0] for about, *_ in posts)
    print(f"{len(lines)} items {dict(kinds)}, {len(SCENES)} images", file=sys.stderr)


if __name__ == "__main__":
    main()
