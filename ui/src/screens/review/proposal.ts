// The clause that is offered once the model was shown, and what taking it does. It comes from what was revealed, from what
// the item's reports say and from the policy; nothing of it is recorded before the reviewer takes it: then it is theirs.
import type { Assessment, Choice, Draft, ItemView, PolicyView } from '../../desk/types';
import { clauseOf, findClauses, isHandedOver, opens } from '../../parts/clauses';
import { meaning, type Picked } from './judgement';
import { reaches, scoresOf } from './scores';
import { insert } from './steps';
import { words } from './words';

export interface Proposal {
  clause: string;
  /** As what: the clause decided by, one more, or the one that comes nearest to what is allowed. */
  as: 'first' | 'second' | 'nearest';
  /** Who says so: the recommendation, the likeness of the words, or what the item was reported for. */
  from: 'model' | 'words' | 'reports';
  /** Taking it also submits: the decision is a plain Allow, and nobody says otherwise. */
  submits: boolean;
}

type Found = Pick<Proposal, 'clause' | 'from'>;

/** The clause that the item comes nearest to, as far as anybody says; `null` where nobody does. */
export function leading(assessment: Assessment | null, item: ItemView, policy: PolicyView | null): Found | null {
  const recommended = assessment?.recommendation?.clauses[0];
  if (recommended) return { clause: recommended, from: 'model' };
  // A head may stand for many clauses and says of none that it is the nearest; the others are sent nearest first.
  const scores = assessment?.scoring.outcome === 'scored' ? assessment.scoring.scores : [];
  const nearest = scores.find((it) => it.method !== 'head' && it.clauses.length > 0)?.clauses[0];
  if (nearest) return { clause: nearest, from: 'words' };
  const reason = item.reports.toSorted((a, b) => b.n - a.n)[0]?.reason.replaceAll('_', ' ');
  const reported = reason ? findClauses(policy?.clauses ?? [], reason)[0] : undefined;
  return reported ? { clause: reported.id, from: 'reports' } : null;
}

/** What is offered beside a judgement; `null` where there is nothing to take. */
export function proposalOf(assessment: Assessment | null, item: ItemView, judgement: Picked, policy: PolicyView | null): Proposal | null {
  const { choice, clauses } = judgement;
  const found = leading(assessment, item, policy);
  const clause = clauseOf(policy, found?.clause);
  // Whoever hands an item over to child safety names that clause on their own.
  if (!choice || !found || !clause || clauses.includes(clause.id) || isHandedOver(clause)) return null;
  if (choice === 'allow') {
    if (clauses.length > 0 || !opens(clause, choice)) return null;
    return { ...found, as: 'nearest', submits: nobodyDiffers(assessment, choice) };
  }
  if (!meaning(judgement, policy)?.takes_severity) return null;
  if (clauses.length > 0) return { ...found, as: 'second', submits: false };
  return opens(clause, choice) ? { ...found, as: 'first', submits: false } : null;
}

/** No other decision is recommended, and no score stands against this one. */
function nobodyDiffers(assessment: Assessment | null, choice: Choice): boolean {
  const recommended = assessment?.recommendation?.choice;
  return recommended === undefined ? !scoresOf(assessment).some(reaches) : recommended === choice;
}

/**
 * Makes what is offered the reviewer's own. Where an item is allowed and no step stands that says anything, it is said in
 * one: in the reviewer's words where they wrote why, else in ours, marked as worded by the program.
 */
export function take(draft: Draft, it: Proposal, policy: PolicyView | null, note: string): void {
  const { judgement } = draft;
  if (it.as === 'first') judgement.severity = null;
  judgement.clauses = [...judgement.clauses, it.clause];
  const text = written(draft, it, policy, note);
  if (text === null) return;
  insert(draft, draft.steps.length - 1, 'clause_match', { text, source: note ? 'human' : 'pipeline', clauses: [it.clause] });
}

/** The step that taking it writes; `null` where one stands that says something. */
export function written(draft: Draft, it: Proposal, policy: PolicyView | null, note: string): string | null {
  if (it.as !== 'nearest' || draft.steps.some((step) => !step.deleted)) return null;
  return note || words.proposal.says(it.clause, clauseOf(policy, it.clause)?.title ?? '');
}
