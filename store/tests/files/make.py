#!/usr/bin/env python3
"""Makes the case files of version 11 in this folder, with a Casebook that writes that version:

    make.py PATH-TO-THAT-CASEBOOK SAMPLES-FOLDER

They are kept because no later program can make them: each must open in every later one with nothing lost.
The default model has to be installed for it. The items are samples/items.jsonl and nobody's words.
"""
import json, pathlib, shutil, sqlite3, subprocess, sys, tempfile

program, samples = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
here = pathlib.Path(__file__).resolve().parent
work = pathlib.Path(tempfile.mkdtemp())


def run(who, *args):
    done = subprocess.run([program, "--reviewer", who, *map(str, args)], capture_output=True, text=True, cwd=samples)
    if done.returncode != 0:
        raise SystemExit(f"{args}: {done.stderr}")
    return done.stdout


def call(who, case, verb, **args):
    return json.loads(run(who, "call", case, verb, json.dumps(args)) or "null")


def new(name, ids):
    case = work / name
    run("Ada", "new", case)
    lines = [it for it in (samples / "items.jsonl").read_text().splitlines() if json.loads(it)["id"] in ids]
    assert len(lines) == len(ids), (name, len(lines))
    source = samples / f".{name}.jsonl"
    refused = ['{"id": "no-parts", "parts": []}'] if name == "text.casebook" else []
    source.write_text("\n".join(lines + refused) + "\n")
    try:
        run("Ada", "import", case, source)
    finally:
        source.unlink()
    return case


def judgement(choice, *clauses):
    return {"choice": choice, "clauses": clauses, "severity": None, "confidence": "certain", "cannot_judge_reason": None}


def look(who, case, queue, row, choice, *clauses):
    """Opens an item and stores a first impression; gives the draft to start from."""
    call(who, case, "open_item", queue=queue, row=row)
    impression = {"judgement": judgement(choice, *clauses), "note": "at first sight"}
    return call(who, case, "store_impression", queue=queue, row=row, impression=impression)["start"]


def decide(who, case, queue, row, choice, *clauses):
    draft = look(who, case, queue, row, choice, *clauses)
    call(who, case, "save_draft", row=row, draft=draft)
    return call(who, case, "submit", queue=queue, row=row, draft=draft, active=4200.0)["record"]


def keep(case):
    """Copies it here with what waits in its log."""
    for ending in ("", "-wal"):
        path = case.with_name(case.name + ending)
        if path.exists() and path.stat().st_size:
            shutil.copy(path, here / f"{path.name}")


items = [json.loads(it) for it in (samples / "items.jsonl").read_text().splitlines()]
texts = [it["id"] for it in items if all("text" in part for part in it["parts"])]
pictures = [it["id"] for it in items if any("path" in part for part in it["parts"])]

text = new("text.casebook", texts[:12])
keep(text)

shown = new("pictures.casebook", pictures[:3])
for row in (1, 2):
    review = call("Ada", shown, "open_item", queue="Reported", row=row)
    for part in review["item"]["parts"]:
        if part["kind"] == "image":
            call("Ada", shown, "uncover", row=row, part=part["id"])
decide("Ada", shown, "Reported", 1, "allow")
keep(shown)

decided = new("decided.casebook", texts[:24])
run("Ada", "score", decided)
decide("Ada", decided, "Reported", 1, "allow")
decide("Ada", decided, "Reported", 2, "remove", "FR-1")
decide("Ada", decided, "Reported", 3, "remove", "FR-1")
call("Ada", decided, "undo", queue="Reported")
call("Ada", decided, "open_item", queue="Reported", row=3)
draft = call("Ada", decided, "open_item", queue="Reported", row=3)["draft"]
draft["judgement"] = judgement("remove", "FR-1")
call("Ada", decided, "submit", queue="Reported", row=3, draft=draft, active=900.0)
decide("Ada", decided, "Reported", 4, "escalate", "CS-1")
call("Ada", decided, "open_item", queue="Reported", row=6)
call("Ada", decided, "set_aside", queue="Reported", row=6, how="skip")
call("Ada", decided, "open_item", queue="Reported", row=7)
call("Ada", decided, "set_aside", queue="Reported", row=7, how="defer")
call("Ada", decided, "undo", queue="Reported")
call("Ada", decided, "act_on", rows=[8, 9], act={"kind": "assign", "to": "Bo"})
call("Ada", decided, "act_on", rows=[10, 11], act={"kind": "move", "to": "Reported"})
call("Ada", decided, "act_on", rows=[12, 13], act={"kind": "skip", "queue": "Reported"})
call("Ada", decided, "take_back", act=3)
call("Ada", decided, "set_threshold", target="openai-moderation/H", percent=60)
keep(decided)

