import { describe, expect, it } from 'vitest';

import { modelSteps } from '../../test/cases';
import type { Draft } from '../types';
import * as steps from './steps';

function draft(): Draft {
  return {
    steps: modelSteps(),
    evidence: [{ id: 'e1', verified: true, note: null, kind: 'text_span', part: 'p2', start: 0, end: 7, quote: 'Doctors' }],
    judgement: { choice: 'allow', clauses: [], severity: null, confidence: 'guess', cannot_judge_reason: null },
    remediation_text: '',
    creator_message: '',
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

  it('are found by the place a falsehood names', () => {
    const it = draft();
    expect(steps.stepOf(it, 'step 3')).toBe(2);
    expect(steps.stepOf(it, 'evidence e1')).toBe(0);
    expect(steps.stepOf(it, 'decision')).toBeNull();
    expect(steps.stepOf(it, 'step 40')).toBeNull();
  });
});
