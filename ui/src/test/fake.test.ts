import { expect, it } from 'vitest';

import { FakeBackend, unanswered } from './fake';

it('a verb without an answer is refused by its name, and the test that asked it is told', async () => {
  const backend = new FakeBackend();
  delete backend.answers.policy;
  await expect(backend.policy.policy()).rejects.toThrow('the fake has no answer to policy.policy');
  expect(unanswered.splice(0)).toEqual(['policy.policy']);
});
