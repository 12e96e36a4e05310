// Pictures of an item by keys and by the pointer: before · keys · after.
import { fireEvent, screen, waitFor, within } from '@testing-library/svelte';
import { beforeEach, describe, expect, it } from 'vitest';

import { image } from '../../test/cases';
import { sized } from '../../test/layout';
import { app, backend, open, review, user } from '../../test/page';
import { words } from '../../test/words';

const press = (keys: string) => user.keyboard(keys);
const shown = () => review.pictures.all.filter(review.covers.isShown).map((it) => it.id);
const inHand = () => review.pictures.inHand?.id;
const whole = () => screen.queryByRole('dialog', { name: /whole window/ });
const revealed = () => waitFor(() => expect(review.phase).toBe('after'));

async function decide(): Promise<void> {
  await press('l');
  await press('mi-2{Enter}{Escape}4{Shift>}3{/Shift}{Control>}{Enter}{/Control}');
  await revealed();
}

/** The first item has three pictures, the last of them upright. */
function three(): void {
  const answers = backend.answers.review ?? {};
  const { next, uncover } = answers;
  answers.next = (queue) => {
    const it = next?.(queue) ?? null;
    const first = it?.item.row === 1 ? it.item.parts.findIndex((part) => part.kind === 'image') : -1;
    if (first >= 0) it?.item.parts.splice(first + 1, 0, image('p7'), { ...image('p8'), width: 300, height: 900 });
    return it;
  };
  answers.uncover = (row, part) => (/p[78]/.test(part) ? { ...image(part), uncovered: 'bird-open.svg' } : uncover?.(row, part)) ?? image(part);
}

/** jsdom lays nothing out: the stage of the picture in hand gets a size here. */
function laidOut(width = 400, height = 250): void {
  const look = review.pictures.lookInHand;
  if (look) look.stage = { width, height };
}

beforeEach(async () => {
  await open(three);
});

