// What a record lacks, by the rules of `core/src/check.rs`: for tests that are about a record being complete.
import type { Draft, Missing } from '../desk/types';
import { policy } from './policy';

const VIOLATING = ['age_limit', 'not_for_feed', 'remove'];

export function lacking(draft: Draft): Missing[] {
  const steps = draft.steps.filter((it) => !it.deleted);
  const { choice, clauses } = draft.judgement;
  const lacks: Missing[] = [];
  if (VIOLATING.includes(choice)) {
    if (clauses.length === 0) lacks.push({ kind: 'clause' });
    const places = draft.evidence.filter((it) => it.kind === 'text_span' || it.kind === 'image_box').map((it) => it.id);
    if (!steps.some((it) => it.evidence.some((id) => places.includes(id)))) lacks.push({ kind: 'evidence' });
    if (!steps.some((it) => it.stage === 'counterargument')) lacks.push({ kind: 'counterargument' });
    for (const clause of policy.clauses.filter((it) => clauses.includes(it.id)))
      for (const { id } of clause.exceptions)
        if (!steps.some((it) => it.exceptions.some((one) => one.id === `${clause.id}/${id}`))) lacks.push({ kind: 'exception', id: `${clause.id}/${id}` });
  }
  if (choice === 'allow' && clauses.length === 0 && steps.every((it) => it.clauses.length === 0)) lacks.push({ kind: 'nearest_clause' });
  if (choice === 'cannot_judge' && !draft.judgement.cannot_judge_reason) lacks.push({ kind: 'cannot_judge_reason' });
  const worded = (it: Draft['steps'][number]) => it.author === 'human' && it.source === 'pipeline' && it.stage === 'decision';
  if (steps.every(worded)) lacks.push({ kind: 'steps' });
  return lacks;
}
