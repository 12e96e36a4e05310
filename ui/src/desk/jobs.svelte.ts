// Work in the background, asked for a few times a second while some of it runs.
import type { Backend } from './backend';
import { problemOf } from './backend';
import type { Job, JobKind, Problem } from './types';

const POLL_MS = 250;
const AFTER_FAILURE_MS = 2000;

/** True where nothing more happens by itself. */
const over = (job: Job): boolean => !['waiting', 'running', 'paused'].includes(job.state);

export class JobsState {
  /** Newest first. */
  all = $state.raw<Job[]>([]);

  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Jobs known to have ended; `null` until the desk was asked once. */
  #ended: Set<string> | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly report: (problem: Problem) => void,
    /** A job that ran while we watched has ended. */
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

  /** Asks now, and again while something runs. */
  async watch(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.all = (await this.backend.jobs.jobs()).toReversed();
    } catch (error) {
      this.report(problemOf(error));
      if (this.active.length > 0) this.#timer = setTimeout(() => void this.watch(), AFTER_FAILURE_MS);
      return;
    }
    const ended = this.all.filter(over);
    const news = this.#ended === null ? [] : ended.filter((it) => it.here && !this.#ended?.has(it.id));
    this.#ended = new Set(ended.map((it) => it.id));
    news.forEach((it) => this.ended(it));
    if (this.active.some((it) => it.state !== 'paused')) this.#timer = setTimeout(() => void this.watch(), POLL_MS);
  }

  /** Starts a job and watches it. */
  async begin(start: () => Promise<string>): Promise<boolean> {
    return this.#act(start);
  }

  pause = (id: string): Promise<boolean> => this.#act(() => this.backend.jobs.pauseJob(id));
  resume = (id: string): Promise<boolean> => this.#act(() => this.backend.jobs.resumeJob(id));
  cancel = (id: string): Promise<boolean> => this.#act(() => this.backend.jobs.cancelJob(id));

  stop(): void {
    clearTimeout(this.#timer);
  }

  async #act(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
    } catch (error) {
      this.report(problemOf(error));
      return false;
    }
    await this.watch();
    return true;
  }
}