describe('a picture', () => {
  it('has its room before it is loaded, by the size that the file says', () => {
    const stages = screen.getAllByRole('group', { name: /, covered$/ });
    expect(stages.map((it) => it.style.aspectRatio)).toEqual(['1.6', '1.6', String(300 / 900)]);
  });

  it('is gone on to by a key, round and round, with the ring on it', async () => {
    expect(inHand()).toBe('p1');
    await press('.');
    expect([inHand(), review.ring.on]).toEqual(['p7', 'picture']);
    await press('..');
    expect(inHand()).toBe('p1');
    await press(',');
    expect(inHand()).toBe('p8');
    await press(' ');
    await waitFor(() => expect(shown()).toEqual(['p8']));
    expect(backend.sent('review.uncover').at(-1)).toEqual([1, 'p8']);
    await press(' ');
    expect(shown(), 'the one in hand is covered again').toEqual([]);
  });

  it('grows, shrinks, fits and is shown pixel for pixel by keys', async () => {
    await press('+');
    expect(review.pictures.lookInHand?.view.zoom, 'covered, there is nothing to see closer').toBe(1);
    await press(' ');
    await waitFor(() => expect(shown()).toEqual(['p1']));
    laidOut();
    await press('++');
    expect(review.pictures.lookInHand?.view.zoom).toBeCloseTo(1.5625);
    await press('-');
    expect(review.pictures.lookInHand?.view.zoom).toBeCloseTo(1.25);
    await press('{Shift>}0{/Shift}');
    expect(review.pictures.lookInHand?.percent(1)).toBe(100);
    await press('0');
    expect(review.pictures.lookInHand?.view.zoom).toBe(1);
  });

  it('is moved by arrows where the ring is on it and some of it is out of sight, and else arrows are what they are', async () => {
    await decide();
    await press(' ');
    await waitFor(() => expect(shown()).toEqual(['p1']));
    laidOut();
    await press('{ArrowDown}');
    expect([review.ring.on, review.chain.focus], 'the ring is not on the picture').toEqual(['step', 1]);
    await press('.,++++');
    await press('{ArrowDown}{ArrowRight}');
    expect([review.ring.on, review.chain.focus]).toEqual(['picture', 1]);
    expect(review.pictures.lookInHand?.view).toMatchObject({ x: expect.closeTo(0.561), y: expect.closeTo(0.561) });
    await press('0{ArrowDown}');
    expect([review.ring.on, review.chain.focus], 'whole, it has nowhere to go').toEqual(['step', 2]);
  });

  it('lets keys of steps be what they are: the ring goes back to the step', async () => {
    await decide();
    await press('.y');
    expect([review.ring.on, review.draft?.steps[0]?.rating]).toEqual(['step', 'right']);
    await press('.{Escape}');
    expect(review.ring.on).toBe('step');
  });

  it('has a button for each of it, and none for what cannot be done', async () => {
    const tools = within(screen.getByRole('group', { name: words.item.tools('p7') }));
    expect(tools.getByTitle(words.item.nth(2, 3))).toBeInTheDocument();
    expect(tools.getByRole('button', { name: words.commands['zoom.in'] })).toBeDisabled();
    await press('. ');
    await waitFor(() => expect(shown()).toEqual(['p7']));
    await press(',');
    await user.click(tools.getByRole('button', { name: words.commands['zoom.in'] }));
    expect(inHand(), 'it is taken in hand').toBe('p7');
    expect(review.pictures.lookInHand?.view.zoom).toBe(1.25);
  });

  it('grows about the pointer by the wheel and Ctrl, and is moved by dragging', async () => {
    await press(' ');
    const picture = await screen.findByRole('img', { name: 'Image p1, uncovered' });
    laidOut();
    const stage = picture.closest<HTMLElement>('.stage');
    if (!stage) throw new Error('a picture has a stage');
    stage.getBoundingClientRect = () => ({ left: 0, top: 0, width: 400, height: 250 }) as DOMRect;
    await fireEvent.wheel(stage, { deltaY: -100, clientX: 400, clientY: 0 });
    expect(review.pictures.lookInHand?.view.zoom, 'the wheel alone scrolls').toBe(1);
    const turned = new WheelEvent('wheel', { deltaY: -100, ctrlKey: true, clientX: 400, clientY: 0, bubbles: true, cancelable: true });
    stage.dispatchEvent(turned);
    expect(turned.defaultPrevented, 'the page does not grow').toBe(true);
    expect(review.pictures.lookInHand?.view).toMatchObject({ zoom: 1.25, x: expect.closeTo(0.6), y: expect.closeTo(0.4) });
    await fireEvent.pointerDown(stage, { clientX: 100, clientY: 100 });
    await fireEvent.pointerMove(stage, { clientX: 180, clientY: 100 });
    await fireEvent.pointerUp(stage);
    expect(review.pictures.lookInHand?.view).toMatchObject({ x: expect.closeTo(0.44), y: expect.closeTo(0.4) });
  });

  it('lies as it began when another item comes', async () => {
    await press('.');
    await press('s');
    await waitFor(() => expect(review.review?.item.row).toBe(2));
    expect([review.pictures.all, review.pictures.full, review.ring.on]).toEqual([[], false, 'step']);
  });
});

describe('over the whole window', () => {
  it('stands the picture in hand, until Escape', async () => {
    await press('{F11}');
    expect(whole()).toHaveAccessibleName(words.item.full('p1'));
    expect(whole()).toHaveFocus();
    await press('{Escape}');
    expect(whole()).not.toBeInTheDocument();
    await press('4');
    expect(review.picked.choice, 'keys decide again').toBe('remove');
  });

  it('is covered until uncovering is stored, and covered again by the same key', async () => {
    await press('{Alt>}{Enter}{/Alt}');
    expect(document.body.innerHTML).not.toContain('bird-open.svg');
    await press(' ');
    await waitFor(() => expect(within(whole() as HTMLElement).getByRole('img')).toHaveAttribute('src', expect.stringContaining('bird-open.svg')));
    await press(' ');
    expect(document.body.innerHTML).not.toContain('bird-open.svg');
  });

  it('decides nothing unseen: a key that decides leaves it first', async () => {
    await press('{F11}4');
    expect(whole()).not.toBeInTheDocument();
    expect(review.picked.choice).toBe('remove');
  });

  it('goes on to the next picture by arrows where all of it is seen, and moves it where not', async () => {
    await press('{F11}{ArrowRight}');
    expect(whole()).toHaveAccessibleName(words.item.full('p7'));
    await press('{ArrowDown}');
    expect(whole(), 'nothing else happens').toBeInTheDocument();
    await press(' ');
    await waitFor(() => expect(shown()).toEqual(['p7']));
    laidOut();
    await press('++{ArrowRight}');
    expect(inHand()).toBe('p7');
    expect(review.pictures.lookInHand?.view.x).toBeGreaterThan(0.5);
  });

  it('gives way to what is said at the edge, which it would hide', async () => {
    backend.refuse.set('review.uncover', { code: 'busy', message: 'locked' });
    await press('{F11} ');
    expect(await screen.findByText('locked')).toBeInTheDocument();
    expect(whole()).not.toBeInTheDocument();
    expect(shown()).toEqual([]);
  });

  it('keeps the focus inside, round and round', async () => {
    await press('{F11}');
    for (let n = 0; n < 12; n += 1) {
      await user.tab();
      expect(whole()?.contains(document.activeElement), `after ${n + 1} tabs`).toBe(true);
    }
    expect(app.dialog).toBeNull();
  });

  it('keeps it also when a button in it went on to the next picture', async () => {
    await press('{F11}');
    await user.tab();
    const [before] = [document.activeElement];
    await press('.');
    expect(whole()).toHaveAccessibleName(words.item.full('p7'));
    expect(document.activeElement).toBe(before);
  });
});

