// What is asked of an import and of an export, and starting the jobs that do them.
import type { ExportFormat, ExportRequest, Job } from '../../desk/types';
import type { Frame, Room } from '../frame';
import { count } from '../../kit/format';
import { ExportsState } from './exports.svelte';
import { ImportsState } from './imports.svelte';
import { words } from './words';

export class DataRoom implements Room {
  readonly imports: ImportsState;
  /** The import that was asked for last, whose result stays in its panel. */
  importJob = $state('');

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
    this.importJob = '';
  }

  jobEnded(job: Job): void {
    if (job.kind === 'export') void this.exports.loadPast();
    if (job.kind === 'import') void this.imports.loadPast();
  }

  // ---- In -------------------------------------------------------------------------------------

  async chooseImport(kind: 'file' | 'folder'): Promise<void> {
    const extensions = kind === 'file' ? { extensions: ['jsonl', 'ndjson', 'csv', 'tsv', 'tab', 'parquet', 'json'] } : {};
    const path = await this.frame.pick({ kind, title: words.data.pickImport, ...extensions });
    if (!path) return;
    this.imports.choose(path);
    await this.imports.look();
  }

  /** What was typed stays until it is in. */
  async startImport(): Promise<void> {
    const { backend, jobs } = this.frame;
    const request = this.imports.request;
    await jobs.begin(async () => (this.importJob = await backend.data.startImport(request)));
  }

  async takeBack(): Promise<void> {
    const it = this.imports.leaving;
    const gone = it && (await this.imports.takeBack(it));
    if (it && gone !== null) this.frame.say(words.data.takenBack(count(gone), it.path));
  }

  // ---- The model ------------------------------------------------------------------------------

  async startScoring(): Promise<void> {
    const { backend, jobs } = this.frame;
    await jobs.begin(() => backend.models.startScoring());
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

  async startExport(): Promise<void> {
    await this.frame.flush();
    const { backend, jobs } = this.frame;
    await jobs.begin(() => backend.data.startExport(this.request));
  }
}

/** True for a seed the desk takes. */
export function validSeed(seed: number): boolean {
  return Number.isInteger(seed) && seed >= 0 && seed <= 4_294_967_295;
}
