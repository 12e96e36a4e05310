"""Tokens of texts as the authors' own `tokenizer.json` has them, and the texts in normal form C.

parity_tokens.py TOKENIZER TEXTS: TEXTS is a JSON list. No text spells a token of control here, so the added tokens are
taken out first.
"""

import json
import sys
import unicodedata

from tokenizers import Tokenizer

with open(sys.argv[1], encoding="utf-8") as file:
    described = json.load(file)
described["added_tokens"] = []
tokenizer = Tokenizer.from_str(json.dumps(described))
with open(sys.argv[2], encoding="utf-8") as file:
    texts = json.load(file)
print(json.dumps({
    "ids": [it.ids for it in tokenizer.encode_batch(texts, add_special_tokens=False)],
    "composed": [unicodedata.normalize("NFC", it) for it in texts],
}))
