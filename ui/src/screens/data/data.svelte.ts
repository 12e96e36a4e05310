// What is asked of an import and of an export, and starting the jobs that do them.
import { problemOf } from '../../desk/backend';
import type { ExportFormat, ExportRequest, Job, PastExport, Problem } from '../../desk/types';
import type { Frame, Room } from '../frame';
import { count } from '../../kit/format';
import { ExportsState } from './exports.svelte';
import { ImportsState } from './imports.svelte';
import { words } from './words';

export const TABS = ['import', 'score', 'export', 'jobs'] as const;
export type Tab = (typeof TABS)[number];
/** What is asked for in a panel, and answered there. */
type Asked = Exclude<Tab, 'jobs'>;

export class DataRoom implements Room {
  /** As long as the window is there. */
  tab = $state<Tab>('import');
  /** The job that was asked for last in each panel, whose result stays there. */
  #jobs = $state.raw<Partial<Record<Asked, string>>>({});
  /** Why one was refused at once. */
  problems = $state.raw<Partial<Record<Asked, Problem>>>({});

  /** The export whose folder could not be opened last, and why. */
  unopened = $state.raw<{ id: number; problem: Problem } | null>(null);

  readonly imports: ImportsState;

  exportFolder = $state('');
  formats = $state<ExportFormat[]>(['raw', 'sft', 'prm']);
  redact = $state(true);
  includeIncomplete = $state(false);
  seed = $state(1);
  readonly exports: ExportsState;

  constructor(readonly frame: Frame) {
    this.exports = new ExportsState(frame.backend, (problem) => frame.report(problem));
    this.imports = new ImportsState(frame.backend, (problem) => frame.report(problem));
  }

  enter(): void {
    void this.exports.loadPast();
    void this.imports.loadPast();
  }

  leave(): void {
    this.exports.clear();
    this.imports.clear();
    this.#jobs = {};
    this.problems = {};
    this.unopened = null;
  }

  jobEnded(job: Job): void {
    if (job.kind === 'export') void this.exports.loadPast();
    if (job.kind === 'import') void this.imports.loadPast();
  }

  /** What came of the job that was asked for last in a panel; nothing while it runs. */
  resultOf(asked: Asked): Job | undefined {
    const it = this.frame.jobs.of(asked).find((job) => job.id === this.#jobs[asked]);
    return it && this.frame.jobs.current(asked)?.id !== it.id ? it : undefined;
  }

  /** Shows a tab, from whichever screen it is asked for. */
  async show(tab: Tab): Promise<void> {
    this.tab = tab;
    if (this.frame.screen !== 'data') await this.frame.go('data');
  }

  /** Starts a job; a refusal stands in its panel until the next try. */
  async #start(asked: Asked, start: () => Promise<string>): Promise<void> {
    const { [asked]: _, ...others } = this.problems;
    this.problems = others;
    try {
      const id = await start();
      this.#jobs = { ...this.#jobs, [asked]: id };
    } catch (error) {
      this.problems = { ...others, [asked]: problemOf(error) };
    }
  }

  // ---- In -------------------------------------------------------------------------------------

  async chooseImport(kind: 'file' | 'folder'): Promise<void> {
    const extensions = kind === 'file' ? { extensions: ['jsonl', 'ndjson', 'csv', 'tsv', 'tab', 'parquet', 'json'] } : {};
    const path = await this.frame.pick({ kind, title: words.data.pickImport, ...extensions });
    if (path) await this.lookAt(path);
  }

  /** Looks at what is at a path, before any of it comes in. */
  async lookAt(path: string): Promise<void> {
    await this.show('import');
    this.imports.choose(path);
    await this.imports.look();
  }

  dropHint(): string | null {
    return this.frame.writable ? words.data.dropHint : null;
  }

  async drop(paths: string[]): Promise<void> {
    const [path, ...others] = paths;
    if (path === undefined) return;
    await this.lookAt(path);
    if (others.length > 0) this.frame.say(words.data.droppedMany(others.length));
  }

  /** What was typed stays until it is in. */
  async startImport(): Promise<void> {
    const { request } = this.imports;
    await this.#start('import', () => this.frame.backend.data.startImport(request));
  }

  async takeBack(): Promise<void> {
    const it = this.imports.leaving;
    const gone = it && (await this.imports.takeBack(it));
    if (it && gone !== null) this.frame.say(words.data.takenBack(count(gone), it.path));
  }

  // ---- The model ------------------------------------------------------------------------------

  async startScoring(): Promise<void> {
    await this.#start('score', () => this.frame.backend.models.startScoring());
  }

  // ---- Out ------------------------------------------------------------------------------------

  /** What the export panel asks for right now. */
  get request(): ExportRequest {
    return {
      folder: this.exportFolder.trim(),
      formats: [...this.formats],
      redact: this.redact,
      include_incomplete: this.includeIncomplete,
      seed: this.seed,
      filter: this.exports.filter,
    };
  }

  /** What is asked for can be looked at. */
  get isWhole(): boolean {
    return this.frame.ready && this.formats.length > 0 && validSeed(this.seed);
  }

  async chooseExport(): Promise<void> {
    const path = await this.frame.pick({ kind: 'folder', title: words.data.pickExport });
    if (path) this.exportFolder = path;
  }

  /** A file manager can be asked for folders. */
  get opensFolders(): boolean {
    return this.frame.case.desktop?.opens_folders === true;
  }

  /** The export whose result stands in the panel, where its folder is there. */
  get madeNow(): PastExport | undefined {
    const job = this.resultOf('export');
    return job?.state === 'done' ? this.exports.past?.find((it) => it.folder === job.subject && it.exists) : undefined;
  }

  /** Opens the folder of an export; the desk knows which that is. */
  async openExport(id: number | undefined): Promise<void> {
    if (id === undefined) return;
    this.unopened = null;
    try {
      await this.frame.backend.data.openExport(id);
    } catch (error) {
      this.unopened = { id, problem: problemOf(error) };
    }
  }

  async preview(): Promise<void> {
    this.tab = 'export';
    await this.exports.look(this.request);
  }

  async startExport(): Promise<void> {
    await this.frame.flush();
    await this.#start('export', () => this.frame.backend.data.startExport(this.request));
  }
}

/** True for a seed the desk takes. */
export function validSeed(seed: number): boolean {
  return Number.isInteger(seed) && seed >= 0 && seed <= 4_294_967_295;
}
