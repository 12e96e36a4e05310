// Waiting for the model, without a screen.
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { Failure } from '../../desk/backend';
import type { Problem, Revealed } from '../../desk/types';
import { FakeBackend } from '../../test/fake';
import { policy } from '../../test/policy';
import type { ReviewEvent } from './around';
import { ReviewState } from './review.svelte';

let backend: FakeBackend;
let problems: Problem[];
let said: ReviewEvent[];
let review: ReviewState;

beforeEach(async () => {
  backend = new FakeBackend();
  [problems, said] = [[], []];
  review = new ReviewState({
    backend, policy: () => policy, readOnly: () => false, now: () => Date.now(), report: (it) => problems.push(it), say: (it) => said.push(it),
  });
  await backend.events((it) => review.reveal.hear(it));
  backend.reveals.slow = true;
  await review.start('Reported');
});

async function decide(): Promise<void> {
  review.addClause('MI-2');
  review.choose('remove');
  review.judge({ confidence: 'fairly_sure' });
  await review.storeImpression();
}

const asked = () => backend.sent('review.reveal');
const settled = () => vi.waitFor(() => expect(review.phase).toBe('after'));

/** Answers of a verb that come when the test says so, in the order they were asked for. */
function held(verb: 'reveal' | 'decline'): ((it: Revealed | null) => void)[] {
  const answers: ((it: Revealed | null) => void)[] = [];
  backend.review[verb] = () => new Promise<Revealed>((resolve) => answers.push(resolve as (it: Revealed | null) => void));
  return answers;
}

/** What the desk would reveal of the first item. */
function revealed(): Revealed {
  const other = new FakeBackend();
  other.impressions.set('Reported/1', { judgement: review.review?.impression?.judgement as never, note: '' });
  return (other.answers.review?.reveal?.('Reported', 1) ?? null) as Revealed;
}

describe('waiting for the model', () => {
  it('begins as soon as the impression is on disk, and ends when the desk tells that the model is ready', async () => {
    await decide();
    expect([review.phase, review.busy, review.draft]).toEqual(['waiting', false, null]);
    expect(review.review?.impression?.judgement.clauses).toEqual(['MI-2']);
    backend.assessed(2);
    expect(asked(), 'another item is not this one').toHaveLength(1);
    backend.assessed(1);
    await settled();
    expect(review.draft?.steps).toHaveLength(6);
    expect(review.review?.impression?.judgement.choice, 'what was decided first is what is compared').toBe('remove');
  });

  it('is not needed where the model was ready before', async () => {
    backend.reveals.done.set(1, 'ready');
    await decide();
    expect([review.phase, asked().length]).toEqual(['after', 1]);
  });

  it('asks once more where the desk told of it while it was asked', async () => {
    const answers = held('reveal');
    const storing = decide();
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    backend.tell({ kind: 'assessed', row: 1 });
    backend.tell({ kind: 'assessed', row: 1 });
    answers[0]?.(null);
    await vi.waitFor(() => expect(answers, 'twice told is asked once').toHaveLength(2));
    answers[1]?.(revealed());
    await storing;
    expect(review.phase).toBe('after');
  });

  it('asks again after a break in the connection', async () => {
    await decide();
    backend.reveals.done.set(1, 'ready');
    backend.tell({ kind: 'case' });
    await settled();
  });

  it('is the same in assisted mode, and for an item that is opened again', async () => {
    await review.start('With the model');
    expect([review.phase, review.review?.impression]).toEqual(['waiting', null]);
    await review.start('Reported');
    await decide();
    await review.open(2);
    await review.open(1);
    expect(review.phase).toBe('waiting');
    backend.assessed(1);
    await settled();
    expect(review.review?.impression?.judgement.clauses).toEqual(['MI-2']);
  });

  it('ends with the reason where the model failed', async () => {
    await decide();
    backend.assessed(1, { failed: 'out of memory' });
    await settled();
    expect(review.review?.revealed).toMatchObject({ assessment: null, problem: 'out of memory' });
    expect(review.draft?.judgement.clauses).toEqual(['MI-2']);
  });

  it('holds up nothing: the lease is kept, and the next item comes', async () => {
    await decide();
    for (let n = 0; n < 60; n += 1) await review.second(true);
    expect(backend.sent('review.heartbeat')).toEqual([[1]]);
    await review.setAside('defer');
    expect([review.phase, review.review?.item.row]).toEqual(['before', 2]);
  });

  it('is asked for again with the pulse, where the event was missed', async () => {
    await decide();
    backend.reveals.slow = false;
    for (let n = 0; n < 60; n += 1) await review.second(true);
    await settled();
    expect(review.phase).toBe('after');
  });

  it('changes no item that was gone to meanwhile', async () => {
    const answers = held('reveal');
    const storing = decide();
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    const late = revealed();
    await review.open(2);
    answers[0]?.(late);
    backend.tell({ kind: 'assessed', row: 1 });
    await storing;
    expect(review.review?.item.row).toBe(2);
    expect([review.phase, review.draft, review.review?.revealed, answers.length]).toEqual(['before', null, null, 1]);
  });
});

