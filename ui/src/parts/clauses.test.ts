import { describe, expect, it } from 'vitest';

import { policy } from '../test/policy';
import { findClauses } from './clauses';

describe('finding clauses', () => {
  const ids = (typed: string) => findClauses(policy.clauses, typed).map((it) => it.id);

  it('finds by id, with and without the hyphen', () => {
    expect(ids('mi-2')[0]).toBe('MI-2');
    expect(ids('mi2')[0]).toBe('MI-2');
  });

  it('puts a word of the title before one of the summary or the criteria', () => {
    expect(ids('harmful med')[0]).toBe('MI-2');
    expect(ids('promotion')).toEqual(['SP-1', 'AD-1', 'AD-2']);
  });

  it('wants every word, and finds nothing rather than guess', () => {
    expect(ids('medical zebra')).toEqual([]);
  });
});
