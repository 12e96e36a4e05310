// What a reviewer has picked so far, before it is whole enough to be stored.
import type { CannotJudgeReason, Choice, ChoiceView, Confidence, Judgement, PolicyView } from '../../desk/types';
import { clauseOf, opens } from '../../parts/clauses';

/** In key order: the n-th answers to the key n. */
export const CHOICES: readonly Choice[] = ['allow', 'age_limit', 'not_for_feed', 'remove', 'escalate', 'cannot_judge'];
export const CONFIDENCES: readonly Confidence[] = ['guess', 'leaning', 'fairly_sure', 'certain'];
export const REASONS: readonly CannotJudgeReason[] = ['language', 'context', 'media', 'other'];

/** A judgement in the making. */
export interface Picked {
  choice: Choice | null;
  clauses: string[];
  severity: number | null;
  confidence: Confidence | null;
  cannot_judge_reason: CannotJudgeReason | null;
}

/** What keeps a judgement from being stored. */
export type Lack = 'choice' | 'clause' | 'reason' | 'confidence' | 'not_allowed';

export function blank(): Picked {
  return { choice: null, clauses: [], severity: null, confidence: null, cannot_judge_reason: null };
}

/** What the choice means under the primary clause, as the policy says; without a clause where that leaves it shut. */
export function meaning(it: Pick<Picked, 'choice' | 'clauses'>, policy: PolicyView | null): ChoiceView | undefined {
  const of = (choices: ChoiceView[] | undefined) => choices?.find((known) => known.choice === it.choice);
  return of(clauseOf(policy, it.clauses[0])?.choices) ?? of(policy?.choices);
}

/** What is still lacking, in the order a reviewer meets it. */
export function lacking(it: Picked, policy: PolicyView | null): Lack[] {
  const lacks: Lack[] = [];
  if (!it.choice) lacks.push('choice');
  if (meaning(it, policy)?.needs_clause && it.clauses.length === 0) lacks.push('clause');
  const primary = clauseOf(policy, it.clauses[0]);
  if (it.choice && primary && !opens(primary, it.choice)) lacks.push('not_allowed');
  if (it.choice === 'cannot_judge' && !it.cannot_judge_reason) lacks.push('reason');
  if (!it.confidence) lacks.push('confidence');
  return lacks;
}

/** The judgement, `null` while something is lacking. */
export function whole(it: Picked, policy: PolicyView | null): Judgement | null {
  if (lacking(it, policy).length > 0 || !it.choice || !it.confidence) return null;
  return { ...it, clauses: [...it.clauses], choice: it.choice, confidence: it.confidence };
}

/** 0–4 as it would be recorded: what was picked, else the primary clause's default; 0 where nothing else may be. */
export function severityOf(it: Picked, policy: PolicyView | null): number {
  const means = meaning(it, policy);
  if (means?.severity_max === 0) return 0;
  return it.severity ?? clauseOf(policy, it.clauses[0])?.severity_default ?? means?.severity_default ?? 0;
}
