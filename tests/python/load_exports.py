"""Loads an export the way a trainer does and checks every row.

    python load_exports.py FOLDER

Prints one line of JSON: rows per dataset and split, as `datasets` counted them. Any rule broken ends it with a
message and status 1. TRL itself is not installed here (it brings torch): what its PRMTrainer does to a row is
written out below, after trl/experimental/prm/prm_trainer.py `tokenize_row`.
"""

import datetime
import json
import pathlib
import sys
import tempfile

from datasets import Json, List, Value, load_dataset

FOLDER = pathlib.Path(sys.argv[1])
STEP_SEPARATOR = "\n"


def need(holds, rule):
    if not holds:
        sys.exit(f"broken: {rule}")


def lines(name, split):
    with open(FOLDER / name / f"{split}.jsonl", encoding="utf-8", newline="\n") as file:
        return [json.loads(line) for line in file]


def without_nulls(value):
    """`datasets` fills what a row leaves out with None; the file just leaves it out."""
    if isinstance(value, dict):
        return {key: without_nulls(it) for key, it in value.items() if it is not None}
    if isinstance(value, list):
        return [without_nulls(it) for it in value]
    return value


def check_raw(row, line):
    need(row["schema"] == "casebook/cot-record/1", "raw rows name their schema")
    for place in ("first_impression", "provenance"):
        for field in ("started_at", "stored_at", "created_at"):
            at = (row[place] or {}).get(field)
            if at is not None:
                need(at.utcoffset() is not None, "times come with a zone")
                row[place][field] = line[place][field]
    for step, written in zip(row["steps"], line["steps"], strict=True):
        need(step["rating"] in (-1, 0, 1, "unsure", None), f"a rating as the schema spells it: {step['rating']!r}")
        need(step["rating"] == written["rating"], "ratings load as they were written")
    need(without_nulls(row) == without_nulls(line), f"raw row {row['id']} loads as it was written")
    texts = {part["id"]: part["text"] for part in row["item"]["parts"]}
    for evidence in row["evidence"]:
        if evidence["kind"] == "text_span":
            # Python counts in Unicode scalars too, so offsets fit without a conversion.
            piece = texts[evidence["part"]][evidence["start"] : evidence["end"]]
            need(piece == evidence["quote"], f"quote of {evidence['id']} in {row['id']}")
    for part in row["item"]["parts"]:
        if part["kind"] == "image":
            need((FOLDER / part["path"]).is_file(), f"{part['path']} is in the export")


def check_sft(row, line):
    """Prompt-completion, conversational: lists of messages, the completion by the assistant."""
    need(set(row) == {"prompt", "completion"}, "sft has the columns prompt and completion")
    need(row == line, "sft loads as it was written")
    for message in row["prompt"] + row["completion"]:
        need(set(message) == {"role", "content"} and message["content"], "a message has a role and words")
    need([it["role"] for it in row["prompt"]] == ["system", "user"], "the prompt is system, then user")
    need([it["role"] for it in row["completion"]] == ["assistant"], "the completion is the assistant's")
    json.loads(row["prompt"][1]["content"])
    think, answer = row["completion"][0]["content"].split("</think>")
    need(think.startswith("<think>\n1. "), "steps are numbered")
    verdict = json.loads(answer)["verdict"]
    need(verdict in ("violating", "not_violating", "borderline", "escalate"), f"a verdict to learn: {verdict}")


def check_prm(row, line):
    """Stepwise supervision, standard format."""
    need(set(row) == {"prompt", "completions", "labels"}, "prm has the columns prompt, completions and labels")
    need(row == line, "prm loads as it was written")
    need(isinstance(row["prompt"], str) and row["prompt"], "the prompt is a string")
    need(all(isinstance(it, str) and it.strip() for it in row["completions"]), "completions are strings")
    need(all(isinstance(it, bool) for it in row["labels"]), "labels are booleans")
    need(len(row["completions"]) == len(row["labels"]) > 0, "one label a step")
    need(False not in row["labels"][:-1], "a chain ends with its first wrong step")
    ids, labels = tokenize_row(row)
    marked = [(token, label) for token, label in zip(ids, labels, strict=True) if label != -100]
    need([label for _, label in marked] == [int(it) for it in row["labels"]], "the trainer sees each label once")
    need(all(token == ord(STEP_SEPARATOR) for token, _ in marked), "at the separator that ends its step")
    steps = ids[len(row["prompt"]) :].count(ord(STEP_SEPARATOR))
    need(steps == len(row["labels"]), "no step holds the separator")


def tokenize_row(row):
    """As TRL does, with one token a character."""
    tokenize = lambda text: [ord(it) for it in text]
    completions = [tokenize(it) + tokenize(STEP_SEPARATOR) for it in row["completions"]]
    labels = [[-100] * (len(it) - 1) + [int(label)] for it, label in zip(completions, row["labels"], strict=True)]
    prompt = tokenize(row["prompt"])
    return prompt + sum(completions, []), [-100] * len(prompt) + sum(labels, [])


