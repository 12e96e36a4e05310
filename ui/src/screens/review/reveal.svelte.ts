// What the model says of the item on screen: asked for by itself, told of by the desk when it is ready, or done without.
import type { Backend } from '../../desk/backend';
import { problemOf } from '../../desk/backend';
import type { DeskEvent, Problem, Revealed, Said } from '../../desk/types';

/** An item whose reveal is wanted. Another object each time, so that an answer which comes late is known by it. */
interface Wanted {
  readonly queue: string;
  readonly row: number;
  asking: boolean;
  /** Something was told since the desk was last asked, so its answer may be older. */
  told: boolean;
  /** The reviewer goes on without the model; what it says is not wanted any more. */
  alone: boolean;
}

export class Reveal {
  /** Why the desk refused, in its words. */
  problem = $state.raw<Problem | null>(null);
  /** What the model has written so far, by clause, while it is waited for. */
  written = $state.raw<ReadonlyMap<string, Said[]>>(new Map());
  #wanted: Wanted | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly seen: (it: Revealed) => void,
    private readonly refused: (problem: Problem) => void,
  ) {}

  /** Waits for this item from now on; answers when the desk was asked once. */
  begin(queue: string, row: number): Promise<void> {
    this.reset();
    this.#wanted = { queue, row, asking: false, told: false, alone: false };
    return this.ask();
  }

  /** Waits for nothing: another item is on screen, or this one is revealed. */
  reset(): void {
    this.#wanted = null;
    this.problem = null;
    this.written = new Map();
  }

  /** After a change of the file or a break in the connection nobody knows what was missed. */
  hear(event: DeskEvent): void {
    if (event.kind === 'writing') {
      const it = this.#wanted;
      if (it && !it.alone && event.row === it.row) this.written = new Map(this.written).set(event.clause, event.said);
      return;
    }
    if (event.kind === 'case' || (event.kind === 'assessed' && event.row === this.#wanted?.row)) void this.ask();
  }

  /** Asks the desk. Where it is being asked already, it is asked once more after an answer that came too early. */
  async ask(): Promise<void> {
    const it = this.#wanted;
    if (!it || it.alone) return;
    it.told = true;
    if (it.asking) return;
    it.asking = true;
    this.problem = null;
    try {
      while (it.told) {
        it.told = false;
        const revealed = await this.backend.review.reveal(it.queue, it.row);
        if (it !== this.#wanted || it.alone) return;
        if (revealed) return this.#done(revealed);
      }
    } catch (error) {
      if (it === this.#wanted && !it.alone) this.#refuse(problemOf(error));
    } finally {
      it.asking = false;
    }
  }

  /** Goes on without the model. What is shown is what the desk answers to this, whatever else comes meanwhile. */
  async decline(): Promise<void> {
    const it = this.#wanted;
    if (!it || it.alone) return;
    it.alone = true;
    this.problem = null;
    try {
      const revealed = await this.backend.review.decline(it.queue, it.row);
      if (it === this.#wanted) this.#done(revealed);
    } catch (error) {
      it.alone = false;
      if (it === this.#wanted) this.#refuse(problemOf(error));
    }
  }

  #refuse(problem: Problem): void {
    this.problem = problem;
    this.refused(problem);
  }

  #done(revealed: Revealed): void {
    this.reset();
    this.seen(revealed);
  }
}
