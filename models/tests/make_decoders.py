"""Writes the tiny language models that models/tests/families.rs loads, and what they answer by an independent implementation.

    python -m venv /tmp/decoders && /tmp/decoders/bin/pip install torch transformers
    /tmp/decoders/bin/python models/tests/make_decoders.py

Weights are drawn by chance from a seed. Every field of a configuration that changes what is computed has a value that
is nobody's default, so that a field which is not read shows in the numbers.
"""

import json
import pathlib
import shutil

import numpy
import tokenizers
import torch
import transformers
from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

OUT = pathlib.Path(__file__).parent / "reference" / "decoders"
# Larger than the vocabulary, as those of Qwen are.
N_WORDS = 292
SHARED = {"vocab_size": N_WORDS, "dtype": "float32", "bos_token_id": None, "eos_token_id": None}
MODELS = {
    "qwen2": (
        transformers.Qwen2Config(
            hidden_size=20, intermediate_size=28, num_hidden_layers=2, num_attention_heads=6, num_key_value_heads=2,
            head_dim=6, rms_norm_eps=3e-3, max_position_embeddings=200, tie_word_embeddings=False,
            rope_parameters={"rope_type": "default", "rope_theta": 700.0}, **SHARED,
        ),
        transformers.Qwen2ForCausalLM,
    ),
    "qwen3": (
        transformers.Qwen3Config(
            hidden_size=16, intermediate_size=36, num_hidden_layers=3, num_attention_heads=3, num_key_value_heads=1,
            head_dim=10, rms_norm_eps=2e-2, max_position_embeddings=180, tie_word_embeddings=True,
            rope_parameters={"rope_type": "default", "rope_theta": 90.0}, **SHARED,
        ),
        transformers.Qwen3ForCausalLM,
    ),
    "llama": (
        transformers.LlamaConfig(
            hidden_size=16, intermediate_size=40, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2,
            head_dim=8, rms_norm_eps=7e-3, max_position_embeddings=160, tie_word_embeddings=False,
            # One of the four speeds is left as it is, one lies between, two are slowed down.
            rope_parameters={
                "rope_type": "llama3", "rope_theta": 500.0, "factor": 5.0, "low_freq_factor": 1.25,
                "high_freq_factor": 3.5, "original_max_position_embeddings": 64,
            },
            **SHARED,
        ),
        transformers.LlamaForCausalLM,
    ),
}
# What spells the answers, and parts of what spells tokens of control.
MERGES = [
    "Y e", "Ye s", "N o", "y e", "ye s", "n o", "Ġ Yes", "Ġ No", "Ġ yes", "Ġ no", "Y E", "YE S", "< |", "| >", "i m",
    "_ s", "_s t", "u s", "e r", "us er", "Ċ Ċ", "1 2", "12 3", "e l", "l o", "el lo",
]
SPECIAL = {
    "chatml": ["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    "headers": ["<|begin_of_text|>", "<|end_of_text|>", "<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
}
# As the authors' files have them.
QWEN_WORDS = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
LLAMA_WORDS = QWEN_WORDS.replace(r"\p{N}| ?", r"\p{N}{1,3}| ?")
CHATML = (
    "{% for it in messages %}{{ '<|im_start|>' + it.role + '\n' + it.content + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
HEADERS = (
    "{% for it in messages %}{% set content = '<|start_header_id|>' + it.role + '<|end_header_id|>\n\n' "
    "+ it.content | trim + '<|eot_id|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}"
    "{{ content }}{% endfor %}{% if add_generation_prompt %}"
    "{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}"
)
CONVERSATION = [
    {"role": "system", "content": "You read policies. Answer Yes or No."},
    {"role": "user", "content": "Clause 12345: no 'spam', it's  bad.\n\nCafe\u0301, ünïcode 🙂 user\n"},
    {"role": "assistant", "content": "Yes"},
    {"role": "user", "content": "  Hello 123 yello? "},
]
# Lengths of the prompts, and after how many tokens the answer is looked at.
LOOKS = {1: [1], 23: [2, 9, 23], 140: [33, 64, 129, 140]}


def tokenizer(frame: str) -> transformers.PreTrainedTokenizerFast:
    letters = sorted(tokenizers.pre_tokenizers.ByteLevel.alphabet())
    merges = [tuple(it.split()) for it in MERGES]
    vocabulary = {it: n for n, it in enumerate(letters + ["".join(it) for it in merges])}
    model = tokenizers.models.BPE(vocabulary, merges, ignore_merges=frame == "headers")
    made = tokenizers.Tokenizer(model)
    words = QWEN_WORDS if frame == "chatml" else LLAMA_WORDS
    if frame == "chatml":
        made.normalizer = tokenizers.normalizers.NFC()
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(words), "isolated")
    made.pre_tokenizer = tokenizers.pre_tokenizers.Sequence(
        [split, tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    made.decoder = tokenizers.decoders.ByteLevel()
    made.add_special_tokens(SPECIAL[frame])
    if frame == "chatml":
        made.add_tokens(["<tool_call>", "</tool_call>"])
    template, first = (CHATML, None) if frame == "chatml" else (HEADERS, "<|begin_of_text|>")
    return transformers.PreTrainedTokenizerFast(tokenizer_object=made, chat_template=template, bos_token=first)


def draw(model: torch.nn.Module) -> None:
    chance = torch.Generator().manual_seed(7)
    normal = lambda it: torch.randn(it.shape, generator=chance)
    with torch.no_grad():
        for name, it in model.named_parameters():
            if "norm" in name:
                it.copy_(1 + 0.3 * normal(it))
            elif "embed" in name or "bias" in name:
                it.copy_(0.5 * normal(it))
            else:
                it.copy_(1.5 * normal(it) / it.shape[1] ** 0.5)


def write(family: str) -> dict:
    config, kind = MODELS[family]
    model = kind(config).eval()
    draw(model)
    folder = OUT / family
    shutil.rmtree(folder, ignore_errors=True)
    # One in several files, as large ones are.
    model.save_pretrained(folder, max_shard_size="30KB" if family == "qwen3" else "5GB")
    (folder / "generation_config.json").unlink()
    spells = tokenizer("headers" if family == "llama" else "chatml")
    (folder / "tokenizer.json").write_text(spells.backend_tokenizer.to_str(pretty=False) + "\n")
    said = spells.apply_chat_template(CONVERSATION, add_generation_prompt=True, return_dict=False)
    chance = numpy.random.default_rng(11)
    prompts, logits = [], []
    with torch.no_grad():
        for length, looks in LOOKS.items():
            ids = chance.integers(0, N_WORDS, length).tolist()
            found = model(torch.tensor([ids])).logits[0].numpy()
            assert numpy.abs(found).max() > 1, "numbers near nothing would agree with anything"
            logits += [found[it - 1] for it in looks]
            prompts.append({"ids": ids, "looks": looks})
    numpy.stack(logits).astype("<f4").tofile(folder / "logits.bin")
    about = {"conversation": said, "prompts": prompts}
    if family == "llama":
        plain = 1 / 500.0 ** (torch.arange(0, 8, 2).float() / 8)
        slowed, _ = ROPE_INIT_FUNCTIONS["llama3"](config, "cpu")
        # As a GGUF file has them.
        about["rope_freqs"] = (plain / slowed).tolist()
    return about


def main() -> None:
    made_by = f"transformers {transformers.__version__}, torch {torch.__version__}"
    families = {it: write(it) for it in MODELS}
    about = {"made_by": made_by, "turns": CONVERSATION, "families": families}
    (OUT / "reference.json").write_text(json.dumps(about, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
