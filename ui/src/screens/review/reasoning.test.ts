// The reasoning after the reveal, in full: before · keys · after.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Draft, DraftStep } from '../../desk/types';
import { language } from '../../kit/language.svelte';
import { backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

/** The first item, decided and revealed: six steps of the model. */
beforeEach(async () => {
  await open();
  await user.keyboard('l');
  await user.keyboard('harmful med{Enter}{Escape}');
  await user.keyboard('4{Shift>}3{/Shift}{Control>}{Enter}{/Control}');
  await screen.findByRole('region', { name: words.reasoning.title });
});

afterEach(() => {
  language.chosen = 'system';
});

const draft = (): Draft => review.draft as Draft;
const step = (n: number): DraftStep => draft().steps[n - 1] as DraftStep;
const card = (name: string) => screen.getByRole('listitem', { name });
const rail = () => within(screen.getByRole('navigation', { name: words.steps.rail }));
const press = (keys: string) => user.keyboard(keys);

describe('what made the chain', () => {
  const shown = () => screen.getByRole('region', { name: words.band.title });

  /** The same assessment, made with a prompt. */
  function askAlso(): void {
    const { revealed } = review.review ?? {};
    if (!review.review || !revealed?.assessment) throw new Error('the first item is revealed with an assessment');
    const model = { ...revealed.assessment.model, prompt_sha256: 'ef'.repeat(32) };
    review.review = { ...review.review, revealed: { ...revealed, assessment: { ...revealed.assessment, model } } };
  }

  it('is said to be scores and rules where no language model was asked', () => {
    expect(shown()).toHaveTextContent('from scores and rules, no language model · cpu');
    language.chosen = 'de';
    flushSync();
    expect(shown()).toHaveTextContent('aus Werten und Regeln, ohne Sprachmodell · cpu');
  });

  it('names the language model where one was', () => {
    askAlso();
    flushSync();
    expect(shown()).toHaveTextContent('from scores and rules; a language model checked the clauses · cpu');
    language.chosen = 'de';
    flushSync();
    expect(shown()).toHaveTextContent('aus Werten und Regeln; ein Sprachmodell hat die Klauseln geprüft · cpu');
  });
});

describe('the rail', () => {
  it('shows every step with what was thought of it', async () => {
    expect(rail().getAllByRole('button')).toHaveLength(6);
    expect(rail().getByText('0 of 6 rated')).toBeInTheDocument();
    await press('ynx');
    expect(rail().getByRole('button', { name: 'Step 1, Observation, right' })).toHaveTextContent('✓');
    expect(rail().getByRole('button', { name: 'Step 2, Policy, wrong' })).toHaveTextContent('✕');
    expect(rail().getByRole('button', { name: 'Step 3, Exception, not rated, removed' })).toHaveAttribute('aria-current', 'step');
    expect(rail().getByText('2 of 6 rated')).toBeInTheDocument();
  });

  it('goes to a step by a click, to the ends and to what is not rated by keys', async () => {
    await user.click(rail().getByRole('button', { name: /^Step 4/ }));
    expect(review.chain.focus).toBe(3);
    await press('{End}');
    expect(review.chain.focus).toBe(5);
    await press('{Home}y{Shift>}j{/Shift}n{Shift>}k{/Shift}');
    expect(review.chain.focus).toBe(1);
    await press('{Shift>}k{/Shift}');
    expect(review.chain.focus, 'the first is rated, so there is none before').toBe(1);
  });

  it('reorders by dragging one step over another, and takes that back as one change', async () => {
    const [first, , third] = rail().getAllByRole('button');
    await fireEvent.pointerDown(first as Element);
    await fireEvent.pointerEnter(third as Element);
    await fireEvent.pointerUp(window);
    expect(draft().steps.map((it) => it.id).slice(0, 3)).toEqual(['m2', 'm3', 'm1']);
    await fireEvent.pointerEnter(rail().getAllByRole('button')[0] as Element);
    expect(draft().steps[2]?.id, 'nothing is dragged any more').toBe('m1');
    await press('{Control>}z{/Control}');
    expect(draft().steps[0]?.id).toBe('m1');
  });
});

describe('order', () => {
  it('changes by one place and to both ends, by keys', async () => {
    await press('j{Alt>}{ArrowDown}{/Alt}');
    expect(draft().steps.map((it) => it.id).slice(0, 3)).toEqual(['m1', 'm3', 'm2']);
    await press('{Alt>}{Home}{/Alt}');
    expect(draft().steps[0]?.id).toBe('m2');
    await press('{Alt>}{End}{/Alt}');
    expect(draft().steps.at(-1)?.id).toBe('m2');
    expect(within(card('Step 6, Policy')).getByText('was 2')).toBeInTheDocument();
  });
});

describe('a wrong step', () => {
  it('says why by two keys, and only while it is wrong', async () => {
    await press('ni');
    await screen.findByRole('dialog', { name: words.steps.reasonTitle });
    await press('3');
    expect(step(1)).toMatchObject({ rating: 'wrong', rating_reason: 'missed_exception' });
    const reasons = within(screen.getByRole('group', { name: words.steps.reasonsOf(1) }));
    expect(reasons.getByRole('button', { pressed: true })).toHaveTextContent('missed exception');
    await press('j');
    expect(within(card('Step 1, Observation')).getByText('missed exception')).toBeInTheDocument();
    await press('{Home}y');
    expect(step(1)).toMatchObject({ rating: 'right', rating_reason: null });
  });

  it('takes a reason by a click, and back by the same', async () => {
    await press('nk');
    const chip = screen.getByRole('button', { name: 'wrong fact' });
    await user.click(chip);
    expect(step(1).rating_reason).toBe('wrong_fact');
    await user.click(chip);
    expect(step(1)).toMatchObject({ rating: 'wrong', rating_reason: null });
  });

  it('is criticised in one line', async () => {
    await press('q');
    expect(screen.getByRole('textbox', { name: words.steps.critiqueOf(1) })).toHaveFocus();
    await press('Nobody is told to stop.{Enter}');
    expect(step(1).critique).toBe('Nobody is told to stop.');
    expect(within(card('Step 1, Observation')).getByText('“Nobody is told to stop.”')).toBeInTheDocument();
    await press('q. And more{Escape}');
    expect(step(1).critique, 'Escape brings the line back').toBe('Nobody is told to stop.');
    await press('{Control>}z{/Control}');
    expect(step(1).critique, 'and what was typed can be had again').toBe('Nobody is told to stop.. And more');
    await press('jq');
    await press('New words{Escape}');
    expect(step(2).critique, 'Escape keeps what is new').toBe('New words');
  });
});

describe('stopping at the first error', () => {
  it('ends the chain at a wrong step, and goes on where it is not wrong after all', async () => {
    await press('{Shift>}f{/Shift}yn');
    expect(draft().finish).toBe('first_error');
    expect(within(card('Step 2, Policy')).getByText(words.steps.stopped)).toBeInTheDocument();
    expect(within(card('Step 3, Exception')).getByText(words.steps.notJudged)).toBeInTheDocument();
    await press('n');
    expect(draft().finish).toBeNull();
    expect(screen.queryByText(words.steps.stopped)).not.toBeInTheDocument();
  });

  it('counts for the item on screen when it is switched on late, and for the next', async () => {
    await press('n');
    expect(draft().finish).toBeNull();
    await press('{Shift>}f{/Shift}');
    expect(draft().finish).toBe('first_error');
    await review.next();
    expect(review.chain.stops).toBe(true);
    await review.open(1);
    await press('{Shift>}f{/Shift}');
    expect(draft().finish).toBeNull();
  });
});

describe('the end of a chain', () => {
  it.each([
    ['2', 'first_error'], ['3', 'bad_item'], ['4', 'policy_gap'], ['5', 'insufficient_evidence'],
  ] as const)('is said by F %s: %s', async (key, finish) => {
    await press('f');
    await screen.findByRole('dialog', { name: words.steps.finishTitle });
    await press(key);
    expect(draft().finish).toBe(finish);
    expect(screen.getByRole('button', { name: words.steps.finishes[finish] })).toHaveAttribute('aria-pressed', 'true');
    await press('f');
    await screen.findByRole('dialog', { name: words.steps.finishTitle });
    await press(key);
    expect(draft().finish, 'the same again takes it back').toBeNull();
  });

  it('is submitted with the record', async () => {
    await press('f');
    await screen.findByRole('dialog', { name: words.steps.finishTitle });
    await press('4{Control>}{Enter}{/Control}');
    await waitFor(() => expect(backend.sent('review.submit')).toHaveLength(1));
    expect(backend.sent('review.submit')[0]?.[2]).toMatchObject({ finish: 'policy_gap' });
  });
});

describe('other texts', () => {
  async function offer(text: string): Promise<void> {
    await press('o');
    await user.type(await screen.findByRole('textbox', { name: words.steps.otherText }), `${text}{Enter}`);
  }

  it('are added and chosen, with the words of the model kept', async () => {
    const model = step(1).text;
    await press('nk');
    await offer('It tells people to stop.');
    expect(step(1)).toMatchObject({ text: 'It tells people to stop.', draft_text: model, author: 'model_edited', rating: 'wrong' });
    await offer('It advises a drink.');
    expect(step(1).alternatives?.map((it) => it.text)).toEqual(['It tells people to stop.', 'It advises a drink.']);
    const list = within(screen.getByRole('list', { name: words.steps.othersOf(1) }));
    expect(list.getAllByRole('radio')).toHaveLength(3);
    expect(list.getByRole('radio', { checked: true })).toHaveAccessibleName(words.steps.choose('It advises a drink.'));
  });

  it('are rated, chosen round and round, and taken out, by keys', async () => {
    const model = step(1).text;
    await offer('One.');
    await offer('Two.');
    await press('{Alt>}n{/Alt}{Shift>}o{/Shift}');
    expect(step(1).alternatives).toEqual([
      { text: 'One.', author: 'human', rating: null }, { text: 'Two.', author: 'human', rating: 'wrong' },
    ]);
    expect(step(1)).toMatchObject({ text: model, author: 'model', draft_text: null });
    await press('{Shift>}o{/Shift}{Alt>}y{/Alt}');
    expect(step(1)).toMatchObject({ text: 'One.', rating: null });
    expect(step(1).alternatives?.[0]?.rating).toBe('right');
    await press('{Shift>}x{/Shift}');
    expect(step(1).alternatives?.map((it) => it.text)).toEqual(['Two.']);
    expect(step(1).text).toBe(model);
  });

  it('are chosen by a click', async () => {
    const model = step(1).text;
    await offer('One.');
    await user.click(screen.getByRole('radio', { checked: false }));
    expect(step(1).text).toBe(model);
  });

  it('go with the words when a chosen one is edited', async () => {
    await offer('One.');
    await press('{Enter}');
    await user.type(screen.getByRole('textbox', { name: words.reasoning.stepText }), ' And more.{Enter}');
    expect(step(1).text).toBe('One. And more.');
    expect(step(1).alternatives?.map((it) => it.text)).toEqual(['One. And more.']);
  });

  it('are left by Escape', async () => {
    await press('o');
    await user.type(await screen.findByRole('textbox', { name: words.steps.otherText }), 'Never mind{Escape}');
    expect(step(1).alternatives).toEqual([]);
    expect(screen.queryByRole('textbox', { name: words.steps.otherText })).not.toBeInTheDocument();
  });
});

describe('words', () => {
  it('go back to those of the model by one key', async () => {
    const model = step(1).text;
    await press('{Enter}');
    const area = screen.getByRole('textbox', { name: words.reasoning.stepText });
    await user.clear(area);
    await user.type(area, 'Mine.{Enter}');
    expect(step(1).author).toBe('model_edited');
    await press('z');
    expect(step(1)).toMatchObject({ text: model, author: 'model', draft_text: null });
  });
});

describe('writing a chain from nothing', () => {
  it('strikes out the chain of the model and asks for each step in the order it is told', async () => {
    await press('w');
    await screen.findByRole('dialog', { name: words.reasoning.anewStage });
    expect(document.activeElement).toHaveTextContent(words.stages.observe);
    expect(draft().steps.some((it) => it.deleted), 'nothing is struck out before a kind is chosen').toBe(false);
    await press('{Enter}');
    expect(draft().steps.slice(0, 6).every((it) => it.deleted)).toBe(true);
    await user.type(await screen.findByRole('textbox', { name: words.reasoning.stepText }), 'It says to drink it.{Enter}');
    await press('a');
    await screen.findByRole('dialog', { name: words.reasoning.stageOf });
    expect(document.activeElement, 'what a chain lacks next').toHaveTextContent(words.stages.clause_match);
    await press('{Enter}');
    await user.type(await screen.findByRole('textbox', { name: words.reasoning.stepText }), 'That is criterion (a).{Enter}');
    expect(draft().steps.slice(6).map((it) => [it.stage, it.text, it.author])).toEqual([
      ['observe', 'It says to drink it.', 'human'], ['clause_match', 'That is criterion (a).', 'human'],
    ]);
  });

  it('left by Escape leaves the chain of the model as it was, before a kind is chosen and after', async () => {
    const before = JSON.stringify(draft().steps);
    await press('w');
    await screen.findByRole('dialog', { name: words.reasoning.anewStage });
    await press('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    expect(JSON.stringify(draft().steps)).toBe(before);
    await press('w');
    await screen.findByRole('dialog', { name: words.reasoning.anewStage });
    await press('{Enter}');
    await user.type(await screen.findByRole('textbox', { name: words.reasoning.stepText }), 'x{Backspace}{Escape}');
    expect(JSON.stringify(draft().steps)).toBe(before);
    await press('{Control>}z{/Control}');
    expect(JSON.stringify(draft().steps), 'there is nothing to take back').toBe(before);
  });

  it('is taken back by one undo', async () => {
    await press('w');
    await screen.findByRole('dialog', { name: words.reasoning.anewStage });
    await press('{Enter}');
    await user.type(await screen.findByRole('textbox', { name: words.reasoning.stepText }), 'It says to drink it.{Escape}');
    expect(draft().steps.at(-1)?.text, 'Escape in a new step keeps its words').toBe('It says to drink it.');
    await press('{Control>}z{/Control}{Control>}z{/Control}');
    expect(draft().steps.some((it) => it.deleted)).toBe(false);
  });
});

describe('places in the item', () => {
  it('are several for one step, chosen one after another by keys', async () => {
    const before = step(1).evidence.length;
    await press('e');
    await press('{ArrowRight} ');
    await waitFor(() => expect(step(1).evidence).toHaveLength(before + 1));
    expect(review.chain.picker, 'choosing goes on').not.toBeNull();
    await press('{ArrowRight}{ArrowRight}{Enter}');
    await waitFor(() => expect(step(1).evidence).toHaveLength(before + 2));
    expect(review.chain.picker).toBeNull();
    await press('{Backspace}');
    expect(step(1).evidence).toHaveLength(before + 1);
  });

  it('are boxes by keys, moved and sized, a little at a time too', async () => {
    await press(' ');
    await screen.findByRole('img', { name: 'Image p1, uncovered' });
    await press('{Shift>}e{/Shift}');
    expect(screen.getByText(words.reasoning.pickImage)).toBeInTheDocument();
    await press('{ArrowRight}{Shift>}{ArrowDown}{/Shift}{Control>}{ArrowLeft}{/Control}{Enter}');
    await waitFor(() => expect(backend.sent('review.check_anchor')).toHaveLength(1));
    expect(backend.sent('review.check_anchor')[0]?.[1]).toMatchObject({ kind: 'image_box', part: 'p1', box: [0.316, 0.3, 0.4, 0.42] });
  });

  it('are boxes drawn with the pointer, without another key', async () => {
    await press(' ');
    const image = await screen.findByRole('img', { name: 'Image p1, uncovered' });
    const stage = image.parentElement as HTMLElement;
    stage.getBoundingClientRect = () => ({ left: 0, top: 0, width: 200, height: 100 }) as DOMRect;
    await fireEvent.pointerDown(stage, { clientX: 150, clientY: 80 });
    await fireEvent.pointerMove(stage, { clientX: 50, clientY: 30 });
    await fireEvent.pointerUp(stage);
    await waitFor(() => expect(backend.sent('review.check_anchor')).toHaveLength(1));
    expect(backend.sent('review.check_anchor')[0]?.[1]).toMatchObject({ kind: 'image_box', part: 'p1', box: [0.25, 0.3, 0.5, 0.5] });
    await waitFor(() => expect(step(1).evidence).toContain('e6'));
  });

  it('are asked for only where an image is uncovered', async () => {
    await press('{Shift>}e{/Shift}');
    expect(await screen.findByRole('alert')).toHaveTextContent(words.reasoning.coveredBox);
  });
});

describe('what was changed', () => {
  it('is shown word by word, and nothing that stayed', async () => {
    await press('{Shift>}d{/Shift}');
    const dialog = await screen.findByRole('dialog', { name: words.steps.changesTitle });
    expect(within(dialog).getByText(words.steps.noChange)).toBeInTheDocument();
    await press('{Escape}');
    await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeInTheDocument());
    await press('5jj{Enter}');
    await user.type(screen.getByRole('textbox', { name: words.reasoning.stepText }), ' Twice.{Enter}');
    await press('n{Shift>}d{/Shift}');
    const again = await screen.findByRole('dialog', { name: words.steps.changesTitle });
    expect(within(again).getAllByRole('listitem')).toHaveLength(1);
    expect(again.querySelector('li ins')).toHaveTextContent('Twice.');
    expect(again).toHaveTextContent('edited');
    expect(again).toHaveTextContent('✕ wrong');
    expect(again).toHaveTextContent(/First impression: MI-2, remove.*Now: MI-2, escalate/);
  });
});

describe('what is missing', () => {
  it('is hinted as the draft is saved, and stops nothing', async () => {
    backend.lacks = [{ kind: 'counterargument' }, { kind: 'exception', id: 'MI-2/x2' }];
    await press('y');
    expect(await screen.findByRole('button', { name: /^no counter-argument/ }, { timeout: 2000 })).toHaveTextContent('G 1');
    expect(screen.getByRole('button', { name: /^exception MI-2\/x2 not addressed/ })).toHaveTextContent('G 2');
    expect(screen.getByRole('button', { name: /^5 steps not rated/ })).toHaveTextContent('G 3');
    await press('{Control>}{Enter}{/Control}');
    await waitFor(() => expect(backend.sent('review.submit')).toHaveLength(1));
    expect(screen.queryByText(words.gaps.title)).not.toBeInTheDocument();
  });
});

describe('the sheet of keys', () => {
  it('lists all of it', async () => {
    await press('?');
    const sheet = await screen.findByRole('dialog', { name: words.sheet.title });
    for (const id of ['reason', 'critique', 'other.add', 'finish', 'stops', 'anew', 'changes', 'box', 'step.reset'] as const)
      expect(within(sheet).getByText(words.commands[id]), id).toBeInTheDocument();
    expect(within(sheet).queryByText(words.commands['pick.more']), 'what does not count here is folded').not.toBeInTheDocument();
    await user.click(within(sheet).getByRole('button', { name: /^Keys of other screens/ }));
    expect(within(sheet).getByText(words.commands['pick.more'])).toBeInTheDocument();
  });
});

vi.setConfig({ testTimeout: 20_000 });
