// What the page can ask of the desk. Only this file knows whether a Tauri window or a loopback
// server answers; everything else takes a `Backend`.
import type {
  Aside, BulkAct, BulkDone, DeskEvent, Desktop, Draft, Evidence, ExportFormat, ExportPreview, ExportRequest, Found, ImportRequest,
  Impression, Job, KnownModel, ListPage, ListRequest, ModelStanding, MyDecision, OwnThreshold, PartView, PastExport, Picks, PolicyView, Preferences, Problem,
  Queue, QueueSummary, Revealed, Review, Similar, Submitted,
} from './types';

export interface Backend {
  desktop(): Promise<Desktop>;
  setReviewer(name: string): Promise<Desktop>;
  preferences(): Promise<Preferences>;
  savePreferences(preferences: Preferences): Promise<Preferences>;
  newCase(path: string): Promise<Desktop>;
  openCase(path: string): Promise<Desktop>;
  closeCase(): Promise<Desktop>;
  queues(): Promise<QueueSummary[]>;
  saveQueue(queue: Queue): Promise<QueueSummary[]>;
  removeQueue(name: string): Promise<QueueSummary[]>;
  policy(): Promise<PolicyView>;
  next(queue: string): Promise<Review | null>;
  openItem(queue: string, row: number): Promise<Review>;
  heartbeat(row: number): Promise<number | null>;
  uncover(row: number, part: string): Promise<PartView>;
  storeImpression(queue: string, row: number, impression: Impression): Promise<Revealed>;
  savePicks(row: number, picks: Picks): Promise<number | null>;
  saveDraft(row: number, draft: Draft): Promise<number | null>;
  submit(queue: string, row: number, draft: Draft, active: number): Promise<Submitted>;
  setAside(queue: string, row: number, how: Aside): Promise<unknown>;
  undo(queue: string): Promise<Review | null>;
  search(words: string): Promise<Found[]>;
  list(request: ListRequest): Promise<ListPage>;
  similar(row: number, limit: number): Promise<Similar>;
  decisions(limit: number): Promise<MyDecision[]>;
  actOn(rows: number[], act: BulkAct): Promise<BulkDone>;
  takeBack(act: number): Promise<BulkDone>;
  jobs(): Promise<Job[]>;
  startImport(request: ImportRequest): Promise<string>;
  startScoring(): Promise<string>;
  startExport(request: ExportRequest): Promise<string>;
  previewExport(request: ExportRequest, format: ExportFormat, offset: number, limit: number): Promise<ExportPreview>;
  exports(): Promise<PastExport[]>;
  models(): Promise<KnownModel[]>;
  verifyModel(id: string): Promise<ModelStanding>;
  thresholds(): Promise<OwnThreshold[]>;
  setThreshold(target: string, percent: number | null): Promise<OwnThreshold[]>;
  startInstall(): Promise<string>;
  pauseJob(id: string): Promise<unknown>;
  resumeJob(id: string): Promise<unknown>;
  cancelJob(id: string): Promise<unknown>;
  /** Tells what changes from when it answers, until what it answered is called. */
  events(hear: (event: DeskEvent) => void): Promise<() => void>;
  /** What the record of a draft would lack: hints, which stop nothing. */
  missing(draft: Draft): Promise<string[]>;
  checkAnchor(row: number, evidence: Evidence): Promise<Evidence>;
  /** Asks for a path; `null` where the person changed their mind. */
  pick(question: PathQuestion): Promise<string | null>;
}

/** What kind of path, and how the asking window is titled. */
export interface PathQuestion {
  kind: 'file' | 'folder' | 'save';
  title: string;
  extensions?: string[];
  /** Offered as the name of a new file. */
  name?: string;
}

/** How our own path window answers, where no file window of the system can be opened. */
export type AskPath = (question: PathQuestion) => Promise<string | null>;

/** A verb that was refused, with words for people in `problem`. */
export class Failure extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'Failure';
  }
}

/** Whatever was thrown, as a problem a person can read. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Failure) return error.problem;
  return { code: 'defect', message: error instanceof Error ? error.message : String(error), falsehoods: [] };
}

/** The backend of this window. */
export async function chooseBackend(ask: AskPath): Promise<Backend> {
  if ('__TAURI_INTERNALS__' in window) return tauriBackend();
  if (import.meta.env.DEV && new URLSearchParams(location.search).has('fake')) {
    const { FakeBackend } = await import('../test/fake');
    return new FakeBackend();
  }
  return httpBackend('', ask);
}

