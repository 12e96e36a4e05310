// Which scores count, and whether they are worth the room.
import type { Assessment, Score } from '../../desk/types';

export function scoresOf(assessment: Assessment | null): readonly Score[] {
  return assessment?.scoring.outcome === 'scored' ? assessment.scoring.scores : [];
}

export function reaches(it: Score): boolean {
  return it.threshold !== null && it.value >= it.threshold;
}

/** Scores stand open where one reaches its threshold, unless the reviewer said otherwise. */
export function scoresOpen(said: boolean | null, assessment: Assessment | null): boolean {
  return said ?? scoresOf(assessment).some(reaches);
}

/** What scores say of a clause: whether it is met, where something could have said otherwise; else only how near it is. */
export type Outcome = 'met' | 'not_met' | 'unmeasured';

export function outcomeOf(scores: readonly Score[], clause: string): Outcome {
  const measured = scores.filter((it) => it.method !== 'zero_shot' && it.threshold !== null && it.clauses.includes(clause));
  if (measured.length === 0) return 'unmeasured';
  return measured.some(reaches) ? 'met' : 'not_met';
}
