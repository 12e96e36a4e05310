// Which clause is offered after the reveal: before · what was revealed · after.
import { describe, expect, it } from 'vitest';

import type { Assessment, Choice, ItemView, Recommendation, Scoring } from '../../desk/types';
import { assessmentOf, items, modelSteps, startOf } from '../../test/cases';
import { policy } from '../../test/policy';
import { blank } from './judgement';
import { proposalOf, take } from './proposal';

const item = items[4] as ItemView;
const recommend = (choice: Choice, clause: string): Recommendation => ({ choice, clauses: [clause], severity: 0, remediation: '' });
/** As made, with every calibrated score at a value. */
function scoring(value: number): Scoring {
  const made = assessmentOf(item).scoring;
  return made.outcome === 'scored' ? { ...made, scores: made.scores.map((it) => (it.method === 'head' ? { ...it, value } : it)) } : made;
}

const NOT_READ: Assessment = { ...assessmentOf(item), scoring: { outcome: 'not_scored', reason: 'no_model' }, recommendation: null };

function offered(choice: Choice, clauses: string[], more: Partial<Assessment> | null, reports: ItemView['reports'] = []) {
  const assessment = more && { ...NOT_READ, ...more };
  const found = proposalOf(assessment, { ...item, reports }, { ...blank(), choice, clauses, confidence: 'certain' }, policy);
  return found && [found.clause, found.as, found.from, found.submits];
}

describe('what is offered', () => {
  it.each([
    ['the clause the model allows it under, and submits', 'allow', [], { recommendation: recommend('allow', 'AD-1') }, ['AD-1', 'nearest', 'model', true]],
    ['the clause the model removes it under, and submits nothing', 'allow', [], { recommendation: recommend('remove', 'MI-2') }, ['MI-2', 'nearest', 'model', false]],
    ['one more clause', 'remove', ['AD-1'], { recommendation: recommend('remove', 'MI-2') }, ['MI-2', 'second', 'model', false]],
    ['the first clause of an escalation', 'escalate', [], { recommendation: recommend('remove', 'MI-2') }, ['MI-2', 'first', 'model', false]],
    ['the nearest by its words, where nothing is recommended', 'allow', [], { scoring: scoring(0.1) }, ['MI-2', 'nearest', 'words', true]],
    ['it without submitting, where a score stands against it', 'allow', [], { scoring: scoring(0.9) }, ['MI-2', 'nearest', 'words', false]],
    ['nothing that is named already', 'remove', ['MI-2'], { recommendation: recommend('remove', 'MI-2') }, null],
    ['nothing beside an Allow that names a clause', 'allow', ['MI-1'], { recommendation: recommend('allow', 'AD-1') }, null],
    ['nothing of the restricted lane', 'allow', [], { recommendation: recommend('escalate', 'CS-1') }, null],
    ['nothing to whoever cannot judge', 'cannot_judge', [], { recommendation: recommend('allow', 'AD-1') }, null],
    ['nothing where nobody says anything', 'allow', [], {}, null],
    ['nothing without an assessment and reports', 'allow', [], null, null],
  ] as const)('is %s', (_, choice, clauses, more, expected) => {
    expect(offered(choice, [...clauses], more as Partial<Assessment> | null)).toEqual(expected);
  });

  it('is what the item was reported for most, where no model read it', () => {
    expect(offered('allow', [], {}, [{ reason: 'no such thing', n: 1 }, { reason: 'phishing', n: 4 }])).toEqual(['FR-2', 'nearest', 'reports', true]);
  });
});

describe('taking it', () => {
  const judgement = { choice: 'allow', clauses: [], severity: null, confidence: 'certain', cannot_judge_reason: null } as const;
  const nearest = { clause: 'AD-1', as: 'nearest', from: 'model', submits: true } as const;

  it('adds no step where one stands', () => {
    const draft = { ...startOf(items[0] as ItemView, { ...judgement, clauses: [] }), steps: modelSteps() };
    take(draft, nearest, policy, 'because');
    expect([draft.judgement.clauses, draft.steps.length]).toEqual([['AD-1'], 6]);
  });

  it('says where the words come from where it adds one', () => {
    const draft = startOf(item, { ...judgement, clauses: [] });
    take(draft, nearest, policy, '');
    expect(draft.steps).toMatchObject([{ author: 'human', source: 'pipeline', stage: 'clause_match', clauses: ['AD-1'] }]);
    expect(draft.steps[0]?.text).toBe('AD-1 Exaggerated product claim comes nearest and is not met.');
  });
});
