// Work in the background: asked for when the file changes, heard of from then on.
import type { Backend } from './backend';
import { problemOf } from './backend';
import type { DeskEvent, Job, JobKind, Problem } from './types';

/** True where nothing more happens by itself. */
const over = (job: Job): boolean => !['waiting', 'running', 'paused'].includes(job.state);

export class JobsState {
  /** Newest first. */
  all = $state.raw<Job[]>([]);

  /** Counts questions: of two, the answer to the later one counts. */
  #asked = 0;
  /** Jobs known to have ended; `null` until the desk was asked once. */
  #ended: Set<string> | null = null;
  /** What was told while the desk is being asked: its answer may be older. */
  #meanwhile = new Map<string, Job>();

  constructor(
    private readonly backend: Backend,
    private readonly report: (problem: Problem) => void,
    /** A job of this window has ended. */
    private readonly ended: (job: Job) => void,
  ) {}

  /** Those of this window that wait, run or are paused. */
  get active(): Job[] {
    return this.all.filter((it) => it.here && !over(it));
  }

  of(kind: JobKind): Job[] {
    return this.all.filter((it) => it.kind === kind);
  }

  /** The one of a kind that has not ended. */
  current(kind: JobKind): Job | undefined {
    return this.active.find((it) => it.kind === kind);
  }

  /** Asks how they stand; whoever made this has it hear the desk before, so that nothing happens between the two unheard. */
  async watch(): Promise<void> {
    const asked = ++this.#asked;
    try {
      this.#meanwhile = new Map();
      const all = (await this.backend.jobs.jobs()).toReversed();
      if (asked !== this.#asked) return;
      const told = [...this.#meanwhile.values()].filter((it) => all.every((one) => one.id !== it.id)).toReversed();
      this.#show([...told, ...all.map((it) => this.#meanwhile.get(it.id) ?? it)]);
    } catch (error) {
      this.report(problemOf(error));
    }
  }

  pause = (id: string): Promise<boolean> => this.#act(() => this.backend.jobs.pauseJob(id));
  resume = (id: string): Promise<boolean> => this.#act(() => this.backend.jobs.resumeJob(id));
  cancel = (id: string): Promise<boolean> => this.#act(() => this.backend.jobs.cancelJob(id));

  hear(event: DeskEvent): void {
    // The list belongs to the file.
    if (event.kind === 'case') void this.watch();
    if (event.kind !== 'job') return;
    const { job } = event;
    this.#meanwhile.set(job.id, job);
    const known = this.all.some((it) => it.id === job.id);
    this.#show(known ? this.all.map((it) => (it.id === job.id ? job : it)) : [job, ...this.all]);
  }

  #show(all: Job[]): void {
    this.all = all;
    const ended = all.filter(over);
    const news = this.#ended === null ? [] : ended.filter((it) => it.here && !this.#ended?.has(it.id));
    this.#ended = new Set(ended.map((it) => it.id));
    news.forEach((it) => this.ended(it));
  }

  async #act(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
    } catch (error) {
      this.report(problemOf(error));
      return false;
    }
    return true;
  }
}