async function tauriBackend(): Promise<Backend> {
  const [{ commands }, dialog, { listen }] = await Promise.all([
    import('./bindings'), import('@tauri-apps/plugin-dialog'), import('@tauri-apps/api/event'),
  ]);
  type Outcome<T> = { status: 'ok'; data: T } | { status: 'error'; error: Problem };
  const sure =
    <A extends unknown[], T>(verb: (...args: A) => Promise<Outcome<T>>) =>
    async (...args: A): Promise<T> => {
      const outcome = await verb(...args);
      if (outcome.status === 'error') throw new Failure(outcome.error);
      return outcome.data;
    };
  return {
    desktop: sure(commands.desktop),
    setReviewer: sure(commands.setReviewer),
    preferences: sure(commands.preferences),
    savePreferences: sure(commands.savePreferences),
    newCase: sure(commands.newCase),
    openCase: sure(commands.openCase),
    closeCase: sure(commands.closeCase),
    queues: sure(commands.queues),
    saveQueue: sure(commands.saveQueue),
    removeQueue: sure(commands.removeQueue),
    policy: sure(commands.policy),
    next: sure(commands.next),
    openItem: sure(commands.openItem),
    heartbeat: sure(commands.heartbeat),
    uncover: sure(commands.uncover),
    storeImpression: sure(commands.storeImpression),
    savePicks: sure(commands.savePicks),
    saveDraft: sure(commands.saveDraft),
    submit: sure(commands.submit),
    setAside: sure(commands.setAside),
    undo: sure(commands.undo),
    search: sure(commands.search),
    list: sure(commands.list),
    similar: sure(commands.similar),
    decisions: sure(commands.decisions),
    actOn: sure(commands.actOn),
    takeBack: sure(commands.takeBack),
    jobs: sure(commands.jobs),
    startImport: sure(commands.startImport),
    startScoring: sure(commands.startScoring),
    startExport: sure(commands.startExport),
    previewExport: sure(commands.previewExport),
    exports: sure(commands.exports),
    models: sure(commands.models),
    verifyModel: sure(commands.verifyModel),
    thresholds: sure(commands.thresholds),
    setThreshold: sure(commands.setThreshold),
    startInstall: sure(commands.startInstall),
    pauseJob: sure(commands.pauseJob),
    resumeJob: sure(commands.resumeJob),
    cancelJob: sure(commands.cancelJob),
    events: (hear) => listen<DeskEvent>('desk', (it) => hear(it.payload)),
    missing: sure(commands.missing),
    checkAnchor: sure(commands.checkAnchor),
    pick: async ({ kind, title, extensions, name }) => {
      const filters = extensions ? [{ name: title, extensions }] : [];
      if (kind === 'save') return dialog.save({ title, filters, ...(name ? { defaultPath: name } : {}) });
      const chosen = await dialog.open({ title, directory: kind === 'folder', multiple: false, filters });
      return typeof chosen === 'string' ? chosen : null;
    },
  };
}

/** Verbs over loopback HTTP: `POST {origin}/verbs/NAME`. For tests of the page. */
export function httpBackend(origin: string, ask: AskPath): Backend {
  async function verb<T>(name: string, args: object = {}): Promise<T> {
    const answer = await fetch(`${origin}/verbs/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
    if (answer.status === 422) throw new Failure((await answer.json()) as Problem);
    if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
    // A verb that answers nothing may send nothing.
    return JSON.parse((await answer.text()) || 'null') as T;
  }
  return {
    desktop: () => verb('desktop'),
    setReviewer: (name) => verb('set_reviewer', { name }),
    preferences: () => verb('preferences'),
    savePreferences: (preferences) => verb('save_preferences', { preferences }),
    newCase: (path) => verb('new_case', { path }),
    openCase: (path) => verb('open_case', { path }),
    closeCase: () => verb('close_case'),
    queues: () => verb('queues'),
    saveQueue: (queue) => verb('save_queue', { queue }),
    removeQueue: (name) => verb('remove_queue', { name }),
    policy: () => verb('policy'),
    next: (queue) => verb('next', { queue }),
    openItem: (queue, row) => verb('open_item', { queue, row }),
    heartbeat: (row) => verb('heartbeat', { row }),
    uncover: (row, part) => verb('uncover', { row, part }),
    storeImpression: (queue, row, impression) => verb('store_impression', { queue, row, impression }),
    savePicks: (row, picks) => verb('save_picks', { row, picks }),
    saveDraft: (row, draft) => verb('save_draft', { row, draft }),
    submit: (queue, row, draft, active) => verb('submit', { queue, row, draft, active }),
    setAside: (queue, row, how) => verb('set_aside', { queue, row, how }),
    undo: (queue) => verb('undo', { queue }),
    search: (words) => verb('search', { words }),
    list: (request) => verb('list', { request }),
    similar: (row, limit) => verb('similar', { row, limit }),
    decisions: (limit) => verb('decisions', { limit }),
    actOn: (rows, act) => verb('act_on', { rows, act }),
    takeBack: (act) => verb('take_back', { act }),
    jobs: () => verb('jobs'),
    startImport: (request) => verb('start_import', { request }),
    startScoring: () => verb('start_scoring'),
    startExport: (request) => verb('start_export', { request }),
    previewExport: (request, format, offset, limit) => verb('preview_export', { request, format, offset, limit }),
    exports: () => verb('exports'),
    models: () => verb('models'),
    verifyModel: (id) => verb('verify_model', { id }),
    thresholds: () => verb('thresholds'),
    setThreshold: (target, percent) => verb('set_threshold', { target, percent }),
    startInstall: () => verb('start_install'),
    pauseJob: (id) => verb('pause_job', { id }),
    resumeJob: (id) => verb('resume_job', { id }),
    cancelJob: (id) => verb('cancel_job', { id }),
    events: async (hear) => {
      const source = new EventSource(`${origin}/events`);
      source.onmessage = (it) => hear(JSON.parse(it.data as string) as DeskEvent);
      // After a break in the connection nobody knows what was missed.
      source.onopen = () => hear({ kind: 'case' });
      return () => source.close();
    },
    missing: (draft) => verb('missing', { draft }),
    checkAnchor: (row, evidence) => verb('check_anchor', { row, evidence }),
    pick: ask,
  };
}
