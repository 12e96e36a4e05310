// What is asked of an import and of an export, and starting the jobs that do them.
import type { ColumnPair, ExportFormat, ExportRequest, Job } from '../../desk/types';
import type { Frame, Room } from '../frame';
import { ExportsState } from './exports.svelte';
import { words } from './words';

export class DataRoom implements Room {
  importPath = $state('');
  columns = $state<ColumnPair[]>([]);

  exportFolder = $state('');
  formats = $state<ExportFormat[]>(['raw', 'sft', 'prm']);
  redact = $state(true);
  includeIncomplete = $state(false);
  seed = $state(1);
  readonly exports: ExportsState;

  constructor(readonly frame: Frame) {
    this.exports = new ExportsState(frame.backend, (problem) => frame.report(problem));
  }

  enter(): void {
    void this.exports.loadPast();
  }

  leave(): void {
    this.exports.clear();
  }

  jobEnded(job: Job): void {
    if (job.kind === 'export') void this.exports.loadPast();
  }

  // ---- In -------------------------------------------------------------------------------------

  async chooseImport(kind: 'file' | 'folder'): Promise<void> {
    const extensions = kind === 'file' ? { extensions: ['jsonl', 'csv', 'tsv', 'parquet', 'json'] } : {};
    const path = await this.frame.pick({ kind, title: words.data.pickImport, ...extensions });
    if (path) this.importPath = path;
  }

  async startImport(): Promise<void> {
    const columns = this.columns.filter((it) => it.field.trim() && it.column.trim());
    const path = this.importPath.trim();
    const mapped = mapsColumns(path);
    const { backend, jobs } = this.frame;
    const done = await jobs.begin(() => backend.data.startImport({ path, columns: mapped ? columns.map((it) => ({ ...it })) : [] }));
    if (done) this.importPath = '';
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

/** Files whose columns or keys can be mapped to fields. */
export function mapsColumns(path: string): boolean {
  return /\.(csv|tsv|parquet|json)$/i.test(path.trim());
}

/** True for a seed the desk takes. */
export function validSeed(seed: number): boolean {
  return Number.isInteger(seed) && seed >= 0 && seed <= 4_294_967_295;
}
