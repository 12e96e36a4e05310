// How many strokes the work takes: before · keys · after. A stroke is one key with whatever is held beside it; words are
// counted apart.
import { screen, waitFor } from '@testing-library/svelte';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { Draft } from '../../desk/types';
import { FakeReveals } from '../../test/fakeReveals';
import { lacking } from '../../test/lacking';
import { app, backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 30_000 });

let strokes = 0;

/** Presses keys by their names, one stroke each. */
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    const parts = key.split('+');
    const last = parts.pop() ?? '';
    const name = /^[a-z0-9]$/.test(last) ? last : `{${last}}`;
    const [held, free] = [parts.map((it) => `{${it}>}`), parts.reverse().map((it) => `{/${it}}`)];
    await user.keyboard(`${held.join('')}${name}${free.join('')}`);
    strokes += 1;
  }
}

const sent = () => backend.sent('review.submit').at(-1)?.[2] as Draft;
const submitted = (n: number) => waitFor(() => expect(backend.sent('review.submit')).toHaveLength(n));
const revealed = () => waitFor(() => expect(review.phase).toBe('after'));

/** The desk says what is lacking, as it does; the first item has a chain of seven steps, all that a removal needs. */
function desk(): void {
  const answers = backend.answers.review ?? {};
  answers.missing = lacking;
  const { openItem, reveal } = answers;
  answers.openItem = (queue, row) => {
    const it = openItem?.(queue, row);
    if (!it) throw new Error('the fake opens items');
    if (row === 4) it.item.reports = [{ reason: 'harmful_medical advice', n: 2 }];
    return it;
  };
  answers.reveal = (queue, row) => {
    const it = reveal?.(queue, row) ?? null;
    // Of the others no score reaches its threshold, so nothing stands against an Allow.
    const scoring = row === 1 ? null : it?.assessment?.scoring;
    if (scoring?.outcome === 'scored') for (const score of scoring.scores) if (score.method === 'head') score.value = 0.1;
    const [, , exceptions] = it?.start?.steps ?? [];
    if (!it?.start || !exceptions) return it;
    exceptions.exceptions.push({ id: 'MI-2/x2', applies: false, why: null });
    it.start.steps.push({ ...exceptions, id: 'm7', stage: 'remediation', text: 'Take out the instruction.', exceptions: [], drafted_as: 7 });
    return it;
  };
}

/** One removal and one Allow were decided before: clauses and sureness are remembered. */
async function warm(): Promise<void> {
  await press('l');
  await user.keyboard('mi-2{Enter}');
  await press('4', 'Shift+3', 'Control+Enter');
  await revealed();
  await press('Control+Enter');
  await submitted(1);
  await press('1', 'Shift+4', 'Control+Enter');
  await revealed();
  await press('Control+Enter');
  await submitted(2);
  strokes = 0;
}

/** The first item once more, as if nobody had decided it. */
async function again(): Promise<void> {
  backend.impressions.clear();
  backend.drafts.clear();
  backend.reveals = new FakeReveals();
  await review.open(1);
}

beforeEach(async () => {
  await open();
  desk();
  await warm();
});

