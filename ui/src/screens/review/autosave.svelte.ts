// Saves what is being written within a second, and says whether that worked.
import { problemOf } from '../../desk/backend';
import type { Problem } from '../../desk/types';

export type SaveState = 'clean' | 'waiting' | 'saving' | 'saved' | 'failed';

/** After the last change; a person who never pauses is saved after `LATEST_MS` all the same. */
const QUIET_MS = 400;
const LATEST_MS = 800;
const RETRY_MS = 5000;

export class Autosave {
  state = $state<SaveState>('clean');
  /** When the desk had it on disk, ms. */
  savedAt = $state<number | null>(null);
  problem = $state.raw<Problem | null>(null);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstChange: number | null = null;
  #running: Promise<void> | null = null;

  /** `save` writes the newest draft and answers when it was on disk. After a problem that is `final` it is not tried again by itself. */
  constructor(
    private readonly save: () => Promise<number | null>,
    private readonly now: () => number,
    private readonly final: (problem: Problem) => boolean = () => false,
  ) {}

  /** Something changed. */
  touch(): void {
    this.state = 'waiting';
    this.#firstChange ??= this.now();
    const left = this.#firstChange + LATEST_MS - this.now();
    this.#schedule(Math.max(0, Math.min(QUIET_MS, left)));
  }

  /** Saves now what is not saved yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#running;
    if (this.state === 'waiting' || this.state === 'failed') await this.#write();
  }

  /** Forgets what is waiting: another item is on screen. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#firstChange = null;
    this.state = 'clean';
    this.savedAt = null;
    this.problem = null;
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#write(), ms);
  }

  async #write(): Promise<void> {
    if (this.#running) {
      await this.#running;
      if (this.state !== 'waiting') return;
    }
    this.#running = this.#attempt();
    await this.#running;
    this.#running = null;
  }

  async #attempt(): Promise<void> {
    this.state = 'saving';
    this.#firstChange = null;
    // `reset` or `touch` may change the state while the desk writes.
    const state = () => this.state as SaveState;
    try {
      const at = await this.save();
      if (state() === 'clean') return;
      this.savedAt = at ?? this.now();
      this.problem = null;
      if (state() === 'saving') this.state = 'saved';
    } catch (error) {
      if (state() === 'clean') return;
      const problem = problemOf(error);
      if (this.final(problem)) return this.reset();
      this.problem = problem;
      this.state = 'failed';
      this.#schedule(RETRY_MS);
    }
  }
}
