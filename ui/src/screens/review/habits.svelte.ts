// What this reviewer did last in this window, offered again: clauses they named, and how sure they were of each decision.
// Nothing of it comes from a model or from anybody else, so it may be offered before the first impression.
import type { Choice, Confidence } from '../../desk/types';
import type { Picked } from './judgement';

/** One for each digit. */
const KEPT = 9;

export class Habits {
  /** Clauses, the one named last first. */
  recent = $state.raw<readonly string[]>([]);
  readonly #sure = new Map<Choice, Confidence>();

  /** Something was decided and stored. */
  keep({ choice, clauses, confidence }: Picked): void {
    this.recent = [...clauses, ...this.recent.filter((it) => !clauses.includes(it))].slice(0, KEPT);
    if (choice && confidence) this.#sure.set(choice, confidence);
  }

  /** How sure the reviewer was the last time they decided so; `null` where they never did. */
  sureOf(choice: Choice): Confidence | null {
    return this.#sure.get(choice) ?? null;
  }

  forget(): void {
    this.recent = [];
    this.#sure.clear();
  }
}
