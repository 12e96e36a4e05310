import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { Autosave } from './autosave.svelte';

describe('autosave', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function make(): { save: ReturnType<typeof vi.fn<() => Promise<number | null>>>; it: Autosave } {
    const save = vi.fn<() => Promise<number | null>>(async () => Date.now());
    return { save, it: new Autosave(save, () => Date.now()) };
  }

  it('waits for a pause', async () => {
    const { save, it } = make();
    it.touch();
    await vi.advanceTimersByTimeAsync(300);
    it.touch();
    await vi.advanceTimersByTimeAsync(390);
    expect(save).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(20);
    expect(save).toHaveBeenCalledOnce();
    expect(it.state).toBe('saved');
  });

  it('saves within a second of the first change, however long a person types', async () => {
    const { save, it } = make();
    for (let n = 0; n < 9; n += 1) {
      it.touch();
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(save).toHaveBeenCalledOnce();
  });

  it('says that it failed, keeps why, and tries again', async () => {
    const { save, it } = make();
    save.mockRejectedValueOnce(new Error('no space'));
    it.touch();
    await vi.advanceTimersByTimeAsync(400);
    expect(it.state).toBe('failed');
    expect(it.problem?.message).toBe('no space');
    await vi.advanceTimersByTimeAsync(5000);
    expect(it.state).toBe('saved');
    expect(it.problem).toBeNull();
  });

  it('saves again what changed while it was saving', async () => {
    const { save, it } = make();
    let finish = (_: number): void => {};
    save.mockImplementationOnce(() => new Promise((resolve) => (finish = resolve)));
    it.touch();
    await vi.advanceTimersByTimeAsync(400);
    it.touch();
    finish(1);
    await vi.advanceTimersByTimeAsync(400);
    expect(save).toHaveBeenCalledTimes(2);
    expect(it.state).toBe('saved');
  });

  it('writes at once when it is flushed, and nothing when nothing changed', async () => {
    const { save, it } = make();
    await it.flush();
    expect(save).not.toHaveBeenCalled();
    it.touch();
    await it.flush();
    expect(save).toHaveBeenCalledOnce();
    await vi.advanceTimersByTimeAsync(2000);
    expect(save).toHaveBeenCalledOnce();
  });
});
