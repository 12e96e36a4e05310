// Every screen and window: axe finds nothing serious, and all of it is reached by keys alone.
import { screen, waitFor, within } from '@testing-library/svelte';
import axe from 'axe-core';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { keymap } from '../kit/keymap.svelte';
import { language, LANGUAGES } from '../kit/language.svelte';
import { screens } from '../screens';
import { app, backend, models, open, user } from '../test/page';
import { words } from '../test/words';
import { names } from './words';

vi.setConfig({ testTimeout: 120_000 });

afterEach(() => {
  app.stop();
  language.chosen = 'system';
  keymap.changed = {};
});

/** What axe calls serious or critical. Contrast needs a layout, which jsdom has not: tokens.test.ts measures it. */
async function serious(): Promise<string[]> {
  const found = await axe.run(document.body, {
    resultTypes: ['violations'],
    rules: { 'color-contrast': { enabled: false }, 'scrollable-region-focusable': { enabled: false } },
  });
  return found.violations
    .filter((it) => it.impact === 'serious' || it.impact === 'critical')
    .flatMap((it) => it.nodes.map((node) => `${it.id}: ${node.html.slice(0, 160)}`));
}

async function decide(): Promise<void> {
  await user.keyboard('l');
  await user.keyboard('mi-2{Enter}{Escape}4{Shift>}3{/Shift}{Control>}{Enter}{/Control}');
  await screen.findByRole('region', { name: words.reasoning.title });
}

const SCREENS = screens.map((it) => it.id);

describe('axe', () => {
  it.each(SCREENS)('finds nothing serious on the screen %s', async (name) => {
    await open();
    await app.go(name);
    await waitFor(() => expect(screen.getByRole('main', { name: names.screen(name) })).toBeInTheDocument());
    expect(await serious()).toEqual([]);
  });

  it('finds nothing serious after the reveal', async () => {
    await open();
    await decide();
    expect(await serious()).toEqual([]);
  });

  it('finds nothing serious with a picture over the whole window, covered and not', async () => {
    await open();
    await user.keyboard('{F11}');
    await screen.findByRole('dialog', { name: words.item.full('p1') });
    expect(await serious()).toEqual([]);
    await user.keyboard(' ');
    await waitFor(() => expect(screen.getAllByRole('img', { name: 'Image p1, uncovered' }).length).toBeGreaterThan(0));
    expect(await serious()).toEqual([]);
  });

  it('finds nothing serious while the model reads', async () => {
    await open((it) => (it.reveals.slow = true));
    await user.keyboard('l');
    await user.keyboard('mi-2{Enter}{Escape}4{Shift>}3{/Shift}{Control>}{Enter}{/Control}');
    await screen.findByText(words.waiting.reading);
    expect(await serious()).toEqual([]);
  });

  it.each(['palette', 'menu', 'keys', 'policy', 'force', 'queue', 'install'] as const)('finds nothing serious in the window %s', async (name) => {
    await open();
    if (name === 'install') await models.install.askChosen();
    else app.dialog = name;
    await waitFor(() => expect(screen.getAllByRole(name === 'menu' ? 'menu' : 'dialog').length).toBeGreaterThan(0));
    expect(await serious()).toEqual([]);
  });
});

describe('axe, with a window over a review', () => {
  it.each(['stage', 'anew', 'reason', 'finish', 'changes', 'cite', 'keys'] as const)('finds nothing serious in %s', async (name) => {
    await open();
    await decide();
    app.dialog = name;
    await screen.findByRole('dialog');
    expect(await serious()).toEqual([]);
  });

  it('finds nothing serious where something failed, at its button and at the edge', async () => {
    await open();
    await decide();
    backend.refuse.set('review.submit', { code: 'busy', message: 'locked' });
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByRole('alert');
    app.report({ code: 'disk_full', message: 'no room', falsehoods: [] });
    await screen.findByText('no room');
    expect(await serious()).toEqual([]);
  });
});

describe('keys alone', () => {
  it.each(LANGUAGES)('go through every screen and back, in %s', async (spoken) => {
    backend.chosen = { ...backend.chosen, language: spoken };
    await open();
    await decide();
    await user.keyboard('yjn{Control>}{Enter}{/Control}');
    await waitFor(() => expect(backend.sent('review.submit')).toHaveLength(1));

    // Every screen has its own key, or is found in the menu; what is on it is reached by Tab.
    for (const name of SCREENS.filter((it) => it !== 'review')) {
      await user.keyboard('{F10}');
      await screen.findByRole('menu', { name: words.menu });
      const groups = within(screen.getByRole('menu', { name: words.menu })).getAllByRole('menuitem');
      const go = groups.findIndex((it) => it.textContent?.startsWith(words.groups.go));
      await user.keyboard('{ArrowDown}'.repeat(go));
      await user.keyboard('{Enter}');
      const items = within(await screen.findByRole('menu', { name: words.groups.go })).getAllByRole('menuitem');
      const at = items.findIndex((it) => it.querySelector('span')?.textContent === names.command(`go.${name}`));
      await user.keyboard('{ArrowDown}'.repeat(at));
      await user.keyboard('{Enter}');
      const main = await screen.findByRole('main', { name: names.screen(name) });
      await reachAll(main);
    }
    await user.keyboard('{Alt>}1{/Alt}');
    await screen.findByRole('main', { name: names.screen('review') });
    await user.keyboard('?');
    await screen.findByRole('dialog', { name: words.sheet.title });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(app.dialog).toBeNull());
  });
});

/** Tab goes once round the window and stops at everything in `main` that can be pressed or written in. */
async function reachAll(main: HTMLElement): Promise<void> {
  const stops = [...main.querySelectorAll<HTMLElement>('button, input, textarea, select, a[href]')].filter(
    (it) => !it.matches(':disabled, [tabindex="-1"], [type="radio"]:not(:checked)'),
  );
  const seen = new Set<Element>();
  const limit = document.querySelectorAll('button, input, textarea, select, a[href], [tabindex]').length + 5;
  for (let n = 0; n < limit && !stops.every((it) => seen.has(it)); n += 1) {
    await user.tab();
    if (document.activeElement) seen.add(document.activeElement);
  }
  expect(stops.filter((it) => !seen.has(it)).map((it) => it.outerHTML.slice(0, 120))).toEqual([]);
}
