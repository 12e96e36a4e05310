// Screens: before · keys · after.
import { screen, waitFor, within } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';

import { language } from '../kit/language.svelte';
import { screens } from '../screens';
import { app, backend, open, review, user } from '../test/page';
import { words } from '../test/words';
import { names, tables } from './words';

const firstImpression = 'l{Escape}';
async function decide(): Promise<void> {
  await user.keyboard('l');
  await user.keyboard('harmful med{Enter}{Escape}');
  await user.keyboard('4{Shift>}3{/Shift}');
  await user.keyboard('{Control>}{Enter}{/Control}');
  await screen.findByRole('region', { name: words.reasoning.title });
}

describe('before the reveal', () => {
  it('takes a first impression by keys alone', async () => {
    await open();
    await user.keyboard(firstImpression);
    await user.keyboard('4');
    expect(screen.getByText(/Still to do: name a clause; say how sure you are/)).toBeInTheDocument();
    await user.keyboard('l');
    expect(screen.getByRole('combobox', { name: words.before.which })).toHaveFocus();
    await user.keyboard('med{ArrowDown}{ArrowUp}{Enter}{Escape}');
    expect(screen.getByText(/MI-2 Harmful medical advice · primary/)).toBeInTheDocument();
    await user.keyboard('{Shift>}3{/Shift}r');
    await user.keyboard('Tells people to stop. 4 s{Control>}{Enter}{/Control}');
    await screen.findByText('first impression recorded: MI-2, remove, fairly sure');
    expect(backend.sent('review.store_impression')[0]?.[2]).toMatchObject({ note: 'Tells people to stop. 4 s' });
  });

  it('shows nothing of what a model said', async () => {
    await open();
    expect(screen.queryByText(words.scores.title)).not.toBeInTheDocument();
    expect(document.body.querySelector('[role="mark"]')).toBeNull();
  });

  it('removes the last clause on Backspace and shuts choices the clause does not allow', async () => {
    await open();
    await user.keyboard('l');
    await user.keyboard('mi-2{Enter}{Escape}');
    const shut = screen.getByRole('button', { name: 'Age-limit' });
    expect(shut).toBeDisabled();
    expect(shut).toHaveAttribute('title', 'MI-2 does not allow “Age-limit”');
    await user.keyboard('l');
    await user.keyboard('{Backspace}{Escape}');
    expect(screen.getByRole('button', { name: 'Age-limit' })).toBeEnabled();
  });

  it('goes on with one key through the severities', async () => {
    await open();
    await user.keyboard('l');
    await user.keyboard('mi-2{Enter}{Escape}');
    await user.keyboard('4');
    const checked = () => within(screen.getByRole('group', { name: words.before.severity })).getByRole('button', { pressed: true });
    expect(checked()).toHaveAccessibleName('Severity: 3, high');
    await user.keyboard('v');
    expect(checked()).toHaveAccessibleName('Severity: 4, gravest');
  });

  it('has no uncovered picture in the page until uncovering is stored', async () => {
    await open();
    expect(document.body.innerHTML).toContain('bird-covered.svg');
    expect(document.body.innerHTML).not.toContain('bird-open.svg');
    backend.refuse.set('review.uncover', { code: 'busy', message: 'locked' });
    await user.keyboard(' ');
    expect(document.body.innerHTML).not.toContain('bird-open.svg');
    await user.keyboard(' ');
    expect(await screen.findByRole('img', { name: 'Image p1, uncovered' })).toHaveAttribute('src', expect.stringContaining('bird-open.svg'));
    expect(backend.sent('review.uncover').at(-1)).toEqual([1, 'p1']);
    await user.keyboard(' ');
    expect(document.body.innerHTML).not.toContain('bird-open.svg');
  });

  it('blurs and greys an uncovered picture by keys', async () => {
    await open();
    await user.keyboard(' b{Shift>}b{/Shift}');
    const picture = await screen.findByRole('img', { name: 'Image p1, uncovered' });
    expect(picture.style.filter).toBe('blur(14px) grayscale(1)');
  });
});

