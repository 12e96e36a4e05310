// Settings and the menu: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { keymap } from '../../kit/keymap.svelte';
import { language } from '../../kit/language.svelte';
import { table } from '../../shell/commands';
import { names } from '../../shell/words';
import { app, backend, open, user } from '../../test/page';
import { words } from '../../test/words';

vi.setConfig({ testTimeout: 20_000 });

afterEach(() => {
  language.chosen = 'system';
  keymap.changed = {};
});

const settings = () => user.keyboard('{Control>},{/Control}');

/** Goes to the list of keys and opens the window of one action, without a pointer. */
async function change(action: string): Promise<HTMLElement> {
  await user.keyboard('3');
  const find = screen.getByRole('searchbox', { name: words.settings.find });
  find.focus();
  await user.keyboard(action);
  await user.tab();
  await user.keyboard('{Enter}');
  return screen.findByRole('dialog', { name: action });
}

describe('settings', () => {
  it('are there before a case file is open', async () => {
    await open((it) => Object.assign(it.state, { case: null, reviewer: null }));
    await user.click(screen.getByRole('button', { name: names.screen('settings') }));
    expect(screen.getByRole('heading', { level: 1, name: names.screen('settings') })).toBeInTheDocument();
  });

  it('change the theme and the language at once, and the desk keeps them', async () => {
    await open();
    await settings();
    screen.getByRole('radio', { name: 'light' }).focus();
    await user.keyboard(' ');
    expect(document.documentElement.dataset['theme']).toBe('light');
    await user.click(screen.getByRole('radio', { name: 'Deutsch' }));
    expect(screen.getByRole('heading', { level: 1, name: 'Einstellungen' })).toBeInTheDocument();
    await waitFor(() => expect(backend.chosen).toMatchObject({ theme: 'light', language: 'de' }));
  });

  it('change the size of everything', async () => {
    await open();
    await settings();
    await user.click(screen.getByRole('radio', { name: '125%' }));
    expect(document.documentElement.style.getPropertyValue('--size')).toBe('1.25');
    expect(backend.chosen.text_percent).toBe(125);
  });

  it('are shown when the window opens', async () => {
    await open((it) => (it.chosen = { ...it.chosen, theme: 'light', language: 'de', blur: true, keys: { skip: ['F2'] } }));
    expect([document.documentElement.dataset['theme'], app.preferences.look.blur, words.close]).toEqual(['light', true, 'Schließen']);
    await user.keyboard('{F2}');
    expect(backend.sent('review.set_aside')).toHaveLength(1);
  });

  it('say how an uncovered image starts', async () => {
    await open();
    await settings();
    await user.click(screen.getByRole('tab', { name: words.settings.images }));
    await user.click(screen.getByRole('checkbox', { name: words.settings.grey }));
    await user.keyboard('{Alt>}1{/Alt} ');
    expect((await screen.findByRole('img', { name: 'Image p1, uncovered' })).style.filter).toContain('grayscale(1)');
    expect(backend.chosen.grey).toBe(true);
  });

  it('are turned through by the arrows, and stay where they were', async () => {
    await open();
    await settings();
    const tab = (name: string) => screen.getByRole('tab', { name });
    expect(tab(words.settings.look)).toHaveAttribute('aria-selected', 'true');
    tab(words.settings.look).focus();
    await user.keyboard('{ArrowRight}{ArrowRight}');
    expect(tab(words.settings.keys)).toHaveFocus();
    expect(screen.getByRole('tabpanel', { name: words.settings.keys })).toContainElement(screen.getByRole('searchbox', { name: words.settings.find }));
    await user.keyboard('{ArrowRight}');
    expect(tab(words.settings.look)).toHaveFocus();
    await user.keyboard('{End}{ArrowLeft}{Alt>}1{/Alt}{Control>},{/Control}');
    expect(tab(words.settings.images)).toHaveAttribute('aria-selected', 'true');
    expect(screen.getAllByRole('tab').filter((it) => it.tabIndex === 0)).toHaveLength(1);
  });

  it('say that they could not be kept', async () => {
    await open();
    await settings();
    backend.refuse.set('file.save_preferences', { code: 'disk_full', message: 'no space left' });
    await user.click(screen.getByRole('radio', { name: 'light' }));
    expect(await screen.findByText('no space left')).toBeInTheDocument();
  });
});

