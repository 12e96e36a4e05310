// What a review needs from its surroundings, and what it tells them.
import type { Backend } from '../../desk/backend';
import type { Aside, HandedOn, PolicyView, Problem, Submitted, TakenBack, UnreadKind } from '../../desk/types';

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
  /** What undo took back; `null` where the desk does not say. */
  | { kind: 'reopened'; item: string; what: TakenBack | null }
  | { kind: 'handed_on'; item: string; handed: HandedOn }
  | { kind: 'taken_out'; item: string }
  | { kind: 'unread'; item: string; what: UnreadKind }
  | { kind: 'nothing_to_undo'; queue: string }
  | { kind: 'taken_back' | 'left'; item: string };

/** What became of an item that this reviewer cannot work on any more; `null` for any other problem. */
export function gone({ code }: Problem): 'taken_back' | 'left' | null {
  if (code === 'not_yours') return 'taken_back';
  return code === 'left' ? 'left' : null;
}

/** `waiting`: the first impression is stored, or none was asked, and the model reads. */
export type Phase = 'idle' | 'loading' | 'empty' | 'before' | 'waiting' | 'after';