describe('after the reveal', () => {
  it('marks the evidence and keeps the first impression in view', async () => {
    await open();
    await decide();
    expect(screen.getAllByRole('mark').map((it) => it.textContent)).toEqual([
      'Drink it for three days and throw your drops away',
      'cured of hay fever in one week',
    ]);
    expect(screen.getByText(/first impression recorded: MI-2, remove/)).toBeInTheDocument();
  });

  it('says of invented evidence that it is not in the item', async () => {
    await open();
    await decide();
    expect(screen.getByText(/not found in the item/)).toBeInTheDocument();
  });

  it('rates, moves and removes steps by keys', async () => {
    await open();
    await decide();
    await user.keyboard('ynut');
    expect(review.draft?.steps.map((it) => it.rating)).toEqual(['right', 'wrong', 'unsure', 'neutral', null, null]);
    expect(review.chain.focus, 'a rating goes on to the next step').toBe(4);
    await user.keyboard('k{Alt>}{ArrowUp}{/Alt}x');
    expect(review.draft?.steps.map((it) => [it.id, it.deleted]).slice(2, 4)).toEqual([['m4', true], ['m3', false]]);
  });

  it('edits in place and shows old and new words', async () => {
    await open();
    await decide();
    await user.keyboard('jj{Enter}');
    const area = screen.getByRole('textbox', { name: words.reasoning.stepText });
    expect(area).toHaveFocus();
    await user.clear(area);
    await user.type(area, 'People are told to act.{Enter}');
    const card = screen.getByRole('listitem', { name: 'Step 3, Exception' });
    expect(card.querySelector('del')).toHaveTextContent('It is a personal story');
    expect(card.querySelector('ins')).toHaveTextContent('People are told to act.');
  });

  it('adds a step of a chosen kind', async () => {
    await open();
    await decide();
    await user.keyboard('a');
    await screen.findByRole('dialog', { name: words.reasoning.stageOf });
    await user.keyboard('5');
    await user.type(await screen.findByRole('textbox', { name: words.reasoning.stepText }), 'It could be a joke.{Enter}');
    expect(review.draft?.steps[1]).toMatchObject({ stage: 'counterargument', text: 'It could be a joke.', source: 'human' });
  });

  it('attaches what is selected to the step in focus', async () => {
    await open();
    await decide();
    const run = document.querySelector('[data-part="p2"] [data-start="0"]')?.firstChild;
    if (run) getSelection()?.setBaseAndExtent(run, 0, run, 8);
    await user.keyboard('e');
    await waitFor(() => expect(backend.sent('review.check_anchor')).toHaveLength(1));
    expect(backend.sent('review.check_anchor')[0]?.[1]).toMatchObject({ kind: 'text_span', part: 'p2', start: 0, end: 7, quote: 'Doctors' });
    await waitFor(() => expect(review.draft?.steps[0]?.evidence).toContain('e6'));
  });

  it('attaches words chosen without a pointer', async () => {
    await open();
    await decide();
    await user.keyboard('e{ArrowRight}{Shift>}{ArrowRight}{/Shift}{Enter}');
    await waitFor(() => expect(backend.sent('review.check_anchor')[0]?.[1]).toMatchObject({ quote: "don't want" }));
  });

  it('shows a refused anchor on its step', async () => {
    await open();
    await decide();
    backend.refuse.set('review.check_anchor', { code: 'false_record', message: 'x', falsehoods: [{ place: { kind: 'evidence', id: 'e6' }, value: '3–2', rule: 'a span has a length' }] });
    await user.keyboard('e{Enter}');
    const card = screen.getByRole('listitem', { name: 'Step 1, Observation' });
    expect(await within(card).findByRole('alert')).toHaveTextContent('Not attached: “3–2”: a span has a length');
  });

  it('shows each falsehood of a refused submission, and goes to its step', async () => {
    await open();
    await decide();
    backend.refuse.set('review.submit', {
      code: 'false_record', message: 'x',
      falsehoods: [{ place: { kind: 'step', n: 5 }, value: 'e9', rule: 'no evidence has that id' }, { place: { kind: 'decision' }, value: 'severity 4', rule: 'MI-2 has severity 2–3' }],
    });
    await user.keyboard('{Control>}{Enter}{/Control}');
    const refused = await screen.findByText(/Not submitted: 2 things are not so/);
    expect(refused.parentElement).toHaveTextContent('Step 5 “e9”: no evidence has that id');
    expect(refused.parentElement).toHaveTextContent('Decision “severity 4”: MI-2 has severity 2–3');
    expect(screen.getByRole('listitem', { name: 'Step 5, Counter-argument' })).toHaveAttribute('aria-current', 'step');
  });

  it('submits, says what is missing, and undoes', async () => {
    await open();
    await decide();
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByText(/stored as incomplete: exception MI-2\/x2 not addressed/);
    expect(review.review?.item.row).toBe(2);
    await user.keyboard('{Control>}z{/Control}');
    await waitFor(() => expect(review.review?.item.row).toBe(1));
  });

  it('says that a draft could not be saved', async () => {
    await open();
    await decide();
    backend.refuse.set('review.save_draft', { code: 'disk_full', message: 'no space left' });
    await user.keyboard('y');
    expect(await screen.findByText(/Draft not saved, trying again: no space left/, {}, { timeout: 2000 })).toBeInTheDocument();
  });
});

