import { afterEach, describe, expect, it, vi } from 'vitest';

import { Failure, httpBackend, problemOf } from './backend';

function answer(status: number, body: unknown): ReturnType<typeof vi.fn> {
  const fetch = vi.fn(async () => new Response(JSON.stringify(body), { status }));
  vi.stubGlobal('fetch', fetch);
  return fetch;
}

afterEach(() => vi.unstubAllGlobals());

describe('verbs over HTTP', () => {
  it('send one object of arguments', async () => {
    const fetch = answer(200, null);
    await httpBackend('http://127.0.0.1:9', async () => null).review.setAside('Reported', 4, 'skip');
    expect(fetch).toHaveBeenCalledWith('http://127.0.0.1:9/verbs/review.set_aside', expect.objectContaining({
      method: 'POST', body: '{"queue":"Reported","row":4,"how":"skip"}',
    }));
  });

  it('send an empty object where there are none', async () => {
    const fetch = answer(200, []);
    await httpBackend('', async () => null).jobs.jobs();
    expect(fetch).toHaveBeenCalledWith('/verbs/jobs.jobs', expect.objectContaining({ body: '{}' }));
  });

  it('turn 422 into the problem of the desk', async () => {
    answer(422, { code: 'busy', message: 'locked', falsehoods: [] });
    const error = await httpBackend('', async () => null).review.queues().catch((it: unknown) => it);
    expect(error).toBeInstanceOf(Failure);
    expect(problemOf(error).code).toBe('busy');
  });

  it('turn anything else into a defect with its words', async () => {
    answer(500, {});
    const error = await httpBackend('', async () => null).review.queues().catch((it: unknown) => it);
    expect(problemOf(error)).toEqual({ code: 'defect', message: 'review.queues: HTTP 500', falsehoods: [] });
  });

  it('ask our own window for a path', async () => {
    const question = { kind: 'file', title: 'Import' } as const;
    const ask = vi.fn(async () => '/tmp/a.jsonl');
    expect(await httpBackend('', ask).pick(question)).toBe('/tmp/a.jsonl');
    expect(ask).toHaveBeenCalledWith(question);
  });
});