describe('a plain Allow', () => {
  it.each([['whose nearest clause is told by its words', 5], ['that the model did not read, told by what it was reported for', 4]] as const)(
    'of an item %s is complete in three strokes', async (_, row) => {
      await review.open(row);
      await press('1', 'Control+Enter');
      await revealed();
      expect(review.proposal).toMatchObject({ as: 'nearest', submits: true });
      expect(lacking(review.draft as Draft), 'it would not be complete as it stands').not.toEqual([]);
      await press('Enter');
      await submitted(3);
      expect(lacking(sent())).toEqual([]);
      expect(sent().judgement).toMatchObject({ choice: 'allow', clauses: ['MI-2'], confidence: 'certain' });
      expect(sent().steps.map((it) => [it.author, it.source])).toEqual([['human', 'pipeline']]);
      expect(strokes).toBeLessThanOrEqual(3);
    });

  it('says what the reviewer wrote, where they wrote why', async () => {
    await review.open(5);
    review.writeNote('A soup, and nothing else.');
    await press('1', 'Control+Enter');
    await revealed();
    await press('Enter');
    await submitted(3);
    expect(sent().steps).toMatchObject([{ text: 'A soup, and nothing else.', author: 'human', source: 'human', clauses: ['MI-2'] }]);
  });

  it('is not submitted by Enter where the model would do something else', async () => {
    await again();
    await press('1', 'Control+Enter');
    await revealed();
    expect(review.proposal).toMatchObject({ as: 'nearest', clause: 'MI-2', submits: false });
    await press('Enter');
    expect((review.draft as Draft | null)?.judgement.clauses).toEqual(['MI-2']);
    expect(backend.sent('review.submit')).toHaveLength(2);
  });

  it('is offered nothing before the first impression', async () => {
    await review.open(5);
    await press('1');
    expect([review.phase, review.proposal, review.gaps]).toEqual(['before', null, []]);
    expect(screen.queryByText(words.proposal.nearest('MI-2'))).not.toBeInTheDocument();
  });
});

describe('a removal with seven steps of which one is corrected', () => {
  it('takes fifteen strokes and the words', async () => {
    await again();
    await press('4', 'l', '1', 'Control+Enter');
    await revealed();
    expect(review.draft?.steps).toHaveLength(7);
    await press('y', 'y', 'y', 'Enter');
    await user.keyboard(' It was said in fun.');
    await press('Enter', 'n', 'Shift+y', 'Control+Enter');
    await submitted(3);
    expect(strokes).toBeLessThanOrEqual(15);
    expect(sent().steps.map((it) => it.rating)).toEqual(['right', 'right', 'right', 'wrong', 'right', 'right', 'right']);
    expect(sent().steps[3]).toMatchObject({ author: 'model_edited' });
    expect(sent().steps[3]?.text).toMatch(/It was said in fun\.$/);
    expect(sent().judgement).toMatchObject({ choice: 'remove', clauses: ['MI-2'], confidence: 'fairly_sure' });
    expect(lacking(sent())).toEqual([]);
  });

  it('takes the clause of the model beside another by one stroke', async () => {
    await again();
    await press('4', 'l');
    await user.keyboard('ad-1{Enter}');
    await press('Control+Enter');
    await revealed();
    expect(review.ring).toEqual({ on: 'proposal' });
    await press('Enter');
    expect(review.draft?.judgement.clauses).toEqual(['AD-1', 'MI-2']);
    await press('Enter');
    expect(screen.getByRole('textbox', { name: words.reasoning.stepText }), 'the ring is on a step now').toHaveFocus();
  });

  it('passes the clause by with J, and takes it later from a step', async () => {
    await again();
    await press('4', 'l');
    await user.keyboard('ad-1{Enter}');
    await press('Control+Enter');
    await revealed();
    await press('j');
    expect([review.ring, review.chain.focus]).toEqual([{ on: 'step' }, 0]);
    await press('y', 'Shift+Enter');
    expect(review.draft?.judgement.clauses).toEqual(['AD-1', 'MI-2']);
  });

  it('says why the step just called wrong is so, and goes back to it', async () => {
    await again();
    await press('4', 'l', '1', 'Control+Enter');
    await revealed();
    await press('n', 'i');
    await screen.findByRole('dialog', { name: words.steps.reasonTitle });
    await press('1');
    expect(review.draft?.steps[0]).toMatchObject({ rating: 'wrong', rating_reason: 'wrong_fact' });
  });
});

