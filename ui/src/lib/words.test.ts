import { describe, expect, it } from 'vitest';

import type { Code } from './types';
import { words } from './words';

describe('words', () => {
  it('has what happened and a way out for each error of the desk', () => {
    const codes: Code[] = [
      'no_case', 'no_reviewer', 'not_a_case', 'case_newer', 'read_only', 'busy', 'disk_full', 'file', 'request',
      'not_yours', 'false_record', 'model', 'defect',
    ];
    for (const code of codes) {
      expect(words.errors[code].what, code).toMatch(/\w/);
      expect(words.errors[code].way, code).toMatch(/\.$/);
    }
    expect(Object.keys(words.errors).sort()).toEqual([...codes].sort());
  });

  it('never shouts', () => {
    expect(JSON.stringify(words)).not.toContain('!');
  });
});
