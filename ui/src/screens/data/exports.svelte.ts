// What is asked for in an export, the rows looked at before it, and the exports that were made.
import type { Backend } from '../../desk/backend';
import { problemOf } from '../../desk/backend';
import type { ExportFormat, ExportPreview, ExportRequest, PastExport, PreviewRow, Problem, RecordFilter } from '../../desk/types';

/** Rows of one page. */
export const PAGE = 20;

export class ExportsState {
  since = $state('');
  until = $state('');
  reviewers = $state('');
  queues = $state<string[]>([]);
  languages = $state.raw<readonly string[]>([]);
  clauses = $state.raw<readonly string[]>([]);
  completeOnly = $state(false);

  preview = $state.raw<ExportPreview | null>(null);
  /** The dataset whose rows are shown. */
  format = $state<ExportFormat>('raw');
  offset = $state(0);
  /** Which row of the page is open. */
  selected = $state(0);
  looking = $state(false);

  past = $state.raw<PastExport[] | null>(null);
  /** What the preview is of, to tell when it no longer fits. */
  #shown = $state('');
  #last = 0;

  constructor(
    private readonly backend: Backend,
    private readonly report: (problem: Problem) => void,
  ) {}

  /** Only what is filled in. */
  get filter(): RecordFilter {
    return {
      ...(this.since ? { since: this.since } : {}),
      ...(this.until ? { until: this.until } : {}),
      ...lists({ reviewers: split(this.reviewers), queues: [...this.queues], languages: [...this.languages], clauses: [...this.clauses] }),
      ...(this.completeOnly ? { complete_only: true } : {}),
    };
  }

  get conditions(): number {
    return Object.keys(this.filter).length;
  }

  get row(): PreviewRow | undefined {
    return this.preview?.rows[this.selected];
  }

  /** Lines of the dataset shown, in all. */
  get total(): number {
    return this.preview?.datasets.find((it) => it.format === this.format)?.lines ?? 0;
  }

  isStale(request: ExportRequest): boolean {
    return this.preview !== null && this.#shown !== key(request);
  }

  resetFilter(): void {
    Object.assign(this, { since: '', until: '', reviewers: '', queues: [], languages: [], clauses: [], completeOnly: false });
  }

  /** Looks at the rows of `format` from `offset` on. */
  async look(request: ExportRequest, format: ExportFormat = this.format, offset = 0): Promise<void> {
    const shown = request.formats.includes(format) ? format : request.formats[0];
    if (!shown) return;
    const n = ++this.#last;
    this.looking = true;
    try {
      const preview = await this.backend.data.previewExport(request, shown, offset, PAGE);
      // A slower answer to an earlier question is no longer wanted.
      if (n !== this.#last) return;
      Object.assign(this, { preview, format: shown, offset, selected: 0 });
      this.#shown = key(request);
    } catch (error) {
      if (n === this.#last) this.report(problemOf(error));
    } finally {
      if (n === this.#last) this.looking = false;
    }
  }

  /** The page before or after; false where there is none. */
  turn(request: ExportRequest, by: 1 | -1): boolean {
    const offset = this.offset + by * PAGE;
    if (!this.canTurn(by)) return false;
    void this.look(request, this.format, Math.max(0, offset));
    return true;
  }

  canTurn(by: 1 | -1): boolean {
    const offset = this.offset + by * PAGE;
    return by < 0 ? this.offset > 0 : offset < this.total;
  }

  async loadPast(): Promise<void> {
    try {
      this.past = await this.backend.data.exports();
    } catch (error) {
      this.report(problemOf(error));
    }
  }

  /** After another case file was opened. */
  clear(): void {
    this.#last += 1;
    this.preview = null;
    this.past = null;
    this.looking = false;
    this.resetFilter();
  }
}

const split = (text: string) => text.split(',').map((it) => it.trim()).filter(Boolean);

/** Lists that hold something. */
function lists(all: Record<string, string[]>): RecordFilter {
  return Object.fromEntries(Object.entries(all).filter(([, it]) => it.length > 0));
}

/** Everything but where it goes: the folder changes no row. */
function key(request: ExportRequest): string {
  return JSON.stringify({ ...request, folder: '' });
}