describe('a stage', () => {
  it('is told to the look of whichever picture comes to it', async () => {
    const size = () => review.pictures.lookInHand?.stage;
    await press('{F11}');
    sized(whole()?.querySelector('.stage') as Element, 1200, 700);
    await waitFor(() => expect(size()).toEqual({ width: 1200, height: 700 }));
    await press('.');
    await waitFor(() => expect(size(), 'the next picture, on the same stage').toEqual({ width: 1200, height: 700 }));
    await press('{Escape}');
    sized(document.querySelector('[data-picture="p1"] .stage') as Element, 445, 278);
    await review.open(1);
    review.pictures.take('p1');
    await waitFor(() => expect(size(), 'another item, whose picture has the same id').toEqual({ width: 445, height: 278 }));
  });
});

describe('a peek', () => {
  const DOWN = '{Shift>}[Space>]';
  const open_ = () => document.body.innerHTML.includes('bird-open.svg');

  it.each([
    ['the key comes up', () => press('[/Space]')],
    ['Shift comes up', () => press('{/Shift}')],
    ['the window loses the keys', async () => void (await fireEvent.blur(window))],
    ['the window is hidden', async () => void (await fireEvent(document, new Event('visibilitychange')))],
  ])('lasts until %s, and its uncovering is stored as any', async (_, end) => {
    await press(DOWN);
    await waitFor(() => expect(open_()).toBe(true));
    expect(backend.sent('review.uncover')).toEqual([[1, 'p1']]);
    await end();
    await waitFor(() => expect(open_()).toBe(false));
    await press('{/Shift}');
    await press(DOWN);
    await waitFor(() => expect(open_()).toBe(true));
    expect(backend.sent('review.uncover'), 'once is enough').toHaveLength(1);
  });

  it('shows nothing where it ends before the uncovering is stored, or is refused', async () => {
    let store = () => {};
    const stored = new Promise<void>((done) => (store = done));
    const uncover = backend.review.uncover.bind(backend.review);
    backend.review.uncover = async (row, part) => {
      await stored;
      return uncover(row, part);
    };
    await press(DOWN);
    await press('[/Space]{/Shift}');
    store();
    await waitFor(() => expect(backend.sent('review.uncover')).toHaveLength(1));
    expect(open_()).toBe(false);
    backend.review.uncover = uncover;
    review.pictures.take('p7');
    backend.refuse.set('review.uncover', { code: 'busy', message: 'locked' });
    await press(DOWN);
    expect(await screen.findByText('locked')).toBeInTheDocument();
    expect(open_()).toBe(false);
  });

  it('goes on while other keys are pressed, and covers what was uncovered before', async () => {
    await press(' ');
    await waitFor(() => expect(open_()).toBe(true));
    await press(DOWN);
    await press('4');
    expect(open_()).toBe(true);
    await press('[/Space]');
    expect([open_(), shown()]).toEqual([false, []]);
  });

  it('ends with the item', async () => {
    await press(DOWN);
    await waitFor(() => expect(open_()).toBe(true));
    await review.setAside('skip');
    expect(review.review?.item.row).toBe(2);
    await review.open(1);
    expect(open_()).toBe(false);
  });

  it('is no place for a box, and no button or list begins it', async () => {
    await decide();
    await press(DOWN);
    await waitFor(() => expect(open_()).toBe(true));
    expect(review.chain.startBox(), 'its place would be covered in a moment').toBe(false);
    await press('[/Space]{/Shift}');
    expect([app.commands.can('peek'), app.commands.run('peek')]).toEqual([false, false]);
    expect(open_()).toBe(false);
  });
});
