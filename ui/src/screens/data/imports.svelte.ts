// What is imported and how it is read: looked at first, with a mapping one can change, and taken back where it was wrong.
import type { Backend } from '../../desk/backend';
import { problemOf } from '../../desk/backend';
import type { ColumnPair, ImportColumn, ImportPreview, ImportRequest, PastImport, Problem, Quoting } from '../../desk/types';

export class ImportsState {
  path = $state('');
  columns = $state<ColumnPair[]>([]);
  encoding = $state('');
  delimiter = $state('');
  quoting = $state<Quoting | ''>('');
  preset = $state('');

  preview = $state.raw<ImportPreview | null>(null);
  /** Why it could not be looked at. */
  problem = $state.raw<Problem | null>(null);
  looking = $state(false);
  past = $state.raw<PastImport[] | null>(null);
  /** The import that is about to be taken back. */
  leaving = $state.raw<PastImport | null>(null);
  /** What is looked at, to tell when it no longer fits. */
  #shown = $state('');
  #last = 0;

  constructor(
    private readonly backend: Backend,
    private readonly report: (problem: Problem) => void,
  ) {}

  get request(): ImportRequest {
    return {
      path: this.path.trim(),
      columns: this.columns.filter((it) => it.field.trim()).map((it) => ({ ...it })),
      encoding: this.encoding.trim() || null,
      delimiter: this.delimiter.trim() || null,
      quoting: this.quoting || null,
      preset: this.preset || null,
      dry_run: false,
    };
  }

  /** Something was changed since it was looked at. */
  get isStale(): boolean {
    return this.preview !== null && this.#shown !== JSON.stringify(this.request);
  }

  /** Another source, read as it says itself. */
  choose(path: string): void {
    Object.assign(this, { path, columns: [], encoding: '', delimiter: '', quoting: '', preset: '', preview: null, problem: null });
  }

  /** Looks at the first rows; the first time as the same source was asked for before. */
  async look(): Promise<void> {
    const n = ++this.#last;
    this.looking = true;
    this.problem = null;
    try {
      const asked = this.request;
      let preview = await this.backend.data.previewImport(asked);
      const before = preview.remembered;
      if (before && this.preview === null && isPlain(asked) && !isPlain(before)) {
        const { columns, encoding, delimiter, quoting, preset } = before;
        Object.assign(this, { columns, encoding: encoding ?? '', delimiter: delimiter ?? '', quoting: quoting ?? '', preset: preset ?? '' });
        preview = await this.backend.data.previewImport(this.request);
      }
      if (n !== this.#last) return;
      this.preview = preview;
      this.#shown = JSON.stringify(this.request);
    } catch (error) {
      if (n !== this.#last) return;
      this.preview = null;
      this.problem = problemOf(error);
    } finally {
      if (n === this.#last) this.looking = false;
    }
  }

  /** Makes a column this field and no other; an empty field leaves it. */
  map(column: ImportColumn, field: string): void {
    const others = this.columns.filter((it) => it.column !== column.name && it.field !== field);
    const given = column.fields.filter((it) => it !== field && !others.some((other) => other.field === it));
    const without = given.map((it) => ({ field: it, column: '' }));
    this.columns = [...others, ...without, ...(field ? [{ field, column: column.name }] : [])];
    void this.look();
  }

  async loadPast(): Promise<void> {
    try {
      this.past = await this.backend.data.pastImports();
    } catch (error) {
      this.report(problemOf(error));
    }
  }

  /** Takes an import back; false where it hangs on something recorded. */
  async takeBack(it: PastImport): Promise<number | null> {
    try {
      return await this.backend.data.takeBackImport(it.path);
    } catch (error) {
      this.report(problemOf(error));
      return null;
    } finally {
      this.leaving = null;
      await this.loadPast();
    }
  }

  /** After another case file was opened. */
  clear(): void {
    this.#last += 1;
    this.choose('');
    this.past = null;
    this.looking = false;
  }
}

/** Nothing was said of how it is read. */
function isPlain(request: ImportRequest): boolean {
  return request.columns.length === 0 && !request.encoding && !request.delimiter && !request.quoting && !request.preset;
}
