// The open case file, its queues and its policy.
import type { Backend } from './backend';
import { problemOf } from './backend';
import type { Desktop, Occurring, PolicyView, Problem, Queue, QueueSummary } from './types';

export class CaseState {
  desktop = $state.raw<Desktop | null>(null);
  queues = $state.raw<QueueSummary[]>([]);
  policy = $state.raw<PolicyView | null>(null);
  /** What items can be chosen by, as it was counted last; `null` before the first time. */
  occurring = $state.raw<Occurring | null>(null);
  /** Why the window could not reach the desk at all. */
  failure = $state.raw<Problem | null>(null);

  /** What queues and policy were taken of. */
  #taken = '';
  /** What this window itself asks for now: how things stand, or another file. */
  #adopting: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly backend: Backend,
    private readonly report: (problem: Problem) => void,
  ) {}

  get isOpen(): boolean {
    return this.desktop?.case != null;
  }

  async load(): Promise<void> {
    await (this.#adopting = this.#load());
  }

  async #load(): Promise<void> {
    try {
      this.desktop = await this.backend.file.desktop();
      await this.#contents();
      this.failure = null;
    } catch (error) {
      this.failure = problemOf(error);
    }
  }

  /** The desk told of a change. True where another file is open now, or another policy in force, than is shown here. */
  async recheck(): Promise<boolean> {
    await this.#adopting;
    // Nothing is shown yet, so nothing can have changed.
    if (!this.desktop) return false;
    let changed = false;
    await this.#try(async () => {
      this.desktop = await this.backend.file.desktop();
      changed = this.#file !== this.#taken;
      if (changed) await this.#contents();
    });
    return changed;
  }

  setReviewer = (name: string): Promise<boolean> => this.#adopt(() => this.backend.file.setReviewer(name.trim()));
  create = (path: string): Promise<boolean> => this.#adopt(() => this.backend.file.newCase(path));
  open = (path: string): Promise<boolean> => this.#adopt(() => this.backend.file.openCase(path));
  practise = (): Promise<boolean> => this.#adopt(() => this.backend.file.practise());
  saveCopy = (path: string): Promise<boolean> =>
    this.#try(async () => {
      await this.backend.file.saveCopy(path);
    });
  close = (): Promise<boolean> => this.#adopt(() => this.backend.file.closeCase());

  saveQueue = (queue: Queue): Promise<boolean> => this.#adoptQueues(() => this.backend.review.saveQueue(queue));
  removeQueue = (name: string): Promise<boolean> => this.#adoptQueues(() => this.backend.review.removeQueue(name));
  refreshQueues = (): Promise<boolean> => this.#adoptQueues(() => this.backend.review.queues());

  /** Counts and the model's state may have changed. */
  async refresh(): Promise<void> {
    await this.#try(async () => {
      this.desktop = await this.backend.file.desktop();
      if (this.isOpen) this.queues = await this.backend.review.queues();
    });
  }

  /** Counts what items can be chosen by. */
  async count(): Promise<void> {
    const file = this.#file;
    await this.#try(async () => {
      const occurring = await this.backend.items.occurring();
      // Another file was opened meanwhile.
      if (file === this.#file) this.occurring = occurring;
    });
  }

  /** Which file is open, and which policy is in force in it. */
  get #file(): string {
    const open = this.desktop?.case;
    return open ? `${open.path} ${open.policy}` : '';
  }

  async #contents(): Promise<void> {
    const file = this.#file;
    if (file !== this.#taken) this.occurring = null;
    if (!this.isOpen || !this.desktop?.reviewer) {
      this.queues = [];
      this.policy = null;
    } else [this.queues, this.policy] = await Promise.all([this.backend.review.queues(), this.backend.policy.policy()]);
    this.#taken = file;
  }

  #adopt(act: () => Promise<Desktop>): Promise<boolean> {
    const adopting = this.#try(async () => {
      this.desktop = await act();
      await this.#contents();
    });
    this.#adopting = adopting;
    return adopting;
  }

  #adoptQueues(act: () => Promise<QueueSummary[]>): Promise<boolean> {
    return this.#try(async () => {
      this.queues = await act();
    });
  }

  async #try(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.report(problemOf(error));
      return false;
    }
  }
}
