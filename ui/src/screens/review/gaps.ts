// What a record still lacks as the draft stands: one line each, in the order in which it is filled.
import type { Draft, Missing } from '../../desk/types';
import type { Lack } from './judgement';
import { missingName } from './names';
import { tally, waits } from './steps';
import { words } from './words';

export type Gap =
  /** Stops the submission. */
  | { kind: 'lack'; lack: Lack }
  /** Would be stored as incomplete. */
  | { kind: 'missing'; missing: Missing }
  /** Stops nothing: steps that are not rated, a wrong one without its reason. */
  | { kind: 'unrated'; n: number }
  | { kind: 'reason'; step: number };

/** As many as there are digits; the rest shows once these are filled. */
export const MOST = 9;

export function gapsOf(draft: Draft | null, lacks: readonly Lack[], missing: readonly Missing[]): Gap[] {
  if (!draft) return [];
  const { rated, all } = tally(draft);
  const unrated = draft.finish === 'first_error' || rated === all ? 0 : draft.steps.filter(waits).length;
  const said = (it: Missing) =>
    (it.kind === 'clause' && lacks.includes('clause')) || (it.kind === 'cannot_judge_reason' && lacks.includes('reason'));
  const gaps: Gap[] = [
    ...lacks.map((lack): Gap => ({ kind: 'lack', lack })),
    ...missing.filter((it) => !said(it)).map((it): Gap => ({ kind: 'missing', missing: it })),
    ...(unrated > 0 ? [{ kind: 'unrated', n: unrated } as const] : []),
    ...draft.steps.flatMap((it, step): Gap[] =>
      it.rating === 'wrong' && it.rating_reason === null && !it.deleted ? [{ kind: 'reason', step }] : []),
  ];
  return gaps.slice(0, MOST);
}

export function gapName(it: Gap): string {
  switch (it.kind) {
    case 'lack':
      return words.before.lacks[it.lack];
    case 'missing':
      return missingName(it.missing);
    case 'unrated':
      return words.gaps.unrated(it.n);
    case 'reason':
      return words.gaps.reason(it.step + 1);
  }
}

/** What comes of leaving it. */
export function gapEffect(it: Gap): string {
  if (it.kind === 'lack') return words.gaps.stops;
  return it.kind === 'missing' ? words.gaps.incomplete : words.gaps.optional;
}