describe('keys in settings', () => {
  it('change by pressing the new one, and go back to the usual one', async () => {
    await open();
    await settings();
    const dialog = await change(words.commands.skip);
    await user.keyboard('{F2}');
    await user.click(within(dialog).getByRole('button', { name: words.settings.use('F2') }));
    expect(backend.chosen.keys).toEqual({ skip: ['F2'] });
    expect(await screen.findByText(`${words.commands.skip}: F2`)).toBeInTheDocument();

    await user.click(screen.getByRole('button', { name: words.settings.allUsual }));
    await waitFor(() => expect(backend.chosen.keys).toEqual({}));
  });

  it('refuse a key that is taken, and name both actions', async () => {
    await open();
    await settings();
    const dialog = await change(words.commands.skip);
    await user.keyboard('l');
    expect(within(dialog).getByRole('alert')).toHaveTextContent(
      'L cannot be for “Skip: do not meet it again”: “Add a clause” has it in the same place. Give that one another key first.');
    expect(within(dialog).queryByRole('button', { name: words.settings.use('L') })).not.toBeInTheDocument();
    await user.keyboard('{Escape}');
    expect(backend.sent('file.save_preferences')).toEqual([]);
  });

  it('show on buttons, in the sheet and in the palette', async () => {
    await open((it) => (it.chosen = { ...it.chosen, keys: { skip: ['F2'] } }));
    const button = screen.getByRole('button', { name: words.before.skip });
    expect(button).toHaveAttribute('aria-keyshortcuts', 'F2');
    await user.keyboard('?');
    const sheet = await screen.findByRole('dialog', { name: words.sheet.title });
    expect(within(sheet).getByText('F2')).toBeInTheDocument();
  });

  it('that collide in the stored file are left out, and the window says so', async () => {
    await open((it) => (it.chosen = { ...it.chosen, keys: { skip: ['L'] } }));
    expect(await screen.findByText(words.messages.dropped(words.commands.skip))).toBeInTheDocument();
    await user.keyboard('s');
    expect(backend.sent('review.set_aside')).toHaveLength(1);
  });
});

describe('the menu', () => {
  it('opens by its key, runs a command by arrows and Enter', async () => {
    await open();
    await user.keyboard('{F10}');
    await screen.findByRole('menu', { name: words.menu });
    // Go to › Review, Data, Policy: typed letters find the group, arrows the entry.
    await user.keyboard('g{ArrowRight}');
    const sub = await screen.findByRole('menu', { name: words.groups.go });
    await waitFor(() => expect(within(sub).getByRole('menuitem', { name: /^Review/ })).toHaveFocus());
    await user.keyboard('{ArrowDown}{Enter}');
    await waitFor(() => expect(app.screen).toBe('data'));
    expect(app.dialog).toBeNull();
  });

  it('closes by Escape and gives the focus back', async () => {
    await open();
    const search = screen.getByRole('button', { name: new RegExp(`^${words.palette.title}`) });
    search.focus();
    await user.keyboard('{F10}');
    await screen.findByRole('menu', { name: words.menu });
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByRole('menu')).not.toBeInTheDocument());
    expect(search).toHaveFocus();
    expect(app.dialog).toBeNull();
  });

  it('has every command, and dims what cannot run now', async () => {
    await open();
    await user.keyboard('{F10}');
    await screen.findByRole('menu', { name: words.menu });
    const seen = new Set<string>();
    for (const group of screen.getAllByRole('menuitem')) {
      group.focus();
      await user.keyboard('{ArrowRight}');
      const sub = await screen.findByRole('menu', { name: group.textContent?.replace('›', '').trim() ?? '' });
      for (const it of within(sub).getAllByRole('menuitem')) seen.add(it.querySelector('span')?.textContent ?? '');
      if (group.textContent?.startsWith(words.groups.steps))
        expect(within(sub).getByRole('menuitem', { name: new RegExp(words.commands['step.edit']) })).toHaveAttribute('aria-disabled', 'true');
      await user.keyboard('{ArrowLeft}');
    }
    const expected = table.all.filter((it) => it.where !== 'picking' && !['menu', 'leave'].includes(it.id)).map((it) => names.command(it.id));
    expect([...seen].sort()).toEqual([...new Set(expected)].sort());
  });
});
