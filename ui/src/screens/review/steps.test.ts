import { describe, expect, it } from 'vitest';

import type { Draft } from '../../desk/types';
import { modelSteps } from '../../test/cases';
import { changed } from './changed';
import * as steps from './steps';

function draft(): Draft {
  return {
    steps: modelSteps(),
    evidence: [{ id: 'e1', verified: true, note: null, kind: 'text_span', part: 'p2', start: 0, end: 7, quote: 'Doctors' }],
    judgement: { choice: 'allow', clauses: [], severity: null, confidence: 'guess', cannot_judge_reason: null },
    remediation_text: '',
    creator_message: '',
    finish: null,
  };
}

describe('steps', () => {
  it('keep the words of the model beside those of the reviewer', () => {
    const [step] = modelSteps();
    if (!step) throw new Error('there are steps');
    const model = step.text;
    steps.rewrite(step, 'Mine.');
    steps.rewrite(step, 'Mine, again.');
    expect(step).toMatchObject({ text: 'Mine, again.', draft_text: model, author: 'model_edited', source: 'pipeline' });
    steps.rewrite(step, model);
    expect(step).toMatchObject({ draft_text: null, author: 'model' });
  });

  it('take a rating back when it is given twice', () => {
    const [step] = modelSteps();
    if (!step) throw new Error('there are steps');
    steps.rate(step, 'wrong');
    expect(step.rating).toBe('wrong');
    steps.rate(step, 'wrong');
    expect(step.rating).toBeNull();
  });

  it("stay struck out when they are the model's, and go when they are one's own", () => {
    const it = draft();
    const place = steps.insert(it, 1, 'counterargument');
    expect(it.steps[place]).toMatchObject({ id: 'h1', source: 'human', author: 'human', drafted_as: null });
    steps.remove(it, place);
    expect(it.steps).toHaveLength(6);
    steps.remove(it, 0);
    expect(it.steps[0]).toMatchObject({ id: 'm1', deleted: true });
    steps.remove(it, 0);
    expect(it.steps[0]?.deleted).toBe(false);
  });

  it('move with their place in the model draft kept', () => {
    const it = draft();
    expect(steps.move(it, 0, 1)).toBe(1);
    expect(it.steps.map((step) => step.id).slice(0, 2)).toEqual(['m2', 'm1']);
    expect(it.steps[1]?.drafted_as).toBe(1);
    expect(steps.move(it, 0, -1)).toBe(0);
  });

  it('share evidence at the same place, and drop it when nothing points at it', () => {
    const it = draft();
    it.steps.forEach((step) => (step.evidence = []));
    const again = steps.asEvidence(it, { kind: 'text_span', part: 'p2', start: 0, end: 7, quote: 'Doctors' });
    expect(again.id).toBe('e2');
    steps.attach(it, 0, again);
    steps.attach(it, 1, again);
    expect(it.evidence.map((e) => e.id)).toEqual(['e1']);
    steps.detach(it, 0, 'e1');
    expect(it.evidence).toHaveLength(1);
    steps.detach(it, 1, 'e1');
    expect(it.evidence).toHaveLength(0);
  });

  it('say of an exception that it does not apply, applies, or nothing', () => {
    const [step] = modelSteps();
    if (!step) throw new Error('there are steps');
    const said = () => step.exceptions.map((it) => it.applies);
    steps.turnException(step, 'MI-2/x1');
    expect(said()).toEqual([false]);
    steps.turnException(step, 'MI-2/x1');
    expect(said()).toEqual([true]);
    steps.turnException(step, 'MI-2/x1');
    expect(said()).toEqual([]);
  });

  it('keep their order among themselves when one moves to an end', () => {
    const it = draft();
    expect(steps.moveTo(it, 0, 99)).toBe(5);
    expect(it.steps.map((step) => step.id)).toEqual(['m2', 'm3', 'm4', 'm5', 'm6', 'm1']);
    expect(steps.moveTo(it, 5, -3)).toBe(0);
  });

  it('lose the reason when they are not wrong any more', () => {
    const [step] = modelSteps();
    if (!step) throw new Error('there are steps');
    steps.giveReason(step, 'unsupported');
    expect(step).toMatchObject({ rating: 'wrong', rating_reason: 'unsupported' });
    steps.rate(step, 'unsure');
    expect(step).toMatchObject({ rating: 'unsure', rating_reason: null });
  });

  it('are stopped at the first error, and not where none is left', () => {
    const it = draft();
    const [, second, third] = it.steps;
    if (!second || !third) throw new Error('there are steps');
    steps.rate(third, 'wrong');
    steps.rate(second, 'wrong');
    steps.stopAtError(it);
    expect([it.finish, steps.firstError(it)]).toEqual(['first_error', 1]);
    steps.rate(second, 'wrong');
    expect(steps.firstError(it)).toBe(2);
    steps.rate(third, 'wrong');
    steps.stopAtError(it);
    expect(it.finish).toBeNull();
  });

  it('keep what a person wrote before another text was offered', () => {
    const [step] = modelSteps();
    if (!step) throw new Error('there are steps');
    steps.rewrite(step, 'Edited.');
    steps.offer(step, 'Offered.');
    expect(steps.candidates(step).map((it) => [it.text === 'Edited.' || it.text === 'Offered.', it.chosen])).toEqual([
      [false, false], [true, false], [true, true],
    ]);
    steps.offer(step, 'Offered.');
    expect(step.alternatives).toHaveLength(2);
  });

  it("offer the model's own words once", () => {
    const [step] = modelSteps();
    if (!step) throw new Error('there are steps');
    const model = step.text;
    steps.offer(step, 'Other.');
    steps.edit(step, model);
    steps.tidy(step);
    expect(steps.candidates(step).map((it) => it.text)).toEqual([model]);
  });

  it('ask next for the kind of link a chain lacks', () => {
    const it = draft();
    expect(steps.nextStage(it)).toBe('severity');
    steps.strikeAll(it);
    expect(steps.nextStage(it)).toBe('observe');
  });

  it('count as moved only where their own order changed', () => {
    const it = draft();
    steps.insert(it, -1, 'observe');
    expect(changed(it).map((c) => [c.step.id, c.what])).toEqual([['h1', ['added']]]);
    steps.move(it, 1, 1);
    expect(changed(it).map((c) => c.what)).toEqual([['added'], ['moved'], ['moved']]);
  });

  it('are found by the place a falsehood names', () => {
    const it = draft();
    expect(steps.stepOf(it, { kind: 'step', n: 3 })).toBe(2);
    expect(steps.stepOf(it, { kind: 'evidence', id: 'e1' })).toBe(0);
    expect(steps.stepOf(it, { kind: 'decision' })).toBeNull();
    expect(steps.stepOf(it, { kind: 'step', n: 40 })).toBeNull();
  });
});
