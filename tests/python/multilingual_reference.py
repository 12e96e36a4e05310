"""Writes the tiny checkpoints and vectors that models/tests/multilingual.rs compares with.

    python -m venv /tmp/reference
    /tmp/reference/bin/pip install sentence-transformers==6.2.0 transformers==5.23.0 sentencepiece protobuf
    /tmp/reference/bin/python tests/python/multilingual_reference.py models/tests/reference

Nothing is downloaded. A tokenizer is trained by SentencePiece on the sentences below, with a map of characters of its
own, and stored by transformers as it stores XLM-R's: Unigram behind a precompiled map and Metaspace. Weights are by
chance, from a seed, in the architecture of each card at a fraction of its size; vectors are sentence-transformers'.
"""

import json
import pathlib
import sys
import tempfile

import numpy
import sentence_transformers
import sentencepiece
import torch
import transformers
from sentence_transformers import SentenceTransformer, models
from sentencepiece import sentencepiece_model_pb2

OUT = pathlib.Path(sys.argv[1])
SENTENCES = [
    "The bakery on the corner opens at seven and sells out by nine.",
    "Our train was late, so we missed the first half of the concert.",
    "La panadería de la esquina abre a las siete.",
    "¿Dónde está la biblioteca más cercana?",
    "Je ne rachèterais pas cette bouilloire.",
    "Die Bäckerei an der Ecke öffnet um sieben Uhr.",
    "Schöne Grüße aus dem verregneten Süden!",
    "O trem atrasou e perdemos o concerto.",
    "Поезд опоздал, и мы пропустили концерт.",
    "パン屋は七時に開きます。",
    "面包店七点开门，九点卖完。",
    "المخبز في الزاوية يفتح في السابعة.",
    "बेकरी सात बजे खुलती है।",
    "빵집은 일곱 시에 문을 엽니다.",
    "Tiệm bánh mở cửa lúc bảy giờ.",
    "Fırın saat yedide açılıyor.",
]
# What the tokenizer never met, what its map of characters changes, and what is nearly nothing.
ODD = [
    "",
    "   ",
    "a",
    "Ｆｕｌｌ ｗｉｄｔｈ and ﬁne ligatures",
    "two  spaces\tand a\nline",
    "👍🏽 ⚙ ꙮ",
    "word" * 30,
    "query: passage: query:",
    "<s> is no token </s> here",
    "e\u0301 and \u00e9",
    "\u200bzero\u200bwidth",
    "The bakery opens at seven. " * 9,
]
TEXTS = SENTENCES + ODD
HIDDEN = 16
MODELS = {
    # name: (architecture, positions, tokens, prompt, unit length inside the model)
    "minilm": (transformers.BertConfig, 64, 64, "", False),
    "e5": (transformers.BertConfig, 64, 64, "query: ", True),
    "xlm-roberta": (transformers.XLMRobertaConfig, 66, 64, "", False),
}


def tokenizer(folder):
    """XLM-R's kind, small."""
    corpus = folder / "corpus.txt"
    corpus.write_text("\n".join(SENTENCES * 4 + ["query: passage: full width and fine"] * 8), encoding="utf-8")
    rules = folder / "rules.tsv"
    lines = [f"{0xFF01 + n:X}\t{0x21 + n:X}" for n in range(94)]
    lines += ["FB01\t66 69", "65 301\tE9", "200B\t", "9\t20", "A\t20", "3000\t20"]
    rules.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sentencepiece.SentencePieceTrainer.train(
        input=str(corpus), model_prefix=str(folder / "spm"), model_type="unigram", vocab_size=320,
        normalization_rule_tsv=str(rules), hard_vocab_limit=False, num_threads=1, minloglevel=2,
        unk_id=0, bos_id=1, eos_id=2,
    )
    proto = sentencepiece_model_pb2.ModelProto()
    proto.ParseFromString((folder / "spm.model").read_bytes())
    special = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0)]
    pieces = [(it.piece, it.score) for it in proto.pieces[3:]]
    charsmap = proto.normalizer_spec.precompiled_charsmap
    return transformers.XLMRobertaTokenizer(
        vocab=special + pieces + [("<mask>", 0.0)], _spm_precompiled_charsmap=charsmap, model_max_length=64
    )


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    made_by = f"sentence-transformers {sentence_transformers.__version__}, transformers {transformers.__version__}, torch {torch.__version__}"
    reference = {"made_by": made_by, "dimensions": HIDDEN, "texts": TEXTS, "models": {}}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        tokens = tokenizer(folder)
        for seed, (name, (kind, positions, window, prompt, unit)) in enumerate(MODELS.items()):
            torch.manual_seed(seed)
            config = kind(
                vocab_size=len(tokens), hidden_size=HIDDEN, num_hidden_layers=2, num_attention_heads=2,
                intermediate_size=32, max_position_embeddings=positions, type_vocab_size=2 if kind is transformers.BertConfig else 1,
                pad_token_id=1 if kind is transformers.XLMRobertaConfig else 0, layer_norm_eps=1e-12 if kind is transformers.BertConfig else 1e-5,
                initializer_range=0.3,
            )
            model = transformers.AutoModel.from_config(config).eval()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter.add_(torch.randn_like(parameter) * 0.1)
            place = folder / name
            model.save_pretrained(place)
            tokens.save_pretrained(place)
            read = models.Transformer(str(place), max_seq_length=window)
            parts = [read, models.Pooling(HIDDEN, pooling_mode="mean")]
            whole = SentenceTransformer(modules=parts + [models.Normalize()] * unit, device="cpu")
            vectors = whole.encode(TEXTS, prompt=prompt or None, batch_size=1, normalize_embeddings=True)
            ids = [whole.tokenize([prompt + it])["input_ids"][0].tolist() for it in TEXTS]
            reference["models"][name] = {"prefix": prompt, "ids": ids}
            (OUT / f"multilingual-{name}.bin").write_bytes(numpy.asarray(vectors, "<f4").tobytes())
            for file in ("model.safetensors", "config.json"):
                (OUT / f"multilingual-{name}.{file}").write_bytes((place / file).read_bytes())
        (OUT / "multilingual.tokenizer.json").write_bytes((folder / "e5/tokenizer.json").read_bytes())
    (OUT / "multilingual.json").write_text(json.dumps(reference, ensure_ascii=False) + "\n", encoding="utf-8")


main()
