// Boxes of evidence in a picture: numbered, chosen, moved and resized: before · keys or pointer · after.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';

import type { Evidence } from '../../desk/types';
import { backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

const press = (keys: string) => user.keyboard(keys);
const boxes = () => (review.draft?.evidence ?? []).flatMap((it) => (it.kind === 'image_box' ? [[it.id, ...it.box]] : []));
const checked = () => backend.sent('review.check_anchor').at(-1)?.[1];
const adjusted = () => review.chain.picker?.adjusts ?? null;
const numbers = () => [...document.querySelectorAll('.media .number')].map((it) => it.textContent);

function stage(): HTMLElement {
  const layer = screen.getByRole('img', { name: 'Image p1, uncovered' }).parentElement;
  if (!layer) throw new Error('a picture lies in a layer');
  // jsdom lays nothing out: the picture is 200 × 100 here.
  layer.getBoundingClientRect = () => ({ left: 0, top: 0, width: 200, height: 100 }) as DOMRect;
  return layer;
}

async function drag(element: Element, from: [number, number], to: [number, number]): Promise<void> {
  await fireEvent.pointerDown(element, { clientX: from[0], clientY: from[1] });
  if (from[0] !== to[0] || from[1] !== to[1]) await fireEvent.pointerMove(element, { clientX: to[0], clientY: to[1] });
  await fireEvent.pointerUp(element);
}

async function draw(from: [number, number], to: [number, number]): Promise<void> {
  const before = boxes().length;
  await drag(stage(), from, to);
  await waitFor(() => expect(boxes()).toHaveLength(before + 1));
}

const handle = (name: string) => document.querySelector(`.media [data-handle="${name}"]`) ?? expect.fail(`there is no handle ${name}`);

/** Two boxes of one's own stand: .1 .2 .2 .3 and .6 .5 .2 .3. */
beforeEach(async () => {
  await open();
  await press('l');
  await press('mi-2{Enter}{Escape}4{Shift>}3{/Shift}{Control>}{Enter}{/Control}');
  await waitFor(() => expect(review.phase).toBe('after'));
  await press(' ');
  await screen.findByRole('img', { name: 'Image p1, uncovered' });
  await draw([20, 20], [60, 50]);
  await draw([120, 50], [160, 80]);
});

describe('boxes', () => {
  it('carry the numbers that their chips carry, also when one is gone', async () => {
    expect(boxes()).toEqual([['e6', 0.1, 0.2, 0.2, 0.3], ['e7', 0.6, 0.5, 0.2, 0.3]]);
    expect(numbers()).toEqual(['1', '2']);
    const chips = within(screen.getByRole('region', { name: words.reasoning.title }));
    expect(chips.getByText(words.evidence.image(1, 'p1'))).toBeInTheDocument();
    await user.click(chips.getByRole('button', { name: words.reasoning.removeEvidence(words.evidence.image(1, 'p1')) }));
    expect(numbers()).toEqual(['1']);
    expect(chips.getByText(words.evidence.image(1, 'p1')), 'what was the second is the first').toBeInTheDocument();
    expect(boxes()).toEqual([['e7', 0.6, 0.5, 0.2, 0.3]]);
  });

  it('are adjusted by keys: moved, resized, kept by Enter under the same id', async () => {
    await press('{Alt>}e{/Alt}');
    expect(adjusted(), 'the last of the step').toBe('e7');
    expect(screen.getByText(words.reasoning.adjusting(2))).toBeInTheDocument();
    await press('{ArrowLeft}{ArrowLeft}{Shift>}{ArrowDown}{/Shift}{Enter}');
    await waitFor(() => expect(adjusted()).toBeNull());
    expect(checked()).toMatchObject({ id: 'e7', kind: 'image_box', part: 'p1', box: [0.56, 0.5, 0.2, 0.32] });
    expect(boxes()).toEqual([['e6', 0.1, 0.2, 0.2, 0.3], ['e7', 0.56, 0.5, 0.2, 0.32]]);
    await press('{Control>}z{/Control}');
    expect(boxes()[1], 'one change, taken back at once').toEqual(['e7', 0.6, 0.5, 0.2, 0.3]);
  });

  it('stay as they were by Escape', async () => {
    const asked = backend.sent('review.check_anchor').length;
    await press('{Alt>}e{/Alt}');
    await press('{ArrowLeft}{Escape}');
    expect([adjusted(), boxes()[1]]).toEqual([null, ['e7', 0.6, 0.5, 0.2, 0.3]]);
    expect(backend.sent('review.check_anchor')).toHaveLength(asked);
  });

  it('are gone through by Tab, and what was moved is kept on the way', async () => {
    await press('{Alt>}e{/Alt}');
    await press('{ArrowLeft}{Tab}');
    await waitFor(() => expect(adjusted()).toBe('e6'));
    expect(boxes()[1]).toEqual(['e7', 0.58, 0.5, 0.2, 0.3]);
    await press('{Tab}');
    await waitFor(() => expect(adjusted()).toBe('e7'));
  });

  it('are taken by a click, pulled by eight handles and moved by dragging', async () => {
    await drag(stage(), [30, 30], [30, 30]);
    await waitFor(() => expect(adjusted()).toBe('e6'));
    expect(document.querySelectorAll('.media [data-handle]')).toHaveLength(8);
    await drag(handle('se'), [60, 50], [80, 70]);
    await waitFor(() => expect(boxes()[0]).toEqual(['e6', 0.1, 0.2, 0.3, 0.5]));
    await drag(handle('w'), [20, 35], [10, 0]);
    await waitFor(() => expect(boxes()[0]).toEqual(['e6', 0.05, 0.2, 0.35, 0.5]));
    await drag(stage(), [40, 40], [60, 50]);
    await waitFor(() => expect(boxes()[0]).toEqual(['e6', 0.15, 0.3, 0.35, 0.5]));
    expect(adjusted(), 'it stays in hand').toBe('e6');
    await drag(stage(), [190, 95], [190, 95]);
    await waitFor(() => expect(adjusted(), 'a click beside it lets it go').toBeNull());
    expect(boxes()).toHaveLength(2);
  });

  it('keep what keys had moved when another is drawn', async () => {
    await press('{Alt>}e{/Alt}');
    await press('{ArrowLeft}');
    await draw([20, 60], [40, 90]);
    expect(boxes().slice(1)).toEqual([['e7', 0.58, 0.5, 0.2, 0.3], ['e8', 0.1, 0.6, 0.1, 0.3]]);
    expect(adjusted()).toBeNull();
  });

  it('are opened by their chip', async () => {
    const name = words.evidence.image(1, 'p1');
    await user.click(screen.getByRole('button', { name }));
    await waitFor(() => expect(adjusted()).toBe('e6'));
  });

  it('that the model drew stay as it drew them', async () => {
    const theirs: Evidence = { id: 'e6', verified: true, note: null, kind: 'image_box', part: 'p1', box: [0.1, 0.2, 0.2, 0.3] };
    review.review?.revealed?.start?.evidence.push(theirs);
    expect(review.chain.ownBoxes.map((it) => it.id)).toEqual(['e7']);
    await drag(stage(), [30, 30], [30, 30]);
    expect(adjusted()).toBeNull();
    review.chain.focusStep(0);
    await press('{Alt>}e{/Alt}');
    await press('{Tab}{Tab}');
    expect(adjusted()).toBe('e7');
  });

  it('that the desk finds false stay as they were, and say why', async () => {
    backend.refuse.set('review.check_anchor', {
      code: 'false_record', message: 'no', falsehoods: [{ place: { kind: 'evidence', id: 'e7' }, value: '0.6', rule: 'a box lies inside the image, 0–1' }],
    });
    await press('{Alt>}e{/Alt}');
    await press('{ArrowLeft}{Enter}');
    expect(await screen.findByRole('alert')).toHaveTextContent('a box lies inside the image');
    expect([adjusted(), boxes()[1]]).toEqual(['e7', ['e7', 0.6, 0.5, 0.2, 0.3]]);
  });

  it('let go with the picture when it is covered', async () => {
    await press('{Alt>}e{/Alt}');
    await user.click(screen.getByRole('button', { name: words.item.cover }));
    expect([adjusted(), review.review?.item.parts.some(review.covers.isShown)]).toEqual([null, false]);
    await press('{Alt>}e{/Alt}');
    expect(await screen.findByRole('alert')).toHaveTextContent(words.reasoning.coveredBox);
  });

  it('are the same evidence where one is put exactly on another', async () => {
    await press('{Alt>}e{/Alt}');
    await press('{Tab}');
    await waitFor(() => expect(adjusted()).toBe('e6'));
    if (review.chain.picker) review.chain.picker.box = { x: 0.6, y: 0.5, w: 0.2, h: 0.3 };
    await press('{Enter}');
    await waitFor(() => expect(boxes()).toEqual([['e7', 0.6, 0.5, 0.2, 0.3]]));
    expect(review.chain.step?.evidence.filter((it) => it === 'e7' || it === 'e6')).toEqual(['e7']);
  });

  it('stay at their places in the picture as it grows, and come into view as keys move them', async () => {
    const look = review.pictures.lookInHand;
    if (!look) throw new Error('there is a picture');
    look.stage = { width: 400, height: 250 };
    const at = () => [...document.querySelectorAll<HTMLElement>('.media .box')].map((it) => [it.style.left, it.style.width]);
    const before = at();
    await press('++++');
    expect(at()).toEqual(before);
    await press('{Alt>}e{/Alt}');
    const box = () => review.chain.picker?.box ?? { x: 0, y: 0, w: 0, h: 0 };
    for (let n = 0; n < 12; n += 1) await press('{ArrowRight}');
    const { laid } = look;
    expect(laid.x + (box().x + box().w) * laid.w, 'its far side is seen').toBeLessThanOrEqual(1.0001);
    await press('+');
    expect(look.view.zoom, 'keys grow it while a box is in hand').toBeCloseTo(1.25 ** 5);
  });

  it('are adjusted over the whole window too; Escape lets the box go first, and then the window', async () => {
    await press('{F11}');
    const over = screen.getByRole('dialog', { name: words.item.full('p1') });
    const layer = within(over).getByRole('img').parentElement as HTMLElement;
    layer.getBoundingClientRect = () => ({ left: 0, top: 0, width: 800, height: 400 }) as DOMRect;
    await drag(layer, [100, 120], [100, 120]);
    await waitFor(() => expect(adjusted()).toBe('e6'));
    expect(within(over).getByText(words.reasoning.adjusting(1))).toBeInTheDocument();
    await drag(layer, [100, 120], [180, 120]);
    await waitFor(() => expect(boxes()[0]).toEqual(['e6', 0.2, 0.2, 0.2, 0.3]));
    await press('{Escape}');
    expect([adjusted(), review.pictures.full]).toEqual([null, true]);
    await press('{Escape}');
    expect(review.pictures.full).toBe(false);
  });
});
