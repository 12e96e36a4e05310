// What a made-up model says of items: at once, or when a test says that it is done.
import type { Impression, ItemView, Notes, Revealed } from '../desk/types';
import { assessmentOf, startOf } from './cases';

/** What a model came to; a text is why it failed. */
export type Outcome = 'ready' | { failed: string };

const NOBODY = { choice: 'allow', clauses: [], severity: null, confidence: 'leaning', cannot_judge_reason: null } as const;

export class FakeReveals {
  /** The model is not done with an item until a test says so. */
  slow = false;
  done = new Map<number, Outcome>();
  /** What a language model wrote of every item. */
  notes: Notes[] = [];
  /** What was shown of an item in a queue is shown from then on. */
  #shown = new Map<string, Revealed>();

  shown(queue: string, row: number): Revealed | null {
    return this.#shown.get(`${queue}/${row}`) ?? null;
  }

  /** `null` while the model is at work on it. */
  reveal(queue: string, it: ItemView, impression: Impression | null): Revealed | null {
    const known = this.shown(queue, it.row);
    if (known) return known;
    const outcome = this.done.get(it.row) ?? (this.slow ? null : 'ready');
    return outcome && this.#show(queue, it, impression, outcome);
  }

  decline(queue: string, it: ItemView, impression: Impression | null): Revealed {
    return this.#show(queue, it, impression, null);
  }

  #show(queue: string, it: ItemView, impression: Impression | null, outcome: Outcome | null): Revealed {
    const start = startOf(it, impression?.judgement ?? { ...NOBODY, clauses: [] });
    const ready = outcome === 'ready';
    const revealed: Revealed = {
      assessment: ready ? { ...assessmentOf(it), ...(this.notes.length > 0 && { notes: this.notes }) } : null,
      problem: outcome && outcome !== 'ready' ? outcome.failed : null,
      revealed_at_ms: Date.now(),
      start: ready ? start : { ...start, steps: [], evidence: [], remediation_text: '' },
    };
    this.#shown.set(`${queue}/${it.row}`, revealed);
    return revealed;
  }
}
