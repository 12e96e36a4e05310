import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { wordsOf } from '../parts/jobs';
import { FakeBackend } from '../test/fake';
import { JobsState } from './jobs.svelte';
import type { Job } from './types';

/** As the window does it. */
async function listening(backend: FakeBackend, jobs: JobsState): Promise<void> {
  await backend.events((it) => jobs.hear(it));
  await jobs.watch();
}

describe('jobs', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('are told of while one runs, and asked for once', async () => {
    const backend = new FakeBackend();
    const ended: string[] = [];
    const jobs = new JobsState(backend, () => {}, (it) => ended.push(wordsOf(it)));
    await listening(backend, jobs);
    await backend.models.startScoring();
    await vi.advanceTimersByTimeAsync(2000);
    expect(jobs.current('score')?.done).toBeGreaterThan(100);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(backend.sent('jobs.jobs').length).toBe(1);
    expect(ended).toEqual(['1,200 scored, 0 not scored']);
  });

  it('rest while paused and go on when resumed', async () => {
    const backend = new FakeBackend();
    const jobs = new JobsState(backend, () => {}, () => {});
    await listening(backend, jobs);
    await backend.models.startScoring();
    await jobs.pause('1');
    const done = jobs.current('score')?.done;
    await vi.advanceTimersByTimeAsync(3000);
    expect([jobs.current('score')?.state, jobs.current('score')?.done]).toEqual(['paused', done]);
    await jobs.resume('1');
    await vi.advanceTimersByTimeAsync(1000);
    expect(jobs.current('score')?.done).toBeGreaterThan(done ?? 0);
  });

  it('are asked for again with the file, and what is told meanwhile is not undone by an older answer', async () => {
    const backend = new FakeBackend();
    const jobs = new JobsState(backend, () => {}, () => {});
    await listening(backend, jobs);
    await backend.models.startScoring();
    const before = structuredClone(backend.work);
    let answer: (it: Job[]) => void = () => {};
    backend.jobs.jobs = () => new Promise((resolve) => (answer = resolve));
    backend.tell({ kind: 'case' });
    await vi.advanceTimersByTimeAsync(0);
    await backend.jobs.cancelJob('1');
    answer(before);
    await vi.advanceTimersByTimeAsync(0);
    expect(jobs.all.map((it) => it.state)).toEqual(['cancelled']);
  });

  it('that end between two questions are told of all the same', async () => {
    const backend = new FakeBackend();
    const ended: string[] = [];
    const jobs = new JobsState(backend, () => {}, (it) => ended.push(it.id));
    await jobs.watch();
    backend.work.push({
      id: '7', kind: 'import', subject: 'a', state: 'done', done: 1, total: 1, report: null, problem: null, here: true, can_go_on: false, started_at_ms: 7,
    });
    await jobs.watch();
    await jobs.watch();
    expect(ended).toEqual(['7']);
  });

  it('report an act that was refused', async () => {
    const backend = new FakeBackend();
    backend.refuse.set('jobs.pause_job', { code: 'busy', message: 'locked' });
    const problems: string[] = [];
    const jobs = new JobsState(backend, (it) => problems.push(it.code), () => {});
    expect(await jobs.pause('1')).toBe(false);
    expect(problems).toEqual(['busy']);
  });
});
