// The window: which screen, which dialog, what is said at its edge, and the states behind it.
import { clauseOf } from '../clauses';
import { problemOf, type Backend } from '../backend';
import { ItemsState } from '../items/items.svelte';
import type { BulkAct, ExportFormat, Filter, Job, Problem, Queue } from '../types';
import { withKeys } from '../commands';
import { words } from '../words';
import type { ReviewEvent } from './around';
import { CaseState } from './case.svelte';
import { ModelsState } from '../models/models.svelte';
import { ExportsState } from './exports.svelte';
import { wordsOf } from '../jobs';
import { JobsState } from './jobs.svelte';
import { ReviewState } from './review.svelte';
import { PreferencesState } from './preferences.svelte';

export type Screen = 'start' | 'review' | 'data' | 'policy' | 'queues' | 'items' | 'models' | 'settings';
export type Dialog = 'palette' | 'menu' | 'keys' | 'policy' | 'stage' | 'cite' | 'reason' | 'finish' | 'changes' | 'install' | 'queue' | 'assign' | 'move';

export interface Notice {
  id: number;
  tone: 'note' | 'problem';
  text: string;
  /** A way out, or what else to know. */
  more: string | null;
  /** The problem's own words. */
  message: string | null;
}

const NOTE_MS = 7000;

export class App {
  screen = $state<Screen>('start');
  dialog = $state<Dialog | null>(null);
  notices = $state<Notice[]>([]);
  /** Clause the policy screen and the policy dialog show. */
  clause = $state<string | null>(null);
  /** Queue being edited; `null` for a new one. */
  editedQueue = $state<string | null>(null);
  /** What a new queue filters by at first. */
  queueFilter = $state.raw<Filter | null>(null);

  blur = $state(false);
  grey = $state(false);
  marks = $state(true);

  importPath = $state('');
  columns = $state<{ field: string; column: string }[]>([]);
  exportFolder = $state('');
  formats = $state<ExportFormat[]>(['raw', 'sft', 'prm']);
  redact = $state(true);
  includeIncomplete = $state(false);
  seed = $state(1);

  readonly preferences: PreferencesState;
  readonly case: CaseState;
  readonly jobs: JobsState;
  readonly exports: ExportsState;
  readonly models: ModelsState;
  readonly review: ReviewState;
  readonly items: ItemsState;
  #lastNotice = 0;

