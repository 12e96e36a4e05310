import { describe, expect, it } from 'vitest';

import { policy } from '../test/policy';
import { findClauses } from './clauses';
import { excerpt, hits, namedBy, passages, pieces, wordsOf } from './found';

const clause = (id: string) => {
  const found = policy.clauses.find((it) => it.id === id);
  if (!found) throw new Error(`${id}: not in the policy of the tests`);
  return found;
};

describe('words in a text', () => {
  it('are marked wherever they stand, and nothing of the text is lost', () => {
    const cut = pieces('A cure is no Cure-all.', wordsOf('cure'));
    expect(cut.filter((it) => it.hit).map((it) => it.text)).toEqual(['cure', 'Cure']);
    expect(cut.map((it) => it.text).join('')).toBe('A cure is no Cure-all.');
  });

  it('are taken by the letter: signs of patterns mean themselves', () => {
    expect(pieces('100% (sure)', wordsOf('(sure) 0%')).filter((it) => it.hit).map((it) => it.text)).toEqual(['0%', '(sure)']);
    expect(pieces('abc', wordsOf('.*')).some((it) => it.hit)).toBe(false);
  });

  it('mark the longest where one word holds another', () => {
    expect(pieces('treatment', wordsOf('treat treatment'))).toEqual([{ text: 'treatment', hit: true }]);
  });

  it('mark nothing where nothing is typed', () => {
    expect(pieces('abc', wordsOf('  '))).toEqual([{ text: 'abc', hit: false }]);
  });
});

describe('the search of the policy', () => {
  it('reads examples, what is allowed and the remediation too', () => {
    for (const typed of ['my week looked', 'warning of it', 'the story may stay', 'correction debate']) {
      expect(findClauses(policy.clauses, typed).length, typed).toBeGreaterThan(0);
    }
  });

  it('counts hits and gives the passage of the first one', () => {
    const words = wordsOf('false cures');
    expect(hits(clause('MI-2'), words)).toBeGreaterThanOrEqual(4);
    expect(excerpt(clause('MI-2'), words)?.map((it) => it.text).join('')).toContain('false');
    expect(excerpt(clause('HR-1'), words)).toBeNull();
  });

  it('reads everything that the clause text shows', () => {
    const { id: _, related: __, choices: ___, escalation: ____, severity_min: _a, severity_max: _b, severity_default: _c, ...texts } = clause('MI-2');
    const shown = Object.values(texts).flat().map((it) => (typeof it === 'string' ? it : it.text));
    expect(passages(clause('MI-2')).toSorted()).toEqual(shown.toSorted());
  });
});

describe('relations', () => {
  it('go both ways: who names a clause is found from it', () => {
    expect(namedBy(policy.clauses, 'AD-1')).toEqual(['MI-2']);
    expect(namedBy(policy.clauses, 'HR-1')).toEqual([]);
  });
});
