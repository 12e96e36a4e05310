import { describe, expect, it } from 'vitest';

import { changes } from './diff';

describe('changes in a sentence', () => {
  it('keeps the shared words', () => {
    expect(changes('the exception applies here', 'the exception does not apply here')).toEqual([
      { kind: 'kept', text: 'the exception ' },
      { kind: 'old', text: 'applies ' },
      { kind: 'new', text: 'does not apply ' },
      { kind: 'kept', text: 'here' },
    ]);
  });

  it('shows old and new whole where little is shared', () => {
    expect(changes('one two three', 'something else')).toEqual([
      { kind: 'old', text: 'one two three' },
      { kind: 'new', text: 'something else' },
    ]);
  });
});