  constructor(readonly backend: Backend, now: () => number = () => Date.now()) {
    const report = (problem: Problem) => this.report(problem);
    this.preferences = new PreferencesState(backend, report);
    this.case = new CaseState(backend, report);
    this.exports = new ExportsState(backend, report);
    this.models = new ModelsState(backend, report);
    this.jobs = new JobsState(backend, report, (job) => this.#jobEnded(job));
    this.review = new ReviewState({
      backend, policy: () => this.case.policy, readOnly: () => this.readOnly, now, report, say: (it) => this.#reviewed(it),
    });
    this.items = new ItemsState({
      backend, report, queue: () => this.workQueue, done: (act, items) => this.#handedOn(act, items),
    });
  }

  async begin(): Promise<void> {
    await Promise.all([this.preferences.load(), this.case.load()]);
    const { blur, grey, marks } = this.preferences.chosen;
    Object.assign(this, { blur, grey, marks });
    const { dropped } = this.preferences;
    if (dropped.length > 0) this.say(words.settings.dropped(dropped.map((id) => words.commands[id]).join(', ')));
    await this.jobs.watch();
    if (this.ready) await this.go('review');
  }

  get theme(): PreferencesState['theme'] {
    return this.preferences.theme;
  }

  /** A case file is open and somebody reviews. */
  get ready(): boolean {
    return this.case.isOpen && Boolean(this.case.desktop?.reviewer);
  }

  get readOnly(): boolean {
    return this.case.desktop?.case?.read_only === true;
  }

  async go(screen: Screen): Promise<void> {
    this.screen = screen;
    if (!this.ready) return;
    if (screen === 'review' && !this.review.review) await this.reviewQueue(this.review.queue || this.firstQueue);
    if (screen === 'items') await this.items.enter();
    if (screen === 'data') void this.exports.loadPast();
    if (screen === 'models') await this.models.load();
    if (screen === 'queues' || screen === 'review') await this.case.refreshQueues();
  }

  /** The queue that is reviewed, or the one to begin with. */
  get workQueue(): Queue | undefined {
    const name = this.review.queue || this.firstQueue;
    return this.case.queues.find((it) => it.queue.name === name)?.queue;
  }

  /** Opens an item in Review, whichever place it has in the queue. */
  async openItem(row: number): Promise<void> {
    this.screen = 'review';
    if (!this.review.queue) this.review.queue = this.firstQueue;
    await this.review.open(row);
  }

  /** The queue to begin with: the first with something open. */
  get firstQueue(): string {
    const queues = this.case.queues;
    return (queues.find((it) => it.open > 0) ?? queues[0])?.queue.name ?? '';
  }

  async reviewQueue(name: string): Promise<void> {
    this.screen = 'review';
    if (name) await this.review.start(name);
  }

  /** After another case file was opened or closed. */
  async caseChanged(): Promise<void> {
    this.review.leave();
    this.items.leave();
    this.exports.clear();
    this.models.clear();
    this.clause = null;
    if (this.ready) await this.go('review');
    else this.screen = 'start';
  }

  async newCase(): Promise<void> {
    const path = await this.pick({ kind: 'save', title: words.pick.newCase, extensions: ['casebook'], name: words.start.newName });
    if (path && (await this.case.create(path))) await this.caseChanged();
  }

  async openCase(path?: string): Promise<void> {
    const chosen = path ?? (await this.pick({ kind: 'file', title: words.pick.openCase, extensions: ['casebook'] }));
    if (chosen && (await this.case.open(chosen))) await this.caseChanged();
  }

  async closeCase(): Promise<void> {
    await this.review.autosave.flush();
    if (await this.case.close()) await this.caseChanged();
  }

  async pick(question: Parameters<Backend['pick']>[0]): Promise<string | null> {
    try {
      return await this.backend.pick(question);
    } catch (error) {
      this.report(problemOf(error));
      return null;
    }
  }

  showClause(id: string | null): void {
    if (id && clauseOf(this.case.policy, id)) this.clause = id;
    this.dialog = 'policy';
  }

  /** In this window; how images start is a setting. */
  turn(what: 'blur' | 'grey' | 'marks'): void {
    this[what] = !this[what];
  }

  report(problem: Problem): void {
    const { what, way } = words.errors[problem.code] ?? words.errors.defect;
    this.#notice({ tone: 'problem', text: what, more: withKeys(way), message: problem.message });
  }

  say(text: string, more: string | null = null): void {
    this.#notice({ tone: 'note', text, more, message: null });
  }

  dismiss(id: number): void {
    this.notices = this.notices.filter((it) => it.id !== id);
  }

  #notice(it: Omit<Notice, 'id'>): void {
    const id = ++this.#lastNotice;
    const others = this.notices.filter((other) => other.text !== it.text || other.message !== it.message);
    // A note gives way to the next one; problems stay until they are dismissed.
    const kept = it.tone === 'note' ? others.filter((other) => other.tone === 'problem') : others;
    this.notices = [...kept, { ...it, id }].slice(-3);
    if (it.tone === 'note') setTimeout(() => this.dismiss(id), NOTE_MS);
  }

  #reviewed(event: ReviewEvent): void {
    const { notices } = words;
    const back = withKeys(notices.undoKey);
    if (event.kind === 'submitted') {
      const { complete, incomplete_reasons: reasons } = event.outcome;
      const text = complete ? notices.submitted(event.item) : notices.incomplete(event.item, reasons.join('; '));
      this.say(text, back);
    } else if (event.kind === 'aside') this.say(notices.aside(event.item, event.how), back);
    else if (event.kind === 'reopened') this.say(notices.reopened(event.item));
    else if (event.kind === 'nothing_to_undo') this.say(notices.nothingToUndo(event.queue));
    else this.say(withKeys(notices.takenBack(event.item)));
    if (event.kind === 'submitted' || event.kind === 'aside') void this.case.refreshQueues();
  }

  #handedOn(act: BulkAct | null, n: number): void {
    if (act) this.say(words.items.done[act.kind](n), withKeys(words.items.takeBackKey));
    else this.say(words.items.takenBack(n));
    void this.case.refreshQueues();
  }

  #jobEnded(job: Job): void {
    this.say(words.notices.jobEnded(words.data.kinds[job.kind], wordsOf(job) || words.data.states[job.state]));
    if (job.kind === 'export') void this.exports.loadPast();
    if (job.kind === 'install_model' && this.screen === 'models') void this.models.load();
    void this.case.refresh().then(() => {
      if (job.kind === 'import' && !this.review.review && this.screen === 'review') return this.go('review');
    });
  }
}
