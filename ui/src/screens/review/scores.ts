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