describe('going on without the model', () => {
  it('starts from the impression alone, and stays so', async () => {
    await decide();
    await review.reveal.decline();
    expect([review.phase, review.draft?.steps, review.draft?.judgement.clauses]).toEqual(['after', [], ['MI-2']]);
    backend.assessed(1);
    await review.open(1);
    expect(review.review?.revealed?.assessment).toBeNull();
  });

  it('shows what the desk answers to that, whatever comes meanwhile', async () => {
    const [reveals, declines] = [held('reveal'), held('decline')];
    const storing = decide();
    await vi.waitFor(() => expect(reveals).toHaveLength(1));
    const late = revealed();
    const declining = review.reveal.decline();
    void review.reveal.decline();
    reveals[0]?.(late);
    backend.tell({ kind: 'assessed', row: 1 });
    await storing;
    expect([review.phase, reveals.length, declines.length]).toEqual(['waiting', 1, 1]);
    declines[0]?.({ ...late, assessment: null, start: { ...late.start, steps: [] } });
    await declining;
    expect([review.phase, review.draft?.steps]).toEqual(['after', []]);
  });

  it('that is refused leaves the wait, with the reason', async () => {
    await decide();
    backend.refuse.set('review.decline', { code: 'busy', message: 'locked' });
    await review.reveal.decline();
    expect([review.phase, review.reveal.problem?.code]).toEqual(['waiting', 'busy']);
    backend.assessed(1);
    await settled();
  });
});

describe('a reveal that is refused', () => {
  it('says why on the item, and is asked for again', async () => {
    backend.refuse.set('review.reveal', { code: 'defect', message: 'no such table' });
    await decide();
    expect([review.phase, review.reveal.problem?.message, problems]).toEqual(['waiting', 'no such table', []]);
    await review.reveal.ask();
    expect([review.phase, review.reveal.problem]).toEqual(['waiting', null]);
  });

  it('is forgotten with its item', async () => {
    backend.refuse.set('review.reveal', { code: 'defect', message: 'no such table' });
    await decide();
    await review.next();
    expect(asked()).toHaveLength(2);
    expect(review.reveal.problem).toBeNull();
  });
});

describe('an item that left the queue', () => {
  it('is told of calmly when its lease is kept up, and is covered', async () => {
    const [part] = review.review?.item.parts ?? [];
    if (!part) throw new Error('the item has an image');
    await review.covers.uncover(part);
    backend.refuse.set('review.heartbeat', { code: 'left', message: 'row 1' });
    for (let n = 0; n < 60; n += 1) await review.second(true);
    expect([said, problems]).toEqual([[{ kind: 'left', item: 'vid-20261119-0481' }], []]);
    expect(review.review?.item.parts.some(review.covers.isShown)).toBe(false);
  });

  it('is not taken for the one that came after it', async () => {
    let refuse: (it: Error) => void = () => {};
    backend.review.heartbeat = () => new Promise((_, reject) => (refuse = reject));
    const beats = Array.from({ length: 60 }, () => review.second(true));
    await review.open(2);
    refuse(new Failure({ code: 'left', message: 'row 1', falsehoods: [] }));
    await Promise.all(beats);
    expect([said, problems]).toEqual([[], []]);
  });

  it.each([['left', 'left'], ['not_yours', 'taken_back']] as const)('is not saved again by itself after %s', async (code, kind) => {
    vi.useFakeTimers();
    try {
      backend.refuse.set('review.save_picks', { code, message: 'row 1' });
      review.writeNote('cures nothing');
      await vi.advanceTimersByTimeAsync(20_000);
      expect(backend.sent('review.save_picks')).toHaveLength(1);
      expect([said.map((it) => it.kind), problems, review.autosave.state]).toEqual([[kind], [], 'clean']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('gives way to the next one', async () => {
    backend.refuse.set('review.store_impression', { code: 'left', message: 'row 1' });
    await decide();
    expect([review.phase, review.failure?.code, problems]).toEqual(['before', 'left', []]);
    await review.next();
    expect(review.review).not.toBeNull();
  });
});