describe('what is lacking', () => {
  it('is filled line by line by keys', async () => {
    await review.open(3);
    await press('4', 'l', '1', 'Control+Enter');
    await revealed();
    await waitFor(() => expect(review.gaps.map((it) => (it.kind === 'missing' ? it.missing.kind : it.kind))).toEqual(['evidence', 'counterargument', 'exception', 'exception', 'steps']));
    await press('g', '2');
    await user.keyboard('It may be meant in fun.');
    await press('Enter');
    expect(review.draft?.steps.map((it) => [it.stage, it.text])).toEqual([['counterargument', 'It may be meant in fun.']]);
    await waitFor(() => expect(review.gaps).toHaveLength(3), { timeout: 3000 });
    await press('g', 'g');
    expect(review.ring).toEqual({ on: 'gap', n: 1 });
    await press('Enter');
    expect(await screen.findByRole('dialog', { name: words.reasoning.citeTitle })).toBeInTheDocument();
    await press('Enter');
    expect(review.draft?.steps[0]?.exceptions).toEqual([{ id: 'MI-2/x1', applies: false, why: null }]);
  });

  it('leaves other keys what they are: with the ring on it, only digits and Enter are its own', async () => {
    await review.open(3);
    await press('4', 'l', '1', 'Control+Enter');
    await revealed();
    await waitFor(() => expect(review.gaps.length).toBeGreaterThan(0));
    await press('g', 'v');
    expect([review.ring, review.severity]).toEqual([{ on: 'step' }, 4]);
    await press('1');
    expect(review.draft?.judgement.choice).toBe('allow');
  });
});

it('a skip is one stroke, and undo says that it was a skip', async () => {
  const item = review.review?.item.id ?? '';
  await press('s');
  await waitFor(() => expect(review.review?.item.id).not.toBe(item));
  expect(strokes).toBe(1);
  await press('Control+z');
  expect(await screen.findByText(words.notices.reopened(item, 'skip'))).toBeInTheDocument();
});

it('fifty items are set aside together by four strokes', async () => {
  backend.listed.many = 50;
  await press('Alt+i');
  await screen.findByText('50 items');
  await press('Control+a', 's');
  await waitFor(() => expect(backend.listed.acts.map((it) => it.rows.length)).toEqual([50]));
  expect(strokes).toBeLessThanOrEqual(4);
  expect(app.current.id).toBe('items');
});

it('how sure is offered as the last time, for each decision apart, and says so', async () => {
  await press('4');
  expect([review.picked.confidence, review.sureAsBefore]).toEqual(['fairly_sure', true]);
  expect(screen.getByText(words.before.sureAsBefore)).toBeInTheDocument();
  await press('1');
  expect(review.picked.confidence).toBe('certain');
  await press('5');
  expect(review.picked.confidence, 'nobody escalated before').toBeNull();
  await press('Shift+2', '4');
  expect([review.picked.confidence, review.sureAsBefore], 'what was said stays').toEqual(['leaning', false]);
});

describe('citing', () => {
  it.each([['mi-1', 'MI-1'], ['MI1', 'MI-1']])('%s and Enter cites the clause and is done', async (typed, clause) => {
    await review.open(1);
    await press('c');
    await screen.findByRole('dialog', { name: words.reasoning.citeTitle });
    await user.keyboard(`${typed}{Enter}`);
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(review.chain.step?.clauses).toContain(clause);
    await press('c');
    await screen.findByRole('dialog', { name: words.reasoning.citeTitle });
    await user.keyboard(`${typed}{Enter}`);
    expect(review.chain.step?.clauses, 'what is cited already stays').toContain(clause);
  });

  it.each(['x2', 'MI-2/x2', 'mi2 x2'])('%s finds the exception, and Enter says that it does not apply', async (typed) => {
    await review.open(1);
    await press('c');
    await screen.findByRole('dialog', { name: words.reasoning.citeTitle });
    await user.keyboard(`${typed}{Enter}`);
    expect(review.chain.step?.exceptions).toEqual([{ id: 'MI-2/x2', applies: false, why: null }]);
  });
});
