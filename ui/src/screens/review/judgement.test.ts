import { describe, expect, it } from 'vitest';

import { clauseOf, nextSeverity, openChoices } from '../../parts/clauses';
import { policy } from '../../test/policy';
import { blank, CHOICES, lacking, severityOf, whole } from './judgement';

describe('judging', () => {
  it('shuts the choices a primary clause does not allow', () => {
    expect([...openChoices(clauseOf(policy, 'CS-1'), CHOICES)]).toEqual(['escalate']);
    expect(openChoices(undefined, CHOICES).size).toBe(6);
  });

  it('names what is lacking in the order a reviewer meets it', () => {
    expect(lacking(blank(), policy)).toEqual(['choice', 'confidence']);
    expect(lacking({ ...blank(), choice: 'remove' }, policy)).toEqual(['clause', 'confidence']);
    expect(lacking({ ...blank(), choice: 'cannot_judge', confidence: 'certain' }, policy)).toEqual(['reason']);
    expect(lacking({ ...blank(), choice: 'remove', clauses: ['CS-1'], confidence: 'certain' }, policy)).toEqual(['not_allowed']);
  });

  it('is whole only when nothing is lacking', () => {
    expect(whole({ ...blank(), choice: 'allow' }, policy)).toBeNull();
    expect(whole({ ...blank(), choice: 'allow', confidence: 'guess' }, policy)).toMatchObject({ choice: 'allow', severity: null });
  });

  it("starts severity at the primary clause's default; allowed means 0", () => {
    expect(severityOf({ ...blank(), choice: 'remove', clauses: ['MI-2'] }, policy)).toBe(3);
    expect(severityOf({ ...blank(), choice: 'allow', clauses: ['MI-2'] }, policy)).toBe(0);
  });

  it('goes round the severities of the clause', () => {
    const clause = clauseOf(policy, 'MI-2');
    expect([nextSeverity(clause, 3, 1), nextSeverity(clause, 4, 1), nextSeverity(clause, 2, -1)]).toEqual([4, 2, 4]);
  });
});
