import { beforeEach, describe, expect, it } from 'vitest';

import type { Problem } from '../../desk/types';
import { FakeBackend } from '../../test/fake';
import { policy } from '../../test/policy';
import type { ReviewEvent } from './around';
import { ReviewState } from './review.svelte';

describe('a review', () => {
  let backend: FakeBackend;
  let problems: Problem[];
  let events: ReviewEvent[];
  let now: number;
  let readOnly: boolean;
  let review: ReviewState;

  beforeEach(async () => {
    backend = new FakeBackend();
    [problems, events, now, readOnly] = [[], [], 1_000_000, false];
    review = new ReviewState({
      backend, policy: () => policy, readOnly: () => readOnly, now: () => (now += 2000), report: (it) => problems.push(it), say: (it) => events.push(it),
    });
    await review.start('Reported');
  });

  async function decide(): Promise<void> {
    review.addClause('MI-2');
    review.choose('remove');
    review.judge({ confidence: 'fairly_sure' });
    await review.storeImpression();
  }

  it('asks for a first impression, and stores none that is lacking something', async () => {
    expect(review.phase).toBe('before');
    review.choose('remove');
    await review.storeImpression();
    expect(backend.sent('review.store_impression')).toEqual([]);
    expect(review.lacks).toEqual(['clause', 'confidence']);
  });

  it('shows the model only after the impression is stored', async () => {
    expect(review.draft).toBeNull();
    await decide();
    expect(review.phase).toBe('after');
    expect(backend.sent('review.store_impression')[0]?.[2]).toEqual({
      judgement: { choice: 'remove', clauses: ['MI-2'], severity: null, confidence: 'fairly_sure', cannot_judge_reason: null },
      note: '',
    });
    expect(review.review?.impression?.judgement.choice).toBe('remove');
  });

  it('brings back what was picked and not stored yet', async () => {
    review.addClause('MI-2');
    review.choose('remove');
    review.writeNote('cures nothing');
    await review.open(2);
    expect(review.picked.clauses).toEqual([]);
    await review.open(1);
    expect([review.phase, review.picked.choice, review.picked.clauses, review.note]).toEqual(['before', 'remove', ['MI-2'], 'cures nothing']);
  });

  it('keeps nothing of a case file that cannot be written', async () => {
    readOnly = true;
    review.choose('remove');
    await review.open(2);
    expect(backend.sent('review.save_picks')).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('keeps what was picked when storing fails', async () => {
    backend.refuse.set('review.store_impression', { code: 'busy', message: 'locked' });
    await decide();
    expect(review.phase).toBe('before');
    expect(review.picked.clauses).toEqual(['MI-2']);
    expect([review.failure?.code, problems], 'it is said at the button, and nowhere else').toEqual(['busy', []]);
  });

  it('takes the default severity again when the primary clause changes', () => {
    review.addClause('MI-2');
    review.choose('remove');
    review.turnSeverity(1);
    expect(review.severity).toBe(4);
    review.removeClause('MI-2');
    review.addClause('AD-1');
    expect(review.severity).toBe(2);
  });

  it('puts another clause first, with its own severity', () => {
    review.addClause('MI-2');
    review.addClause('AD-1');
    review.choose('remove');
    review.makePrimary('AD-1');
    expect([review.picked.clauses, review.severity]).toEqual([['AD-1', 'MI-2'], 2]);
  });

  it('shows an assisted item at once', async () => {
    await review.start('With the model');
    expect(review.phase).toBe('after');
    expect(review.review?.impression).toBeNull();
  });

  it('takes changes back one by one, then the last submission', async () => {
    await decide();
    review.chain.rate('right', 0);
    review.chain.rate('wrong', 1);
    await review.undo();
    expect(review.draft?.steps.map((it) => it.rating).slice(0, 2)).toEqual(['right', null]);
    review.redo();
    expect(review.draft?.steps[1]?.rating).toBe('wrong');
    await review.submit();
    expect(review.review?.item.row).toBe(2);
    await review.undo();
    expect(backend.sent('review.undo')).toEqual([['Reported']]);
    expect(review.review?.item.row).toBe(1);
    expect(review.draft?.steps[1]?.rating).toBe('wrong');
    expect(events.map((it) => it.kind)).toEqual(['submitted', 'reopened']);
  });

  it('says when there is nothing to undo', async () => {
    await review.undo();
    expect(events).toEqual([{ kind: 'nothing_to_undo', queue: 'Reported' }]);
  });

  it('keeps the item and goes to the step when a submission is refused', async () => {
    await decide();
    backend.refuse.set('review.submit', {
      code: 'false_record', message: '2 falsehoods',
      falsehoods: [{ place: { kind: 'step', n: 3 }, value: 'MI-9', rule: 'no such clause' }, { place: { kind: 'decision' }, value: 'x', rule: 'y' }],
    });
    await review.submit();
    expect(review.review?.item.row).toBe(1);
    expect(review.chain.focus).toBe(2);
    expect(review.refusals).toHaveLength(2);
    expect(problems).toEqual([]);
    review.chain.rate('wrong');
    expect(review.refusals).toEqual([]);
  });

  it('sends a box or a quote to be checked before it is attached', async () => {
    await decide();
    expect(await review.chain.attach({ kind: 'text_span', part: 'p2', start: 0, end: 7, quote: 'Doctors' })).toBe(true);
    expect(review.draft?.steps[0]?.evidence).toContain('e6');
    backend.refuse.set('review.check_anchor', {
      code: 'false_record', message: 'no', falsehoods: [{ place: { kind: 'evidence', id: 'e7' }, value: 'Doktors', rule: 'p2 says “Doctors” at 0–7' }],
    });
    expect(await review.chain.attach({ kind: 'text_span', part: 'p2', start: 0, end: 8, quote: 'Doktors' })).toBe(false);
    expect(review.chain.anchorRefusal).toEqual({ step: 'm1', text: '“Doktors”: p2 says “Doctors” at 0–7' });
    expect(review.draft?.evidence).toHaveLength(6);
  });

  it('brings the words back on Escape and drops a step without words', async () => {
    await decide();
    const before = review.chain.step?.text;
    review.chain.edit();
    review.chain.write('Something else');
    review.chain.endEdit(false);
    expect(review.chain.step).toMatchObject({ text: before, draft_text: null, author: 'model' });
    review.chain.insert('counterargument');
    review.chain.endEdit(true);
    expect(review.draft?.steps).toHaveLength(6);
  });

  it('uncovers an image only once the desk stored it', async () => {
    const part = review.review?.item.parts[0];
    if (!part) throw new Error('the item has an image');
    backend.refuse.set('review.uncover', { code: 'read_only', message: 'no' });
    const shown = () => (review.review?.item.parts ?? []).filter(review.covers.isShown).map((it) => it.id);
    const toggle = () => review.covers.toggle(review.review?.item.parts[0] ?? part);
    await review.covers.uncover(part);
    expect(shown()).toEqual([]);
    await toggle();
    expect(shown()).toEqual(['p1']);
    await toggle();
    expect(shown()).toEqual([]);
    await toggle();
    expect(shown()).toEqual(['p1']);
    expect(backend.sent('review.uncover')).toHaveLength(2);
  });

  it('keeps the lease up once a minute and sends how long the item was worked on', async () => {
    await decide();
    for (let n = 0; n < 61; n += 1) await review.second(true);
    expect(backend.sent('review.heartbeat')).toEqual([[1]]);
    await review.submit();
    expect(backend.sent('review.submit')[0]?.[3]).toBe(61_000);
  });

  it('says when the item was taken back', async () => {
    backend.refuse.set('review.heartbeat', { code: 'not_yours', message: 'leased' });
    for (let n = 0; n < 60; n += 1) await review.second(true);
    expect(events).toEqual([{ kind: 'taken_back', item: 'vid-20261119-0481' }]);
  });

  it('saves the draft before it submits, and what it submits is what was saved', async () => {
    await decide();
    review.writeRemediation('Take it out.');
    await review.submit();
    const verbs = backend.calls.map((it) => it[0]);
    expect(verbs.lastIndexOf('review.save_draft')).toBeLessThan(verbs.indexOf('review.submit'));
    expect(backend.sent('review.submit')[0]?.[2]).toMatchObject({ remediation_text: 'Take it out.' });
  });

  it('keeps what is written while a submission waits and is refused', async () => {
    await decide();
    backend.refuse.set('review.submit', { code: 'busy', message: 'locked' });
    const waiting = review.submit();
    review.writeRemediation('Written meanwhile.');
    await waiting;
    expect(review.draft?.remediation_text).toBe('Written meanwhile.');
  });

  it('lets a submitted item go even when the next one cannot be fetched', async () => {
    await decide();
    backend.refuse.set('review.next', { code: 'busy', message: 'locked' });
    await review.submit();
    expect([review.phase, review.review, problems[0]?.code]).toEqual(['idle', null, 'busy']);
    await review.next();
    expect(review.review?.item.row).toBe(2);
  });

  it('ends with an empty queue', async () => {
    for (let n = 0; n < 5; n += 1) await review.setAside('skip');
    expect(review.phase).toBe('empty');
    expect(events.at(-1)).toMatchObject({ kind: 'aside', how: 'skip' });
  });
});