describe('around the review', () => {
  it('names the way on from an empty queue', async () => {
    await open();
    await user.keyboard('sssss');
    for (let n = 0; n < 8 && review.phase !== 'empty'; n += 1) {
      await waitFor(() => expect(review.busy).toBe(false));
      await user.keyboard('s');
    }
    expect(await screen.findByRole('heading', { name: 'Nothing left in Reported' })).toBeInTheDocument();
    expect(screen.getByRole('button', { name: 'Arabic, 1 open' })).toBeInTheDocument();
  });

  it('lists every key on the sheet, those that count here before the others', async () => {
    await open();
    await user.keyboard('?');
    const sheet = await screen.findByRole('dialog', { name: words.sheet.title });
    expect(within(sheet).getByText(words.commands.store)).toBeInTheDocument();
    expect(within(sheet).queryByText(words.commands.cite)).not.toBeInTheDocument();
    await user.click(within(sheet).getByRole('button', { name: /^Keys of other screens/ }));
    expect(within(sheet).getByText(words.commands.cite)).toBeInTheDocument();
    expect(within(sheet).getByText(words.commands['pick.attach'])).toBeInTheDocument();
  });

  it('finds items, clauses and commands in one field', async () => {
    await open();
    await user.keyboard('{Control>}k{/Control}');
    const field = await screen.findByRole('combobox', { name: words.palette.title });
    await user.type(field, 'tea');
    expect(await screen.findByRole('option', { name: /vid-20261118-0077/ })).toBeInTheDocument();
    await user.clear(field);
    await user.type(field, 'phish');
    expect(await screen.findByRole('option', { name: /FR-2 Phishing/ })).toBeInTheDocument();
  });

  it('asks for a name once, then for a case file', async () => {
    await open((it) => Object.assign(it.state, { reviewer: null, case: null }));
    await user.type(screen.getByRole('textbox', { name: words.start.name }), 'Mira{Enter}');
    expect(await screen.findByText('Reviewing as Mira')).toBeInTheDocument();
    expect(screen.getByRole('button', { name: /autumn\.casebook/ })).toBeDisabled();
    await user.click(screen.getByRole('button', { name: /reports\.casebook/ }));
    expect(await screen.findByText(words.before.what)).toBeInTheDocument();
  });

  it('shows an error in words, with the message and a way out', async () => {
    await open((it) => Object.assign(it.state, { case: null }));
    backend.refuse.set('file.open_case', { code: 'case_newer', message: 'schema 9, this Casebook knows 3' });
    await user.click(screen.getByRole('button', { name: /reports\.casebook/ }));
    const region = screen.getByRole('status', { name: words.messages.region });
    await within(region).findByText('schema 9, this Casebook knows 3');
    expect(region).toHaveTextContent(words.errors.case_newer.what);
    expect(region).toHaveTextContent(words.errors.case_newer.way);
  });

  it('keeps a failure until Escape dismisses it, in a row of its own that covers nothing', async () => {
    await open();
    app.report({ code: 'disk_full', message: 'no room', falsehoods: [] });
    app.say('Something else happened');
    const region = screen.getByRole('status', { name: words.messages.region });
    expect(await within(region).findByText('no room')).toBeInTheDocument();
    expect(within(region).queryByText('Something else happened'), 'notes stand in the bottom bar').not.toBeInTheDocument();
    expect(screen.getByRole('contentinfo')).toHaveTextContent('Something else happened');
    expect(region.closest('.frame'), 'it takes its room in the frame').not.toBeNull();
    await user.keyboard('{Escape}');
    await waitFor(() => expect(screen.queryByText('no room')).not.toBeInTheDocument());
  });

  it('says why a first impression was not stored at its button, with what was picked, until it is stored', async () => {
    await open();
    backend.refuse.set('review.store_impression', { code: 'busy', message: 'another program was still writing' });
    await user.keyboard('1{Shift>}4{/Shift}{Control>}{Enter}{/Control}');
    const card = screen.getByRole('group', { name: words.before.title });
    expect(await within(card).findByRole('alert')).toHaveTextContent('another program was still writing');
    expect(within(card).getByRole('button', { name: words.choices.allow })).toHaveAttribute('aria-pressed', 'true');
    await user.keyboard('{Control>}{Enter}{/Control}');
    await screen.findByRole('region', { name: words.reasoning.title });
    expect(screen.queryByText('another program was still writing')).not.toBeInTheDocument();
  });

  it('is larger and smaller by keys, and stays so', async () => {
    await open();
    await user.keyboard('{Control>}+{/Control}{Control>}={/Control}');
    await waitFor(() => expect(backend.chosen.text_percent).toBe(125));
    await user.keyboard('{Control>}-{/Control}');
    await waitFor(() => expect(backend.chosen.text_percent).toBe(110));
    await user.keyboard('{Control>}0{/Control}');
    await waitFor(() => expect(backend.chosen.text_percent).toBe(100));
    expect(document.documentElement.style.getPropertyValue('--size')).toBe('1');
  });

  it.each(screens.map((it) => it.id))('says nothing in English at the bottom of %s in German', async (id) => {
    backend.chosen = { ...backend.chosen, language: 'de' };
    await open();
    await app.go(id);
    await screen.findByRole('main', { name: names.screen(id) });
    const english = Object.values(tables.en.hints).flatMap((it) => Object.values(it as Record<string, string>));
    const german = Object.values(tables.de.hints).flatMap((it) => Object.values(it as Record<string, string>));
    const shown = [...screen.getByRole('contentinfo').querySelectorAll('.hint')].map((it) => it.lastChild?.textContent?.trim() ?? '');
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.filter((it) => english.includes(it) && !german.includes(it))).toEqual([]);
  });

  it('records nothing in a file opened for reading', async () => {
    await open((it) => it.state.case && (it.state.case.read_only = true));
    await user.keyboard('1{Shift>}4{/Shift}');
    expect(screen.getByRole('button', { name: words.commands.store })).toBeDisabled();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(backend.sent('review.store_impression')).toEqual([]);
  });

  it('looks at a CSV, maps a column, imports it and says what was taken, left and refused', async () => {
    await open();
    backend.path = '/data/new.csv';
    await user.keyboard('{Alt>}2{/Alt}');
    await user.click(await screen.findByRole('button', { name: words.commands['import.file'] }));
    const field = await screen.findByRole('combobox', { name: words.data.becomesOf('tweet') });
    expect(screen.getByText(words.data.noRows)).toBeInTheDocument();
    await user.type(field, 'text{Tab}');
    await waitFor(() => expect(screen.getAllByText('Cheap watches')).toHaveLength(2));
    expect(screen.getByText(/1 columns; the header has 3/)).toBeInTheDocument();
    await user.click(screen.getByRole('button', { name: words.commands['import.start'] }));
    await waitFor(() => expect(backend.sent('data.start_import')).toHaveLength(1));
    expect(backend.sent('data.start_import')[0]).toMatchObject([{ path: '/data/new.csv', columns: [{ field: 'text', column: 'tweet' }] }]);
    app.stop();
  });

  it('takes an import back, after asking', async () => {
    await open();
    await user.keyboard('{Alt>}2{/Alt}');
    await user.click(await screen.findByRole('button', { name: words.data.takeBackOf('/data/wrong.csv') }));
    const dialog = await screen.findByRole('dialog', { name: words.data.takeBackTitle });
    expect(backend.sent('data.take_back_import')).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: words.data.takeBack }));
    await waitFor(() => expect(backend.sent('data.take_back_import')).toEqual([['/data/wrong.csv']]));
    expect(await screen.findByText(words.data.importsNone)).toBeInTheDocument();
    app.stop();
  });

  it('says exactly what installing the model fetches before it fetches', async () => {
    await open((it) => (it.state.model.installed = false));
    await user.keyboard('{Alt>}2{/Alt}');
    await user.keyboard('2');
    await user.click(await screen.findByRole('button', { name: words.commands['install.ask'] }));
    const dialog = await screen.findByRole('dialog', { name: words.install.title('all-MiniLM-L6-v2') });
    expect(dialog).toHaveTextContent('90,868,376 bytes (91 MB)');
    expect(dialog).toHaveTextContent('huggingface.co');
    expect(backend.sent('models.start_install')).toEqual([]);
    await user.click(within(dialog).getByRole('button', { name: words.install.go }));
    expect(backend.sent('models.start_install')).toEqual([['minilm-l6-v2']]);
    app.stop();
  });

  it('keeps a queue with blind items from being ordered by risk', async () => {
    await open();
    await user.keyboard('{Alt>}4{/Alt}');
    await user.click(await screen.findByRole('button', { name: words.commands['queue.new'] }));
    const form = await screen.findByRole('form', { name: words.commands['queue.new'] });
    const risk = within(form).getByRole('radio', { name: words.queues.orders.risk });
    expect(risk).toBeDisabled();
    await user.click(within(form).getByRole('radio', { name: words.queues.modes.assisted }));
    expect(risk).toBeEnabled();
    await user.click(risk);
    await user.click(within(form).getByRole('radio', { name: words.queues.modes.drawn }));
    expect(within(form).getByRole('alert')).toHaveTextContent(words.queues.faults.risk);
    await user.type(within(form).getByRole('textbox', { name: words.queues.name }), 'Mixed');
    await user.click(within(form).getByRole('button', { name: words.save }));
    expect(backend.sent('review.save_queue')).toEqual([]);
    await user.click(within(form).getByRole('radio', { name: words.queues.orders.chance }));
    await user.click(within(form).getByRole('button', { name: words.save }));
    await waitFor(() => expect(backend.sent('review.save_queue')[0]?.[0]).toMatchObject({ name: 'Mixed', order: 'chance', mode: { kind: 'drawn', blind_probability: 0.5 } }));
  });

  it('asks before a queue goes', async () => {
    await open();
    await user.keyboard('{Alt>}4{/Alt}');
    await user.click(await screen.findByRole('button', { name: 'Remove Arabic' }));
    const ask = await screen.findByRole('dialog', { name: 'Remove Arabic?' });
    expect(ask).toHaveTextContent(words.queues.removeWhat);
    await user.click(within(ask).getByRole('button', { name: words.remove }));
    await waitFor(() => expect(backend.sent('review.remove_queue')).toEqual([['Arabic']]));
  });

  it('follows the system unless a person chose', async () => {
    await open();
    expect(document.documentElement.dataset['theme']).toBe('dark');
    await user.click(screen.getByRole('button', { name: words.theme.system }));
    expect(document.documentElement.dataset['theme']).toBe('light');
    expect(backend.chosen.theme).toBe('light');
    expect(localStorage.length).toBe(0);
  });
});

