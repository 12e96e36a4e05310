import { describe, expect, it } from 'vitest';

import { FakeBackend } from '../test/fake';
import { CaseState } from './case.svelte';
import type { Desktop } from './types';

async function opened(): Promise<{ backend: FakeBackend; state: CaseState }> {
  const backend = new FakeBackend();
  const state = new CaseState(backend, () => {});
  await state.load();
  return { backend, state };
}

describe('a change that the desk tells of', () => {
  it('is none where the same file is open under the same policy', async () => {
    const { backend, state } = await opened();
    const { policy } = state;
    expect(await state.recheck()).toBe(false);
    expect([state.policy, backend.sent('policy.policy').length]).toEqual([policy, 1]);
  });

  it('takes queues and policy anew where another one is in force', async () => {
    const { backend, state } = await opened();
    if (backend.state.case) backend.state.case.policy = 'short-video@2027.01';
    backend.saved = backend.saved.slice(1);
    // A job that ended meanwhile has the window ask how the file stands; that takes no policy.
    await state.refresh();
    expect(await state.recheck()).toBe(true);
    expect([state.policy?.name, state.queues.length]).toEqual(['short-video@2027.01', 2]);
  });

  it('is none before anything is shown, nor while the window first asks', async () => {
    const backend = new FakeBackend();
    const state = new CaseState(backend, () => {});
    expect(await state.recheck()).toBe(false);
    expect(backend.calls).toEqual([]);
    const [, changed] = await Promise.all([state.load(), state.recheck()]);
    expect([changed, backend.sent('policy.policy').length]).toEqual([false, 1]);
  });

  it('is not counted twice where this window opens the file itself', async () => {
    const { backend, state } = await opened();
    let answer: (it: Desktop) => void = () => {};
    backend.file.openCase = () => new Promise((resolve) => (answer = resolve));
    const opening = state.open('/home/you/other.casebook');
    // The desk has it open, and its answer is on the way.
    backend.state = { ...backend.state, case: { name: 'other.casebook', path: '/home/you/other.casebook', read_only: false, items: 1, policy: 'p@1', practice: false, former: null } };
    const changed = state.recheck();
    await new Promise((resolve) => setTimeout(resolve));
    answer(backend.state);
    expect([await opening, await changed]).toEqual([true, false]);
  });
});
