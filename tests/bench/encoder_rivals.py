"""What the packed encoder is measured against, in a process of its own: one JSON line asked, one answered.

    encoder_rivals.py fp32 MODEL_FOLDER TOKENS.json     ONNX Runtime fp32 on one thread
    encoder_rivals.py int8 MODEL_FOLDER TOKENS.json     the same, its weights quantised by ONNX Runtime
    encoder_rivals.py st MODEL_FOLDER TEXTS.json        sentence-transformers on two threads
    encoder_rivals.py tokens TOKENIZER TEXTS.json       what `tokenizers` makes of texts; answers once, unasked

The ONNX graph is built here from the model's own safetensors, as torch's exporter would write it, and fused by
ONNX Runtime's optimizer for transformers; which nodes came out is asserted. `quantize_dynamic` then gets that graph, at
its own defaults.
"""

import json
import pathlib
import sys
import tempfile
import time

import numpy


def write_graph(folder: pathlib.Path, path: pathlib.Path) -> None:
    """BERT as an ONNX file, not yet fused."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text())
    hidden, heads = config["hidden_size"], config["num_attention_heads"]
    weights = load_file(folder / "model.safetensors")
    nodes, constants = [], []

    def constant(name: str, value: numpy.ndarray) -> str:
        constants.append(numpy_helper.from_array(numpy.ascontiguousarray(value), name))
        return name

    def node(kind: str, inputs: list[str], name: str, **attributes) -> str:
        nodes.append(helper.make_node(kind, inputs, [name], name=name, **attributes))
        return name

    def number(name: str, value: float) -> str:
        return constant(name, numpy.array(value, numpy.float32))

    def whole(name: str, values: list[int]) -> str:
        return constant(name, numpy.array(values, numpy.int64))

    def linear(x: str, name: str) -> str:
        matrix = constant(f"{name}.matrix", weights[f"{name}.weight"].T)
        bias = constant(f"{name}.bias", weights[f"{name}.bias"])
        return node("Add", [node("MatMul", [x, matrix], f"{name}/product"), bias], f"{name}/sum")

    def norm(x: str, name: str) -> str:
        gain, bias = (constant(f"{name}.{it}", weights[f"{name}.{it}"]) for it in ("weight", "bias"))
        return node("LayerNormalization", [x, gain, bias], f"{name}/normed", axis=-1, epsilon=config["layer_norm_eps"])

    word = constant("words", weights["embeddings.word_embeddings.weight"])
    kind = constant("kinds", weights["embeddings.token_type_embeddings.weight"])
    place = constant("places", weights["embeddings.position_embeddings.weight"])
    length = node("Gather", [node("Shape", ["input_ids"], "shape"), whole("one", 1)], "length", axis=0)
    length = node("Unsqueeze", [length, whole("axis0", [0])], "lengths")
    every = constant("every", numpy.arange(config["max_position_embeddings"], dtype=numpy.int64)[None])
    places = node("Slice", [every, whole("from", [0]), length, whole("axis1", [1])], "position_ids")
    x = node("Add", [node("Gather", [word, "input_ids"], "word"), node("Gather", [kind, "token_type_ids"], "kind")], "both")
    x = node("Add", [x, node("Gather", [place, places], "place")], "embedded")
    x = norm(x, "embeddings.LayerNorm")

    mask = node("Unsqueeze", ["attention_mask", whole("axis_a", [1])], "mask3")
    mask = node("Unsqueeze", [mask, whole("axis_b", [2])], "mask4")
    mask = node("Cast", [mask], "mask_float", to=TensorProto.FLOAT)
    mask = node("Sub", [number("whole", 1.0), mask], "mask_inverse")
    mask = node("Mul", [mask, number("far", -10000.0)], "mask_far")

    for n in range(config["num_hidden_layers"]):
        layer = f"encoder.layer.{n}"

        def split(x: str, name: str, order: list[int]) -> str:
            shape = whole(f"{layer}.{name}.shape", [0, 0, heads, hidden // heads])
            cut = node("Reshape", [linear(x, f"{layer}.attention.self.{name}"), shape], f"{layer}.{name}/cut")
            return node("Transpose", [cut], f"{layer}.{name}/turned", perm=order)

        query, key = split(x, "query", [0, 2, 1, 3]), split(x, "key", [0, 2, 3, 1])
        value = split(x, "value", [0, 2, 1, 3])
        scores = node("MatMul", [query, key], f"{layer}/scores")
        scores = node("Div", [scores, number(f"{layer}.root", (hidden // heads) ** 0.5)], f"{layer}/scaled")
        scores = node("Add", [scores, mask], f"{layer}/masked")
        shares = node("Softmax", [scores], f"{layer}/shares", axis=-1)
        mixed = node("Transpose", [node("MatMul", [shares, value], f"{layer}/mixed")], f"{layer}/back", perm=[0, 2, 1, 3])
        mixed = node("Reshape", [mixed, whole(f"{layer}.joined", [0, 0, hidden])], f"{layer}/joined")
        mixed = linear(mixed, f"{layer}.attention.output.dense")
        x = norm(node("Add", [mixed, x], f"{layer}/first"), f"{layer}.attention.output.LayerNorm")
        wide = linear(x, f"{layer}.intermediate.dense")
        erf = node("Erf", [node("Div", [wide, number(f"{layer}.sqrt2", 2**0.5)], f"{layer}/z")], f"{layer}/erf")
        erf = node("Add", [erf, number(f"{layer}.plus", 1.0)], f"{layer}/erf1")
        wide = node("Mul", [node("Mul", [wide, erf], f"{layer}/double"), number(f"{layer}.half", 0.5)], f"{layer}/gelu")
        x = norm(node("Add", [linear(wide, f"{layer}.output.dense"), x], f"{layer}/second"), f"{layer}.output.LayerNorm")

    ids = [helper.make_tensor_value_info(it, TensorProto.INT64, ["batch", "length"]) for it in ("input_ids", "attention_mask", "token_type_ids")]
    out = helper.make_tensor_value_info(x, TensorProto.FLOAT, ["batch", "length", hidden])
    model = helper.make_model(helper.make_graph(nodes, "bert", ids, [out], constants), opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


class Onnx:
    def __init__(self, folder: pathlib.Path, is_int8: bool):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        with tempfile.TemporaryDirectory() as scratch:
            path = self.fused(folder, pathlib.Path(scratch))
            if is_int8:
                path = self.quantised(path)
            self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.version = f"onnxruntime {onnxruntime.__version__} {'int8' if is_int8 else 'fp32'}"

    def fused(self, folder: pathlib.Path, scratch: pathlib.Path) -> pathlib.Path:
        import onnxruntime
        from onnxruntime.transformers import optimizer

        config = json.loads((folder / "config.json").read_text())
        layers, heads, hidden = config["num_hidden_layers"], config["num_attention_heads"], config["hidden_size"]
        plain, basic, path = scratch / "plain.onnx", scratch / "basic.onnx", scratch / "fused.onnx"
        write_graph(folder, plain)
        # The optimizer's own `opt_level=1` is this pass, and asks for torch.
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(basic)
        onnxruntime.InferenceSession(str(plain), options, providers=["CPUExecutionProvider"])
        fused = optimizer.optimize_model(str(basic), model_type="bert", num_heads=heads, hidden_size=hidden, opt_level=0)
        expected = {"EmbedLayerNormalization": 1, "Attention": layers, "SkipLayerNormalization": 2 * layers, "BiasGelu": layers}
        self.nodes = counted(fused.model, expected)
        fused.save_model_to_file(str(path))
        return path

    def quantised(self, fused: pathlib.Path) -> pathlib.Path:
        import onnx
        from onnxruntime.quantization import quantize_dynamic

        path = fused.with_name("int8.onnx")
        # Behind fused nodes it cannot tell that numbers are of single precision: all of them are.
        quantize_dynamic(fused, path, extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
        layers = self.nodes["Attention"]
        self.nodes = counted(onnx.load(path), {"QEmbedLayerNormalization": 1, "QAttention": layers, "MatMulInteger": 3 * layers})
        return path

    def embed(self, batch: list[list[int]]) -> numpy.ndarray:
        ids = numpy.zeros((len(batch), max(map(len, batch))), numpy.int32)
        mask = numpy.zeros_like(ids)
        for n, it in enumerate(batch):
            ids[n, : len(it)] = it
            mask[n, : len(it)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": numpy.zeros_like(ids)}
        wanted = {it.name: numpy.int64 if "int64" in it.type else numpy.int32 for it in self.session.get_inputs()}
        states = self.session.run(None, {name: feed[name].astype(kind) for name, kind in wanted.items()})[0]
        # One product per text sums only its own tokens, and writes no masked copy of all states.
        shares = (mask / mask.sum(1, keepdims=True)).astype(numpy.float32)
        mean = numpy.matmul(shares[:, None, :], states)[:, 0]
        return mean / numpy.linalg.norm(mean, axis=1, keepdims=True)


def counted(model, expected: dict[str, int]) -> dict[str, int]:
    """How many nodes there are of each kind that is expected: as many as expected."""
    kinds = [it.op_type for it in model.graph.node]
    found = {it: kinds.count(it) for it in expected}
    assert found == expected, f"there are {found}, all of them: {sorted(set(kinds))}"
    return found


def onnx_runtime(folder: pathlib.Path, tokens: list[list[int]], is_int8: bool) -> None:
    model = Onnx(folder, is_int8)
    say({"ready": model.version, "nodes": model.nodes})
    for line in sys.stdin:
        asked = json.loads(line)
        size = asked["batch"]
        cpu, wall = time.process_time(), time.perf_counter()
        parts = [model.embed(tokens[n : n + size]) for n in range(0, len(tokens), size)]
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        if "to" in asked:
            numpy.concatenate(parts).astype("<f4").tofile(asked["to"])
        say({"cpu_s": cpu, "wall_s": wall})


def sentence_transformers(folder: pathlib.Path, texts: list[str]) -> None:
    import sentence_transformers
    import torch

    torch.set_num_threads(2)
    model = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    model.max_seq_length = 256
    model.encode(texts[:64], batch_size=32)
    say({"ready": f"sentence-transformers {sentence_transformers.__version__}, torch {torch.__version__}"})
    for _ in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        model.encode(texts, batch_size=32, normalize_embeddings=True)
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        say({"cpu_s": cpu, "wall_s": wall})


def tokens_of(tokenizer: pathlib.Path, prefix: str, texts: list[str]) -> None:
    from tokenizers import Tokenizer

    it = Tokenizer.from_file(str(tokenizer))
    it.no_padding()
    it.no_truncation()
    alone = it.encode_batch(texts, add_special_tokens=False)
    whole = it.encode_batch([prefix + text for text in texts])
    say({"alone": [it.ids for it in alone], "whole": [it.ids for it in whole]})


def say(answer: dict) -> None:
    print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    which, path, data = sys.argv[1], pathlib.Path(sys.argv[2]), json.loads(pathlib.Path(sys.argv[3]).read_text())
    match which:
        case "fp32" | "int8":
            onnx_runtime(path, data, is_int8=which == "int8")
        case "st":
            sentence_transformers(path, data)
        case "tokens":
            tokens_of(path, data["prefix"], data["texts"])
        case _:
            sys.exit(f"{which}: there is no such rival")
