// What a reviewer changed of the model's chain, step by step. Steps left as they were are not in it.
import type { Draft, DraftStep } from '../../desk/types';
import { isOwn } from './steps';

export type Kind = 'added' | 'edited' | 'moved' | 'removed';

export interface Changed {
  step: DraftStep;
  /** Where it is now, from 0. */
  n: number;
  what: Kind[];
}

export function changed(draft: Draft): Changed[] {
  return draft.steps.flatMap((step, n) => {
    const what: Kind[] = [];
    if (isOwn(step)) what.push('added');
    if (step.draft_text !== null) what.push('edited');
    if (isMoved(draft, step)) what.push('moved');
    if (step.deleted) what.push('removed');
    const said = step.rating !== null || (step.critique ?? '') !== '';
    return what.length > 0 || said ? [{ step, n, what }] : [];
  });
}

/** A step counts as moved where its order among the model's own steps changed, not where one came in before it. */
function isMoved(draft: Draft, step: DraftStep): boolean {
  if (step.drafted_as === null) return false;
  const theirs = draft.steps.filter((it) => it.drafted_as !== null);
  const drafted = theirs.map((it) => it.drafted_as ?? 0).toSorted((a, b) => a - b);
  return drafted[theirs.indexOf(step)] !== step.drafted_as;
}