air = new("mid-air.casebook", texts[:8])
run("Ada", "score", air)
draft = look("Ada", air, "Reported", 1, "remove", "MI-1")
draft["steps"].append({"id": "h1", "stage": "observe", "text": "Written and not submitted.", "draft_text": None, "author": "human",
    "source": "human", "evidence": [], "clauses": [], "exceptions": [], "rating": None, "deleted": False, "drafted_as": None})
call("Ada", air, "save_draft", row=1, draft=draft)
call("Ada", air, "open_item", queue="Reported", row=2)
call("Ada", air, "save_picks", row=2, picks={"choice": "allow", "clauses": [], "severity": None, "confidence": None,
    "cannot_judge_reason": None, "note": "picked and not stored"})
look("Bo", air, "Reported", 3, "cannot_judge")
# What comes now stays in the log beside the file, as after a kill: somebody else still reads.
reader = sqlite3.connect(air)
reader.execute("pragma wal_autocheckpoint = 0")
reader.execute("begin")
reader.execute("select count(*) from item").fetchall()
call("Ada", air, "save_draft", row=1, draft={**draft, "creator_message": "in the log alone"})
keep(air)
reader.close()

both = new("two-reviewers.casebook", texts[:10])
run("Ada", "score", both)
call("Ada", both, "save_queue", queue={"name": "Twice", "filter": {}, "order": "urgency", "mode": {"kind": "blind"}, "reviews_wanted": 2})
call("Ada", both, "save_queue", queue={"name": "Helped", "filter": {}, "order": "risk", "mode": {"kind": "assisted"}, "reviews_wanted": 3})
call("Ada", both, "save_queue", queue={"name": "Drawn", "filter": {}, "order": "chance", "mode": {"kind": "drawn", "blind_probability": 0.5}, "reviews_wanted": 2})
for row in range(1, 6):
    decide("Ada", both, "Twice", row, "remove" if row % 2 else "allow", *(["HH-1"] if row % 2 else []))
for row in range(2, 5):
    decide("Bo", both, "Twice", row, "allow")
call("Bo", both, "list", request={"filter": {"filter": {}, "standing": "all"}, "order": "risk", "queue": "Helped", "offset": 0, "limit": 5, "fresh": True})
call("Bo", both, "open_item", queue="Helped", row=7)
call("Bo", both, "open_item", queue="Drawn", row=8)
run("Ada", "export", both, "--to", work / "out", "--formats", "raw,sft,prm")
keep(both)

# Drafts as no version wrote them, and a body with a field of a later one.
odd = work / "odd.casebook"
shutil.copy(here / "two-reviewers.casebook", odd)
db = sqlite3.connect(odd)
db.execute("update draft set body = ? where item = 1", (json.dumps({"steps": "many"}),))
db.execute("update draft set body = json_set(body, '$.weather', 'fair', '$.steps[0].mood', 3) where item = 2")
db.execute("insert into impression_draft values (9, 1, ?, 1795000000000)", (json.dumps({"choice": "perhaps"}),))
db.commit()
db.execute("pragma wal_checkpoint(truncate)")
db.close()
keep(odd)

# A page of the table of annotations is overwritten.
damaged = work / "damaged.casebook"
shutil.copy(here / "two-reviewers.casebook", damaged)
db = sqlite3.connect(damaged)
root, size = db.execute("select rootpage from sqlite_schema where name = 'annotation'").fetchone()[0], db.execute("pragma page_size").fetchone()[0]
db.close()
with damaged.open("r+b") as file:
    file.seek((root - 1) * size)
    file.write(b"\xa5" * size)
keep(damaged)
shutil.rmtree(work)
