// A desk in memory: for tests of the page, and for `npm run dev` with `?fake`. Not in the built page.
//
// A verb needs an answer here only when a test asks it. One without is refused by name, and the test fails for it
// even where the page takes the refusal calmly: see `setup.ts`.
import { Failure, type Backend, type Drop, type PathQuestion } from '../desk/backend';
import { verbs, type Verbs } from '../desk/bindings';
import type {
  Code, Day, DeskEvent, Desktop, Draft, Falsehood, Impression, Job, JobKind, JobReport, KnownModel, Missing, ModelStatus, OwnThreshold, PastExport, PastImport, Picks,
  PolicyLine, Preferences, PreviewRow, Queue, QueueSummary, Review, TurnEntry, TakenBack, Unread, Waits,
} from '../desk/types';
import { items } from './cases';
import { FakeItems } from './fakeItems';
import { FakeReveals, type Outcome } from './fakeReveals';
import { knownModels } from './models';
import { policies, policy } from './policy';

/** What the fake says to each verb that it knows. */
type Answers = { [A in keyof Verbs]?: { [V in keyof Verbs[A]]?: Answer<Verbs[A][V]> } };
type Answer<V> = V extends (...args: infer A) => Promise<infer T> ? (...args: A) => T : never;

/** Verbs that were asked for and had no answer, since the last test. */
export const unanswered: string[] = [];

export interface FakeBackend extends Verbs {}
export class FakeBackend implements Backend {
  /** Verbs asked for, in order, with what was sent. */
  calls: [verb: string, ...args: unknown[]][] = [];
  /** The next call of a verb is refused with this. */
  refuse = new Map<string, { code: Code; message: string; falsehoods?: Falsehood[] }>();
  /** What the path window answers. */
  path: string | null = '/home/you/new.jsonl';

  state: Desktop = {
    version: '0.1.0',
    reviewer: 'Noor',
    case: { name: 'reports.casebook', path: '/home/you/reports.casebook', read_only: false, items: items.length, policy: policy.name, practice: false, former: null },
    recent: [
      { name: 'reports.casebook', path: '/home/you/reports.casebook', exists: true },
      { name: 'autumn.casebook', path: '/home/you/old/autumn.casebook', exists: false },
    ],
    model: { id: 'minilm-l6-v2+starter-heads@3', installed: true, languages: ['en', 'ar'], problem: null },
    formats: ['raw', 'sft', 'prm', 'label-studio', 'parquet'],
    media_base: '/src/test/media',
    opens_folders: true,
  };
  saved: Queue[] = [
    queue('Reported'),
    queue('Arabic', { filter: { languages: ['ar'], markets: [], reasons: [], words: null }, order: 'age' }),
    queue('With the model', { mode: { kind: 'assisted' }, order: 'risk' }),
  ];
  listed = new FakeItems(() => this.saved);
  chosen: Preferences = { theme: 'system', text_percent: 100, language: 'system', blur: false, grey: false, marks: true, day_goal: 0, break_minutes: 50, item_columns: ['done', 'reports', 'reach', 'flagged'], item_preview: false, keys: {} };
  today: Day = { decided: 0, active_ms: 0, per_hour: null, last: [], uncovered_ms: [0, 0, 0, 0, 0], uncovered_undecided_ms: 0 };
  work: Job[] = [];
  picks = new Map<number, Picks>();
  /** Saved work that cannot be read, of every item. */
  unread: Unread | null = null;
  known: KnownModel[] = knownModels();
  own: OwnThreshold[] = [];
  /** What hashing a model's files comes to. */
  found: ModelStatus = { is: 'installed' };
  /** What an export would write. */
  rows: PreviewRow[] = Array.from({ length: 45 }, (_, n) => row(n));
  imported: PastImport[] = [{ path: '/data/wrong.csv', kind: 'csv', items: 3, refused: 1, finished: true, at_ms: 1_795_000_000_000 }];
  past: PastExport[] = [
    past(2, '/home/you/exports/autumn', {
      datasets: [{ name: 'raw', format: 'casebook/raw/1', rows: 1204, splits: [{ split: 'train', rows: 1204 }], left_out: [{ reason: 'restricted', records: 2 }] }],
      restricted: 2, n_files: 2,
      files: [{ path: 'raw/train.jsonl', sha256: 'ab'.repeat(32), bytes: 81234 }, { path: 'README.md', sha256: 'cd'.repeat(32), bytes: 2048 }],
    }),
    past(1, '/home/you/exports/summer', null),
  ];
  drafts = new Map<number, Draft>();
  impressions = new Map<string, Impression>();
  reveals = new FakeReveals();
  held: PolicyLine[] = policies();
  /** Whom items wait for, by row. */
  waits = new Map<number, Waits>();
  said = new Map<number, TurnEntry[]>();
  people = ['Bo', 'Cy'];
  opened = new Set<string>();
  done = new Map<string, number[]>();
  history: { queue: string; row: number; what: TakenBack }[] = [];

