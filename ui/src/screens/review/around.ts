// What a review needs from its surroundings, and what it tells them.
import type { Backend } from '../../desk/backend';
import type { Aside, PolicyView, Problem, Submitted, UnreadKind } from '../../desk/types';

/** What the review needs from its surroundings. */
export interface Around {
  backend: Backend;
  policy: () => PolicyView | null;
  /** The case file cannot be written: nothing is kept. */
  readOnly: () => boolean;
  now: () => number;
  report: (problem: Problem) => void;
  say: (event: ReviewEvent) => void;
}

/** What happened, for the words at the edge of the screen. */
export type ReviewEvent =
  | { kind: 'submitted'; item: string; outcome: Submitted }
  | { kind: 'aside'; item: string; how: Aside }
  | { kind: 'reopened'; item: string }
  | { kind: 'unread'; item: string; what: UnreadKind }
  | { kind: 'nothing_to_undo'; queue: string }
  | { kind: 'taken_back'; item: string };

export type Phase = 'idle' | 'loading' | 'empty' | 'before' | 'after';
