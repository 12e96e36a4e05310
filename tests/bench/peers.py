"""The same loop over HTTP against two servers: hand in an annotation, ask for the next item.

usage: peers.py LABEL_STUDIO TASKS FOLDER CASEBOOK_URL QUEUE ROUNDS LOOPS
Starts Label Studio on data of its own under FOLDER, imports TASKS, and prints one line of JSON:
milliseconds of each loop of either, and the seconds the import took. Rounds are alternated.
"""

import http.client
import json
import os
import socket
import subprocess
import sys
import time
from urllib.parse import urlsplit

TOKEN = "0123456789abcdef0123456789abcdef01234567"
STARTS_S = 300
WARMING = 20
CONFIG = """<View><Text name="text" value="$text"/>
<Choices name="decision" toName="text" choice="single" required="true">
<Choice value="allow"/><Choice value="limit"/><Choice value="remove"/><Choice value="escalate"/></Choices>
<TextArea name="rationale" toName="text"/></View>"""


class Client:
    """One connection that is kept. Answers are acknowledged at once: otherwise Label Studio's server
    waits 40 ms for the acknowledgement, which is TCP's time and not its own."""

    def __init__(self, url, headers):
        parts = urlsplit(url)
        self.base, self.headers = parts.path, headers
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=360)

    def ask(self, method, path, body=None, expected=(200, 201)):
        headers = dict(self.headers)
        if body is not None:
            body, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        self.connection.request(method, self.base + path, body, headers)
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        answer = self.connection.getresponse()
        data = answer.read()
        if answer.status not in expected:
            sys.exit(f"{method} {path}: {answer.status} {data[:300]!r}")
        return json.loads(data) if data else None


class LabelStudio:
    def __init__(self, program, tasks, folder):
        port = free_port()
        environment = dict(os.environ, COLLECT_ANALYTICS="False", SENTRY_DSN="", FRONTEND_SENTRY_DSN="",
                           LATEST_VERSION_CHECK="False", LOG_LEVEL="ERROR", NO_PROXY="127.0.0.1,localhost")
        command = [program, "start", "--data-dir", os.path.join(folder, "label-studio"), "--internal-host", "127.0.0.1",
                   "-p", str(port), "--no-browser", "--username", "bench@example.com", "--password", "only-for-the-bench",
                   "--user-token", TOKEN, "--enable-legacy-api-token"]
        log = open(os.path.join(folder, "label-studio.log"), "wb")
        self.process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        self.client = Client(f"http://127.0.0.1:{port}", {"Authorization": f"Token {TOKEN}"})
        self.wait(port)
        project = {"title": "bench", "label_config": CONFIG}
        self.project = self.client.ask("POST", "/api/projects/", project)["id"]
        began = time.perf_counter()
        with open(tasks) as file:
            self.client.ask("POST", f"/api/projects/{self.project}/import", json.load(file))
        self.import_s = time.perf_counter() - began
        self.imported = self.client.ask("GET", f"/api/projects/{self.project}/")["task_number"]
        self.task = self.next()

    def wait(self, port):
        began = time.monotonic()
        while time.monotonic() - began < STARTS_S:
            if self.process.poll() is not None:
                sys.exit(f"label-studio ended with {self.process.returncode}: see label-studio.log")
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    return
            except OSError:
                time.sleep(0.2)
        sys.exit(f"label-studio did not answer in {STARTS_S} s")

    def next(self):
        return self.client.ask("GET", f"/api/projects/{self.project}/next/")["id"]

    def loop(self):
        result = [
            {"from_name": "decision", "to_name": "text", "type": "choices", "value": {"choices": ["allow"]}},
            {"from_name": "rationale", "to_name": "text", "type": "textarea", "value": {"text": ["Nothing here."]}},
        ]
        began = time.perf_counter()
        path = f"/api/tasks/{self.task}/annotations/?project={self.project}"
        self.client.ask("POST", path, {"result": result, "lead_time": 4.2, "draft_id": 0})
        task = self.next()
        taken = time.perf_counter() - began
        assert task != self.task, "the next task is another"
        self.task = task
        return 1000 * taken


class Casebook:
    """The verbs of the window. A first impression comes before what is timed: Label Studio has no such thing."""

    JUDGEMENT = {"choice": "allow", "clauses": [], "severity": None, "confidence": "certain", "cannot_judge_reason": None}

    def __init__(self, url, queue):
        self.client, self.queue = Client(url, {}), queue
        self.review = self.verb("review.next", queue=queue)

    def verb(self, name, **arguments):
        return self.client.ask("POST", f"/verbs/{name}", arguments)

    def loop(self):
        row = self.review["item"]["row"]
        impression = {"judgement": self.JUDGEMENT, "note": ""}
        revealed = self.verb("review.store_impression", queue=self.queue, row=row, impression=impression)
        began = time.perf_counter()
        self.verb("review.submit", queue=self.queue, row=row, draft=revealed["start"], active=4200)
        self.review = self.verb("review.next", queue=self.queue)
        taken = time.perf_counter() - began
        assert self.review["item"]["row"] != row, "the next item is another"
        return 1000 * taken


def free_port():
    with socket.socket() as it:
        it.bind(("127.0.0.1", 0))
        return it.getsockname()[1]


def main():
    program, tasks, folder, url, queue, rounds, loops = sys.argv[1:]
    theirs = LabelStudio(program, tasks, folder)
    try:
        ours = Casebook(url, queue)
        for _ in range(WARMING):
            theirs.loop(), ours.loop()
        times = {"label_studio": [], "casebook": []}
        for _ in range(int(rounds)):
            times["label_studio"] += [theirs.loop() for _ in range(int(loops))]
            times["casebook"] += [ours.loop() for _ in range(int(loops))]
        print(json.dumps(dict(times, imported=theirs.imported, import_s=theirs.import_s)))
    finally:
        theirs.process.terminate()
        theirs.process.wait(30)


if __name__ == "__main__":
    main()