  /** What every draft lacks here. */
  lacks: Missing[] = [];

  answers: Answers = {
    file: {
      desktop: () => copy(this.state),
      setReviewer: (name) => copy(Object.assign(this.state, { reviewer: name })),
      preferences: () => copy(this.chosen),
      savePreferences: (it) => copy((this.chosen = it)),
      newCase: (path) => this.#open(path),
      openCase: (path) => this.#open(path),
      closeCase: () => copy(Object.assign(this.state, { case: null })),
      saveCopy: () => null,
      practise: () => copy(Object.assign(this.state, { case: { name: 'practice.casebook', path: '/home/you/practice/1/practice.casebook', read_only: false, items: items.length, policy: policy.name, practice: true, former: null } })),
    },
    review: {
      queues: () => this.#summaries(),
      saveQueue: (it) => {
        this.saved = [...this.saved.filter((other) => other.name !== it.name), it];
        return this.#summaries();
      },
      removeQueue: (name) => {
        this.saved = this.saved.filter((it) => it.name !== name);
        return this.#summaries();
      },
      next: (name) => {
        const row = this.#left(name)[0];
        return row === undefined ? null : this.#review(name, row);
      },
      openItem: (name, row) => this.#review(name, row),
      heartbeat: () => Date.now() + 600_000,
      day: () => copy(this.today),
      looked: () => null,
      uncover: (row, part) => {
        this.opened.add(`${row}/${part}`);
        const found = this.#item(row).parts.find((it) => it.id === part);
        if (!found) throw new Error('the fake has no such part');
        return found;
      },
      savePicks: (row, picks) => {
        this.picks.set(row, picks);
        return Date.now();
      },
      storeImpression: (name, row, impression) => {
        this.impressions.set(`${name}/${row}`, impression);
        return { stored_at_ms: Date.now() };
      },
      reveal: (name, row) => {
        const impression = this.#impression(name, row);
        if (!impression && !this.#isAssisted(name)) throw new Failure({ code: 'request', message: `row ${row}: no first impression is stored`, falsehoods: [] });
        return copy(this.reveals.reveal(name, this.#item(row), impression));
      },
      decline: (name, row) => copy(this.reveals.decline(name, this.#item(row), this.#impression(name, row))),
      saveDraft: (row, draft) => {
        this.drafts.set(row, draft);
        return Date.now();
      },
      checkAnchor: (_, evidence) => ({ ...evidence, verified: true }),
      missing: () => [...this.lacks],
      submit: (name, row, draft) => {
        this.drafts.set(row, draft);
        this.listed.decided.push({ row, queue: name });
        this.#finish(name, row);
        return { record: `r-${row}`, missing: [{ kind: 'exception', id: 'MI-2/x2' }] };
      },
      setAside: (name, row, how) => {
        this.#finish(name, row, how === 'skip' ? 'skip' : 'deferral');
        return null;
      },
      undo: (name) => {
        const at = this.history.findLastIndex((it) => it.queue === name);
        const [last] = at < 0 ? [] : this.history.splice(at, 1);
        if (!last) return null;
        this.done.set(name, (this.done.get(name) ?? []).filter((row) => row !== last.row));
        return { ...this.#review(name, last.row), taken_back: last.what };
      },
    },
    turn: {
      handOn: (row, { to, reason, note, met_in }) => {
        const waits: Waits = { by: this.state.reviewer ?? '', to, for_me: false, by_me: true, reason, has_note: note !== null, at_ms: Date.now() };
        this.waits.set(row, waits);
        this.#finish(met_in ?? '', row, 'handover');
        return { waits: copy(waits), new_name: to.kind === 'person' && !this.people.includes(to.name) };
      },
      callBack: (row) => {
        this.waits.delete(row);
        for (const [name, rows] of this.done) this.done.set(name, rows.filter((it) => it !== row));
        return null;
      },
      addNote: (row, { to, text }) => {
        this.said.set(row, [...(this.said.get(row) ?? []), { by: this.state.reviewer ?? '', at_ms: Date.now(), what: { kind: 'noted', to }, text, held: false }]);
        return copy(this.said.get(row) ?? []);
      },
      // As the desk does: the words of others are held back until an impression is stored.
      history: (row) => {
        const open = this.saved.some(({ name }) => this.#impression(name, row));
        return copy(this.said.get(row) ?? []).map((it) => (open || it.by === this.state.reviewer ? it : { ...it, text: null, held: it.text !== null }));
      },
      waiting: () => {
        const lines = [...this.waits].map(([row, waits]) => ({ row, id: this.#item(row).id, excerpt: '', waits: copy(waits) }));
        const [forMe, byMe] = [lines.filter((it) => it.waits.for_me), lines.filter((it) => it.waits.by_me)];
        return { n_for_me: forMe.length, for_me: forMe, n_by_me: byMe.length, by_me: byMe };
      },
      people: () => [...this.people],
      takeOut: (name, row) => {
        this.#finish(name, row);
        return null;
      },
    },
    items: {
      search: (words) =>
        items.flatMap((it) => {
          const found = it.parts.find((part) => part.text?.toLowerCase().includes(words.toLowerCase()));
          return found ? [{ row: it.row, id: it.id, excerpt: found.text?.slice(0, 80) ?? '' }] : [];
        }),
      list: (request) => this.listed.list(request),
      look: (row) => copy({ ...this.#item(row), parts: this.#item(row).parts.map((it) => ({ ...it, uncovered: null })) }),
      occurring: () => this.listed.occurring(),
      similar: (row, limit) => this.listed.similar(row, limit),
      decisions: (limit) => this.listed.decisions(limit),
      actOn: (rows, act) => this.listed.actOn(rows, act),
      takeBack: (act) => this.listed.takeBack(act),
    },
    policy: {
      policy: () => copy({ ...policy, name: this.state.case?.policy ?? policy.name }),
      policies: () => copy(this.held),
      addPolicy: (path) => {
        const name = path.split('/').at(-1)?.replace(/\.toml$/, '') ?? path;
        this.held.push({ name, title: `Made-up: ${name}`, sha256: 'ef'.repeat(32), clauses: 12, in_force: false, since_ms: null, by: null });
        return copy(this.held);
      },
      putInForce: (name) => {
        const now = { in_force: true, since_ms: 1_763_719_200_000, by: this.state.reviewer };
        this.held = this.held.map((it) => ({ ...it, in_force: false, ...(it.name === name ? now : {}) }));
        if (this.state.case) this.state.case.policy = name;
        this.tell({ kind: 'case' });
        return copy(this.held);
      },
    },
    data: {
      previewImport: ({ columns }) => ({
        counted: 'line', read_as: { encoding: null, delimiter: 'semicolon', quoting: 'double', preset: null },
        columns: [
          { name: 'id', fields: ['id'], samples: ['1', '2'], problem: null },
          { name: 'tweet', fields: columns.filter((it) => it.column === 'tweet').map((it) => it.field), samples: ['Cheap watches'], problem: null },
          { name: 'mood', fields: [], samples: ['good'], problem: null },
        ],
        rows: columns.length === 0 ? [] : [
          { number: 2, id: '1', text: 'Cheap watches', pictures: 0, left: ['labels.spam: 0 or 1'], refused: null },
          { number: 3, id: '', text: '2', pictures: 0, left: [], refused: '1 columns; the header has 3' },
        ],
        n_sources: 1, n_left_files: 0, presets: ['doccano', 'x'], remembered: null,
      }),
      pastImports: () => copy(this.imported),
      takeBackImport: (path) => {
        const gone = this.imported.find((it) => it.path === path)?.items ?? 0;
        this.imported = this.imported.filter((it) => it.path !== path);
        return gone;
      },
      startImport: ({ path }) => this.#job('import', path, {
        kind: 'import', imported: 0, already: 0, refused: 2, in_part: 0, finished: false, counted: 'line',
        refusals: [
          { number: 7, value: 'parts[0].text 12', rule: 'a text is a string' },
          { number: 31, value: 'id “”', rule: 'an id is 1–200 characters' },
        ],
        taken: [{ column: 'tweet', field: 'text', n: 2 }],
        left: [
          { kind: 'column', name: 'mood', rule: 'no field of an item', n: 2, number: null, value: null },
          { kind: 'value', name: 'labels.spam', rule: '0 or 1', n: 3, number: 9, value: '-1' },
        ],
      }),
      startExport: ({ folder }) => this.#job('export', folder, { kind: 'export', written: false, datasets: [{ format: 'raw', rows: 7, left_out: [] }] }),
      previewExport: (request, format, offset, limit) => {
        const clauses = request.filter?.clauses ?? [];
        const rows = this.rows.filter((it) => clauses.length === 0 || it.records.some((one) => one.clauses.some((it) => clauses.includes(it))));
        const left = this.rows.length - rows.length;
        // Each item was recorded twice, and a task holds both.
        const tasks = rows.filter((_, n) => n % 2 === 0).map((it, n) => ({ ...it, records: [...it.records, ...(rows[2 * n + 1]?.records ?? [])] }));
        const of = { raw: rows, sft: rows, prm: rows, 'label-studio': tasks, parquet: rows };
        return {
          rows: copy(of[format].slice(offset, offset + limit)),
          datasets: request.formats.map((it) => ({
            format: it,
            rows: rows.length,
            lines: of[it].length,
            splits: [{ split: 'train', rows: rows.length }],
            left_out: left > 0 ? [{ reason: 'filtered' as const, records: left }] : [],
          })),
          held: 3,
        };
      },
      exports: () => copy(this.past),
      openExport: () => null,
    },
    models: {
      models: () => copy(this.known),
      verifyModel: () => copy(this.found),
      thresholds: () => copy(this.own),
      setThreshold: (target, percent) => {
        this.own = this.own.filter((it) => it.target !== target);
        if (percent !== null) this.own.push({ target, percent, reviewer: 'Noor', set_at_ms: 1_763_632_800_000 });
        return copy(this.own);
      },
      startScoring: () => this.#job('score', 'reports.casebook', { kind: 'score', scored: 0, not_scored: 0, failed: 0 }),
      startInstall: (model) => this.#job('install_model', model, { kind: 'install_model', model }),
    },
    jobs: {
      jobs: () => copy(this.work),
      pauseJob: (id) => this.#setJob(id, 'paused'),
      resumeJob: (id) => this.#setJob(id, 'running'),
      cancelJob: (id) => this.#setJob(id, 'cancelled'),
    },
  };

  constructor() {
    Object.assign(this, verbs((verb, args) => this.#send(verb, args)));
  }

  #listeners = new Set<(event: DeskEvent) => void>();
  #droppers = new Set<(drop: Drop) => void>();
  #clock: ReturnType<typeof setInterval> | undefined;

  async events(hear: (event: DeskEvent) => void): Promise<() => void> {
    this.#listeners.add(hear);
    return () => void this.#listeners.delete(hear);
  }

  tell(event: DeskEvent): void {
    for (const hear of this.#listeners) hear(copy(event));
  }

  /** The model is done with an item, and the desk tells so. */
  assessed(row: number, outcome: Outcome = 'ready'): void {
    this.reveals.done.set(row, outcome);
    this.tell({ kind: 'assessed', row });
  }

  async drops(hear: (drop: Drop) => void): Promise<() => void> {
    this.#droppers.add(hear);
    return () => void this.#droppers.delete(hear);
  }

  /** Files are dragged over the window, and perhaps let go there. */
  drag(drop: Drop): void {
    for (const hear of this.#droppers) hear(drop);
  }

  async pick(question: PathQuestion): Promise<string | null> {
    this.calls.push(['pick', question]);
    return this.path;
  }

  /** What was sent with each call of a verb. */
  sent(verb: string): unknown[][] {
    return this.calls.filter((it) => it[0] === verb).map((it) => it.slice(1));
  }

  async #send<T>(verb: string, args: object): Promise<T> {
    const sent = Object.values(copy(args)) as never[];
    this.calls.push([verb, ...copy(sent)]);
    const refused = this.refuse.get(verb);
    if (refused) {
      this.refuse.delete(verb);
      throw new Failure({ falsehoods: [], ...refused });
    }
    const [area = '', name = ''] = verb.split('.');
    const answers = this.answers as Record<string, Record<string, (...args: never[]) => T> | undefined>;
    const answer = answers[area]?.[name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())];
    if (answer) return answer(...sent);
    unanswered.push(verb);
    throw new Error(`the fake has no answer to ${verb}`);
  }

  #open(path: string): Desktop {
    this.state.case = { name: path.split('/').at(-1) ?? path, path, read_only: false, items: items.length, policy: policy.name, practice: false, former: null };
    return copy(this.state);
  }

  #setJob(id: string, state: Job['state']): null {
    const job = this.work.find((it) => it.id === id);
    if (!job) return null;
    job.state = state;
    this.tell({ kind: 'job', job });
    this.#work();
    return null;
  }

  #job(kind: JobKind, subject: string, report: JobReport): string {
    const id = String(this.work.length + 1);
    this.work.push({
      id, kind, subject, state: 'running', done: 0, total: 1200, report, problem: null, here: true, can_go_on: false, started_at_ms: this.work.length,
    });
    this.tell({ kind: 'job', job: this.work[this.work.length - 1] as Job });
    this.#work();
    return id;
  }

  /** Work gets further, until none is left. */
  #work(): void {
    this.#clock ??= setInterval(() => {
      for (const job of this.work) {
        if (job.state !== 'running') continue;
        job.done = Math.min(job.total ?? 0, job.done + 40);
        if (job.done === job.total) job.state = 'done';
        if (job.report?.kind === 'import') Object.assign(job.report, { imported: job.done, finished: job.state === 'done' });
        if (job.report?.kind === 'score') job.report.scored = job.done;
        if (job.report?.kind === 'export') job.report.written = job.state === 'done';
        this.tell({ kind: 'job', job });
      }
      if (this.work.some((it) => it.state === 'running')) return;
      clearInterval(this.#clock);
      this.#clock = undefined;
    }, 250);
  }

  #item(row: number): (typeof items)[number] {
    const found = items.find((it) => it.row === row);
    if (!found) throw new Failure({ code: 'request', message: `row ${row}: no such item`, falsehoods: [] });
    const it = copy(found);
    for (const part of it.parts) if (this.opened.has(`${row}/${part.id}`)) part.uncovered = 'bird-open.svg';
    return it;
  }

  #left(name: string): number[] {
    const wanted = this.saved.find((it) => it.name === name)?.filter?.languages ?? [];
    const done = this.done.get(name) ?? [];
    return items
      .filter((it) => !done.includes(it.row) && (wanted.length === 0 || wanted.includes(it.language ?? '')))
      .map((it) => it.row);
  }

  #finish(name: string, row: number, what: TakenBack = 'submission'): void {
    this.done.set(name, [...(this.done.get(name) ?? []), row]);
    this.history.push({ queue: name, row, what });
  }

  #summaries(): QueueSummary[] {
    return this.saved.map((it) => ({ queue: copy(it), open: it.restricted ? null : this.#left(it.name).length, done: this.done.get(it.name)?.length ?? 0 }));
  }

  #review(name: string, row: number): Review {
    const assisted = this.#isAssisted(name);
    const impression = this.#impression(name, row);
    const draft = this.drafts.get(row) ?? null;
    const picks = impression || assisted ? null : (this.picks.get(row) ?? null);
    return {
      unread: this.unread, taken_back: null, waits: copy(this.waits.get(row) ?? null),
      queue: name, item: this.#item(row), mode: assisted ? 'assisted' : 'blind', started_at_ms: Date.now(),
      leased_until_ms: Date.now() + 600_000, impression, picks: picks && copy(picks), draft: draft && copy(draft),
      revealed: copy(this.reveals.shown(name, row)),
      done: this.done.get(name)?.length ?? 0, open: this.#left(name).length,
    };
  }

  #impression(name: string, row: number): Impression | null {
    return this.impressions.get(`${name}/${row}`) ?? null;
  }

  #isAssisted(name: string): boolean {
    return this.saved.find((it) => it.name === name)?.mode.kind === 'assisted';
  }
}

export function queue(name: string, more: Partial<Queue> = {}): Queue {
  return {
    name, filter: { languages: [], markets: [], reasons: [], words: null }, order: 'urgency', mode: { kind: 'blind' },
    reviews_wanted: 1, restricted: false, ...more,
  };
}

function copy<T>(it: T): T {
  return JSON.parse(JSON.stringify(it)) as T;
}

function row(n: number): PreviewRow {
  const [item, clause] = [`item-${n + 1}`, n % 2 ? 'MI-2' : 'FR-1'];
  const line = JSON.stringify({ item: { id: item, parts: [{ id: 'p1', text: 'write to [email-1] \u202e<b>now</b>' }] }, decision: { clause } });
  const records: PreviewRow['records'] = [{ id: `record-${n + 1}`, verdict: 'violating', clauses: [clause], own: n % 3 > 0 }];
  return { item, split: 'train', language: 'en', records, line };
}

function past(id: number, folder: string, contents: PastExport['contents']): PastExport {
  return {
    id, folder, exists: id > 1, created_at_ms: 1_763_632_800_000 + id, policy: policy.name, filter: { clauses: ['FR-1'] },
    redacted: true, include_incomplete: false, seed: 1, names: ['raw'], contents,
  };
}