vi.setConfig({ testTimeout: 20_000 });

describe('in German', () => {
  it('goes through a review with the same keys, and the document says its language', async () => {
    await open((it) => (it.chosen = { ...it.chosen, language: 'de' }));
    expect(document.documentElement).toHaveAttribute('lang', 'de');
    expect(screen.getByText('Was würden Sie tun?')).toBeInTheDocument();
    await decide();
    expect(screen.getByText('erster Eindruck gespeichert: MI-2, entfernen, ziemlich sicher')).toBeInTheDocument();
    language.chosen = 'en';
    expect(await screen.findByText('first impression recorded: MI-2, remove, fairly sure')).toBeInTheDocument();
    expect(document.documentElement).toHaveAttribute('lang', 'en');
  });

  it('says what is missing, and where something is not so', async () => {
    await open((it) => (it.chosen = { ...it.chosen, language: 'de' }));
    await decide();
    backend.refuse.set('review.submit', {
      code: 'false_record', message: 'x', falsehoods: [{ place: { kind: 'step', n: 5 }, value: 'e9', rule: 'no evidence has that id' }],
    });
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findByRole('button', { name: 'Schritt 5' })).toBeInTheDocument();
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await screen.findByText(/unvollständig gespeichert: Ausnahme MI-2\/x2 nicht behandelt/)).toBeInTheDocument();
  });
});