def check_label_studio(folder, splits):
    """The labeling config and every annotation pass Label Studio's own checks; its converter reads the tasks."""
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface

    config = (folder / "config.xml").read_text(encoding="utf-8")
    interface = LabelInterface(config)
    interface.validate()
    kinds = {}
    counted = {}
    for split in splits:
        tasks = json.loads((folder / f"{split}.json").read_text(encoding="utf-8"))
        for task in tasks:
            need(interface.validate_task({"data": task["data"]}), f"task {task['id']} has the keys of the config")
            need(task["predictions"] == [], "nothing a model said is given as a prediction")
            for annotation in task["annotations"]:
                for n, region in enumerate(annotation["result"]):
                    faults = interface.validate_region(region, return_errors=True, region_index=n)
                    need(not faults, f"task {task['id']}: {faults}")
                    kinds[region["type"]] = kinds.get(region["type"], 0) + 1
                    if region["type"] == "labels":
                        value = region["value"]
                        said = task["data"][region["to_name"]]
                        # Python counts code points, and so do Label Studio's offsets.
                        need(said[value["start"] : value["end"]] == value["text"], f"span of task {task['id']}")
        with tempfile.TemporaryDirectory() as out:
            converter = Converter(config, str(FOLDER), download_resources=False)
            converter.convert_to_json_min(str(folder / f"{split}.json"), out, is_dir=False)
            rows = json.loads((pathlib.Path(out) / "result.json").read_text(encoding="utf-8"))
            need(len(rows) == sum(len(task["annotations"]) for task in tasks), "the converter sees every annotation")
            need(all(row["verdict"] for row in rows), "and its verdict")
            counted[split] = len(rows)
    need(set(kinds) == {"choices", "number", "textarea", "labels", "rectanglelabels"}, f"every kind is there: {kinds}")
    return counted


def same_time(at, written):
    return (at is None and written is None) or at == datetime.datetime.fromisoformat(written)


def check_parquet(folder, splits):
    """pyarrow reads typed columns, `datasets` loads the folder, and every row is the record of `raw`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    counted = {}
    loaded = load_dataset(str(folder))
    need(set(loaded) == set(splits), "parquet has the splits of the manifest")
    for split in splits:
        table = pq.read_table(folder / f"{split}.parquet")
        stored = table.schema.field("provenance").type.field("created_at").type
        need(stored == pa.timestamp("ms", tz="UTC"), f"times are times: {stored}")
        need(table.schema.field("steps").type.value_type.field("n").type == pa.int64(), "numbers are numbers")
        need(table.schema.field("complete").type == pa.bool_(), "truths are truths")
        rows = table.to_pylist()
        need(rows == list(loaded[split]), "datasets sees what pyarrow sees")
        if (FOLDER / "raw").exists():
            for row, line in zip(rows, lines("raw", split), strict=True):
                check_columns(row, line)
        counted[split] = len(rows)
    return counted


def check_columns(row, line):
    for place, field in (("first_impression", "started_at"), ("first_impression", "stored_at"), ("provenance", "created_at")):
        if line.get(place):
            need(same_time(row[place][field], line[place].get(field)), f"{field} of {line['id']}")
            row[place][field] = line[place].get(field)
    for step in row["steps"]:
        step["rating"] = step["rating"] and json.loads(step["rating"])
        for other in step["alternatives"] or []:
            other["rating"] = other["rating"] and json.loads(other["rating"])
    for draft in row["model_drafts"] or []:
        draft["scores"] = draft["scores"] and json.loads(draft["scores"])
    need(without_nulls(row) == without_nulls(line), f"parquet row {row['id']} is the record of raw")


MESSAGES = List({"role": Value("string"), "content": Value("string")})
COLUMNS = {
    "sft": {"prompt": MESSAGES, "completion": MESSAGES},
    "prm": {"prompt": Value("string"), "completions": List(Value("string")), "labels": List(Value("bool"))},
}
CHECKS = {"raw": check_raw, "sft": check_sft, "prm": check_prm}


def main():
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    counted = {}
    for name, dataset in manifest["datasets"].items():
        if dataset["rows"] == 0:
            continue
        if name == "label-studio":
            counted[name] = check_label_studio(FOLDER / name, dataset["splits"])
            continue
        if name == "parquet":
            counted[name] = check_parquet(FOLDER / name, dataset["splits"])
            continue
        loaded = load_dataset(str(FOLDER), name)
        need(set(loaded) == set(dataset["splits"]), f"{name} has the splits of the manifest")
        for split, rows in loaded.items():
            need(split in ("train", "validation", "test"), f"{split} is a split trainers know")
            if name in COLUMNS:
                need(dict(rows.features) == COLUMNS[name], f"columns of {name}: {rows.features}")
            else:
                need(isinstance(rows.features["steps"].feature["rating"], Json), "ratings are numbers and words")
            written = lines(name, split)
            for row, line in zip(rows, written, strict=True):
                CHECKS[name](row, line)
            counted.setdefault(name, {})[split] = len(rows)
    print(json.dumps(counted))


main()
