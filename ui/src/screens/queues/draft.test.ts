import { describe, expect, it } from 'vitest';

import { queue } from '../../test/fake';
import { draftOf, faults, queueOf } from './draft';

describe('a queue in its form', () => {
  it('is the same queue when it comes back', () => {
    const it = queue('Late', {
      filter: { languages: ['pt', 'es'], markets: ['BR'], reasons: ['spam'], words: 'tea' }, order: 'age',
      mode: { kind: 'drawn', blind_probability: 0.25 }, reviews_wanted: 2, restricted: true,
    });
    expect(queueOf(draftOf(it))).toEqual(it);
  });

  it('is refused with the rules of the desk', () => {
    const it = draftOf(undefined);
    expect(faults(it, [])).toEqual(['name']);
    expect(faults({ ...it, name: 'x'.repeat(81) }, [])).toEqual(['name']);
    expect(faults({ ...it, name: 'A', order: 'risk' }, [])).toEqual(['risk']);
    expect(faults({ ...it, name: 'A', order: 'risk', mode: 'drawn' }, [])).toEqual(['risk']);
    expect(faults({ ...it, name: 'A', order: 'risk', mode: 'assisted' }, [])).toEqual([]);
    expect(faults({ ...it, name: 'A', mode: 'drawn', probability: 1.5 }, [])).toEqual(['probability']);
    expect(faults({ ...it, name: 'A', reviews: 0 }, [])).toEqual(['reviews']);
    expect(faults({ ...it, name: 'A' }, ['A'])).toEqual(['taken']);
  });
});
