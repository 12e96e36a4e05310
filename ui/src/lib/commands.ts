// Every action that has a key or a button. A button runs the same entry as its key; the palette, the menu,
// the sheet behind `?`, the settings of keys and docs/manual/keys.md are made from this table.
import { selected, trimmed } from './selection';
import { opens } from './clauses';
import { CHOICES, CONFIDENCES, REASONS } from './judgement';
import { keymap } from './keymap.svelte';
import { isWriting, keyCap, keyName, usesKey } from './keys';
import { STEP } from './models/models.svelte';
import { spanAnchor } from './state/anchor.svelte';
import type { App, Screen } from './state/app.svelte';
import type { ItemsState } from './items/items.svelte';
import type { Choice, Confidence, ExportRequest, Filter, Rating } from './types';
import { words } from './words';
import type { ItemsCommandId } from './words/items';
import type { ModelsCommandId } from './words/models';
import type { StepCommandId } from './words/steps';

/** Places that count at once: there, a key belongs to one action. */
export const TOGETHER: readonly (readonly Where[])[] = [
  ['anywhere', 'review', 'before'], ['anywhere', 'review', 'after'], ['anywhere', 'items'], ['anywhere', 'data'],
  ['anywhere', 'models'], ['picking'],
];

/** Where in the menu an action stands. */
export type Group = 'case' | 'go' | 'view' | 'item' | 'decide' | 'steps' | 'items' | 'data' | 'picking';
export const GROUPS: readonly Group[] = ['case', 'go', 'view', 'item', 'decide', 'steps', 'items', 'data'];

/** Where a key counts. `review` counts before and after the reveal; `picking` shuts the others out. */
export type Where = 'anywhere' | 'review' | 'before' | 'after' | 'items' | 'picking' | 'data' | 'models';

export type CommandId =
  | 'palette' | 'menu' | 'keys' | 'theme' | `go.${Screen}` | 'undo' | 'redo' | 'fetch'
  | `choose.${Choice}` | `sure.${Confidence}` | 'clause' | 'severity.next' | 'severity.back' | 'policy'
  | `scroll.${'item' | 'side'}.${'down' | 'up'}`
  | 'cover' | 'blur' | 'grey' | 'marks' | 'skip' | 'defer' | 'note.before' | 'store' | 'submit'
  | 'step.next' | 'step.back' | `rate.${Rating}` | 'step.edit' | 'step.add' | 'step.remove' | 'step.up' | 'step.down'
  | StepCommandId | ItemsCommandId | ModelsCommandId | 'evidence' | 'cite' | 'note.remediation' | 'note.message' | 'leave'
  | `pick.${'left' | 'right' | 'up' | 'down' | 'less_wide' | 'wider' | 'less_high' | 'higher' | 'next' | 'back' | 'attach' | 'cancel'}`
  | 'case.new' | 'case.open' | 'case.close' | 'import.file' | 'import.folder' | 'import.start'
  | 'score.start' | 'score.pause' | 'score.resume' | 'install.ask' | 'export.folder' | 'export.start'
  | 'export.preview' | `preview.${'next' | 'back'}` | 'queue.new';

export interface Command {
  id: CommandId;
  /** As the person set them, else the usual ones. */
  readonly keys: readonly string[];
  readonly usual: readonly string[];
  where: Where;
  group: Group;
  /** Also while a person writes in a field. */
  inField?: boolean;
  /** Also while the key is held down. */
  repeats?: boolean;
  when: (app: App) => boolean;
  run: (app: App) => unknown;
}

const always = () => true;
const ready = (app: App) => app.ready;
const reviewing = (app: App) => app.review.review !== null && !app.review.busy;
const onItem = (app: App) => app.items.rows.length > 0;
const listed = (app: App) => app.items.total > 0;
const handsOn = (app: App) => writable(app) && onItem(app);
const writable = (app: App) => app.ready && !app.readOnly;
const recording = (app: App) => reviewing(app) && !app.readOnly;
const onStep = (app: App) => app.review.chain.step !== undefined;
const onTheirs = (app: App) => onStep(app) && app.review.chain.step?.source !== 'human';

function entry(id: CommandId, keys: string, where: Where, when: Command['when'], run: Command['run'], more: Partial<Command> = {}): Command {
  const usual = keys === '' ? [] : keys.split(' ');
  const group = groupOf(id, where);
  return { id, usual, get keys() { return keymap.changed[id] ?? usual; }, where, group, when, run, ...more };
}

/** By the first word of the action, else by where its key counts. */
function groupOf(id: CommandId, where: Where): Group {
  const [first = ''] = id.split('.');
  if (first === 'case' || first === 'go') return first;
  if (['import', 'score', 'install', 'export', 'preview', 'queue', 'models', 'label', 'threshold'].includes(first)) return 'data';
  if (['cover', 'blur', 'grey', 'marks', 'scroll'].includes(first)) return 'item';
  const byPlace = { anywhere: 'view', review: 'decide', before: 'decide', after: 'steps', items: 'items', picking: 'picking', data: 'data', models: 'data' } as const;
  return byPlace[where];
}

const go = (screen: Screen, key: string) =>
  entry(`go.${screen}`, key, 'anywhere', screen === 'start' || screen === 'settings' ? always : ready, (app) => app.go(screen));

export const commands: readonly Command[] = [
  entry('palette', 'Ctrl+K', 'anywhere', always, (app) => (app.dialog = 'palette'), { inField: true }),
  entry('menu', 'F10', 'anywhere', always, (app) => (app.dialog = 'menu'), { inField: true }),
  entry('keys', '?', 'anywhere', always, (app) => (app.dialog = 'keys')),
  go('review', 'Alt+1'),
  go('data', 'Alt+2'),
  go('policy', 'Alt+3'),
  go('queues', 'Alt+4'),
  go('start', 'Alt+5'),
  go('items', 'Alt+I'),
  go('models', 'Alt+M'),
  go('settings', 'Ctrl+,'),
  entry('undo', 'Ctrl+Z', 'review', (app) => app.review.queue !== '' && !app.review.busy, (app) => app.review.undo()),
  entry('fetch', 'Shift+N', 'review', (app) => app.review.queue !== '' && !app.review.busy, (app) => app.review.next()),
  entry('redo', 'Ctrl+Shift+Z', 'review', reviewing, (app) => app.review.redo()),
  entry('leave', 'Escape', 'anywhere', always, leave, { inField: true }),
  entry('theme', '', 'anywhere', always, (app) => app.preferences.change({ theme: app.theme.next })),

  ...([['item', ''], ['side', 'Shift+']] as const).flatMap(([column, shift]) => [
    entry(`scroll.${column}.down`, `${shift}PageDown`, 'review', reviewing, () => scroll(column, 1), { repeats: true }),
    entry(`scroll.${column}.up`, `${shift}PageUp`, 'review', reviewing, () => scroll(column, -1), { repeats: true }),
  ]),
  entry('cover', 'Space', 'review', hasImage, (app) => app.review.covers.toggle(app.review.review?.item.parts ?? [])),
  entry('blur', 'B', 'review', hasImage, (app) => app.turn('blur')),
  entry('grey', 'G', 'review', hasImage, (app) => app.turn('grey')),
  entry('marks', 'H', 'review', reviewing, (app) => app.turn('marks')),
  ...CHOICES.map((choice, n) => entry(`choose.${choice}`, `${n + 1}`, 'review', reviewing, (app) => choose(app, choice))),
  ...CONFIDENCES.map((it, n) =>
    entry(`sure.${it}`, `Shift+${n + 1}`, 'review', reviewing, (app) => app.review.judge({ confidence: it }))),
  entry('clause', 'L', 'review', reviewing, () => focusOn('clause')),
  entry('severity.next', 'V', 'review', reviewing, (app) => app.review.turnSeverity(1)),
  entry('severity.back', 'Shift+V', 'review', reviewing, (app) => app.review.turnSeverity(-1)),
  entry('policy', 'P', 'anywhere', (app) => app.case.policy !== null, (app) => app.showClause(app.review.openClause ?? null)),
  entry('skip', 'S', 'review', recording, (app) => app.review.setAside('skip')),
  entry('defer', 'D', 'review', recording, (app) => app.review.setAside('defer')),

  entry('note.before', 'R', 'before', reviewing, () => focusOn('note')),
  entry('store', 'Ctrl+Enter', 'before', (app) => recording(app) && app.review.lacks.length === 0,
    (app) => app.review.storeImpression(), { inField: true }),

  entry('step.next', 'J ArrowDown', 'after', onStep, (app) => app.review.chain.focusStep(app.review.chain.focus + 1), { repeats: true }),
  entry('step.back', 'K ArrowUp', 'after', onStep, (app) => app.review.chain.focusStep(app.review.chain.focus - 1), { repeats: true }),
  ...([['right', 'Y'], ['neutral', 'T'], ['unsure', 'U'], ['wrong', 'N']] as const).map(([it, key]) =>
    entry(`rate.${it}`, key, 'after', onStep, (app) => app.review.chain.rate(it))),
  entry('step.unrated', 'Shift+J', 'after', onStep, (app) => app.review.chain.focusUnrated(1)),
  entry('step.unrated.back', 'Shift+K', 'after', onStep, (app) => app.review.chain.focusUnrated(-1)),
  entry('step.first', 'Home', 'after', onStep, (app) => app.review.chain.focusStep(0)),
  entry('step.last', 'End', 'after', onStep, (app) => app.review.chain.focusStep(Number.MAX_SAFE_INTEGER)),
  entry('reason', 'I', 'after', onTheirs, (app) => (app.dialog = 'reason')),
  entry('critique', 'Q', 'after', onStep, criticise),
  entry('step.edit', 'Enter', 'after', onStep, (app) => app.review.chain.edit()),
  entry('step.add', 'A', 'after', reviewing, (app) => (app.dialog = 'stage')),
  entry('step.remove', 'X Delete', 'after', onStep, (app) => app.review.chain.remove()),
  entry('step.up', 'Alt+ArrowUp', 'after', onStep, (app) => app.review.chain.move(-1), { repeats: true }),
  entry('step.down', 'Alt+ArrowDown', 'after', onStep, (app) => app.review.chain.move(1), { repeats: true }),
  entry('step.top', 'Alt+Home', 'after', onStep, (app) => app.review.chain.moveTo(0)),
  entry('step.bottom', 'Alt+End', 'after', onStep, (app) => app.review.chain.moveTo(Number.MAX_SAFE_INTEGER)),
  entry('step.reset', 'Z', 'after', (app) => (app.review.chain.step?.draft_text ?? null) !== null, (app) => app.review.chain.resetWords()),
  entry('other.add', 'O', 'after', onStep, (app) => app.review.chain.startOffer()),
  entry('other.next', 'Shift+O', 'after', hasOthers, (app) => app.review.chain.chooseNext()),
  entry('other.remove', 'Shift+X', 'after', (app) => app.review.chain.chosen?.at != null, takeOut),
  ...([['right', 'Alt+Y'], ['neutral', 'Alt+T'], ['unsure', 'Alt+U'], ['wrong', 'Alt+N']] as const).map(([it, key]) =>
    entry(`other.rate.${it}`, key, 'after', (app) => app.review.chain.chosen !== undefined, (app) => rateChosen(app, it))),
  entry('anew', 'W', 'after', reviewing, writeAnew),
  entry('finish', 'F', 'after', reviewing, (app) => (app.dialog = 'finish')),
  entry('stops', 'Shift+F', 'after', reviewing, (app) => app.review.chain.turnStops()),
  entry('changes', 'Shift+D', 'after', reviewing, (app) => (app.dialog = 'changes')),
  entry('evidence', 'E', 'after', onStep, attachEvidence),
  entry('box', 'Shift+E', 'after', (app) => onStep(app) && hasImage(app), drawBox),
  entry('evidence.drop', 'Backspace', 'after', (app) => (app.review.chain.step?.evidence.length ?? 0) > 0, (app) => app.review.chain.dropEvidence()),
  entry('cite', 'C', 'after', onStep, (app) => (app.dialog = 'cite')),
  entry('note.remediation', 'R', 'after', reviewing, () => focusOn('remediation')),
  entry('note.message', 'M', 'after', reviewing, () => focusOn('message')),
  entry('submit', 'Ctrl+Enter', 'after', (app) => recording(app) && app.review.lacks.length === 0,
    (app) => app.review.submit(), { inField: true }),

  ...(
    [
      ['left', 'ArrowLeft', -1, 0, false], ['right', 'ArrowRight', 1, 0, false],
      ['up', 'ArrowUp', 0, -1, false], ['down', 'ArrowDown', 0, 1, false],
      ['less_wide', 'Shift+ArrowLeft', -1, 0, true], ['wider', 'Shift+ArrowRight', 1, 0, true],
      ['less_high', 'Shift+ArrowUp', 0, -1, true], ['higher', 'Shift+ArrowDown', 0, 1, true],
    ] as const
  ).map(([it, key, dx, dy, extend]) =>
    entry(`pick.${it}`, key, 'picking', always, (app) => app.review.chain.picker?.arrow(dx, dy, extend), { repeats: true })),
  ...([['left', 'ArrowLeft', -1, 0], ['right', 'ArrowRight', 1, 0], ['up', 'ArrowUp', 0, -1], ['down', 'ArrowDown', 0, 1]] as const).map(
    ([it, key, dx, dy]) => entry(`pick.fine.${it}`, `Ctrl+${key}`, 'picking', always, (app) => app.review.chain.picker?.nudge(dx, dy), { repeats: true })),
  entry('pick.more', 'Space', 'picking', always, attachMore),
  entry('pick.next', 'Tab', 'picking', always, (app) => app.review.chain.picker?.turn(1)),
  entry('pick.back', 'Shift+Tab', 'picking', always, (app) => app.review.chain.picker?.turn(-1)),
  entry('pick.attach', 'Enter E', 'picking', always, attachEvidence),
  entry('pick.cancel', 'Escape', 'picking', always, (app) => app.review.chain.stopPicking()),

  ...(
    [
      ['down', 'J ArrowDown', (it) => it.cursor + 1], ['up', 'K ArrowUp', (it) => it.cursor - 1],
      ['page.down', 'PageDown', (it) => it.cursor + it.page], ['page.up', 'PageUp', (it) => it.cursor - it.page],
      ['first', 'Home', () => 0], ['last', 'End', (it) => it.total - 1],
    ] as const satisfies readonly (readonly [string, string, (it: ItemsState) => number])[]
  ).flatMap(([name, keys, to]) => [
    entry(`items.${name}`, keys, 'items', listed, ({ items }) => items.goTo(to(items)), { repeats: true }),
    entry(`items.extend.${name}`, keys.replace(/\S+/g, 'Shift+$&'), 'items', listed, ({ items }) => items.extend(to(items)), { repeats: true }),
  ]),
  entry('items.choose', 'Space X', 'items', listed, (app) => app.items.toggle()),
  entry('items.all', 'Ctrl+A', 'items', listed, (app) => app.items.chooseAll()),
  entry('items.none', 'U', 'items', (app) => app.items.chosen.size > 0, (app) => app.items.clear()),
  entry('items.open', 'Enter', 'items', (app) => app.items.current !== undefined, (app) => app.items.current && app.openItem(app.items.current.row)),
  entry('items.words', 'F Ctrl+F', 'items', always, () => focusOn('items.words')),
  entry('items.standing', 'T', 'items', always, (app) => app.items.turnStanding()),
  entry('items.order', 'O', 'items', always, (app) => app.items.turnOrder()),
  entry('items.reset', 'C', 'items', (app) => app.items.isFiltered, (app) => app.items.reset()),
  entry('items.fresh', 'R', 'items', (app) => app.items.showing.kind === 'list', (app) => app.items.load()),
  entry('items.similar', 'L', 'items', (app) => app.items.current !== undefined, (app) => app.items.similar()),
  entry('items.decisions', 'H', 'items', always, (app) => app.items.decisions()),
  entry('items.back', 'B Backspace', 'items', (app) => app.items.showing.kind !== 'list', (app) => app.items.back()),
  ...(['skip', 'defer'] as const).map((kind) =>
    entry(`items.${kind}`, kind === 'skip' ? 'S' : 'D', 'items', (app) => handsOn(app) && app.workQueue !== undefined,
      (app) => app.items.act({ kind, queue: app.workQueue?.name ?? '' }))),
  entry('items.assign', 'A', 'items', handsOn, (app) => (app.dialog = 'assign')),
  entry('items.move', 'M', 'items', handsOn, (app) => (app.dialog = 'move')),
  entry('items.undo', 'Ctrl+Z', 'items', (app) => writable(app) && app.items.acts.length > 0, (app) => app.items.takeBack()),
  entry('items.save', 'W', 'items', writable, (app) => newQueue(app, app.items.filter)),

  entry('case.new', '', 'anywhere', (app) => Boolean(app.case.desktop?.reviewer), (app) => app.newCase()),
  entry('case.open', '', 'anywhere', (app) => Boolean(app.case.desktop?.reviewer), (app) => app.openCase()),
  entry('case.close', '', 'anywhere', (app) => app.case.isOpen, (app) => app.closeCase()),
  entry('import.file', '', 'anywhere', writable, (app) => chooseImport(app, 'file')),
  entry('import.folder', '', 'anywhere', writable, (app) => chooseImport(app, 'folder')),
  entry('import.start', '', 'anywhere', (app) => writable(app) && app.importPath.trim() !== '' && !app.jobs.current('import'), startImport),
  entry('score.start', '', 'anywhere',
    (app) => writable(app) && app.case.desktop?.model.installed === true && !app.jobs.current('score'),
    (app) => app.jobs.begin(() => app.backend.models.startScoring())),
  entry('score.pause', '', 'anywhere', (app) => app.jobs.current('score')?.state === 'running',
    (app) => app.jobs.pause(app.jobs.current('score')?.id ?? '')),
  entry('score.resume', '', 'anywhere', (app) => app.jobs.current('score')?.state === 'paused',
    (app) => app.jobs.resume(app.jobs.current('score')?.id ?? '')),
  entry('install.ask', '', 'anywhere',
    (app) => app.case.desktop?.model.installed === false && !app.jobs.current('install_model'),
    (app) => (app.dialog = 'install')),
  entry('export.folder', '', 'anywhere', ready, chooseExport),
  entry('export.start', '', 'anywhere',
    (app) => ready(app) && app.exportFolder.trim() !== '' && app.formats.length > 0 && validSeed(app.seed) && !app.jobs.current('export'),
    startExport),
  entry('export.preview', 'V', 'data', (app) => ready(app) && app.formats.length > 0 && validSeed(app.seed) && !app.exports.looking,
    (app) => app.exports.look(exportRequest(app))),
  entry('preview.next', '.', 'data', (app) => app.exports.canTurn(1), (app) => app.exports.turn(exportRequest(app), 1)),
  entry('preview.back', ',', 'data', (app) => app.exports.canTurn(-1), (app) => app.exports.turn(exportRequest(app), -1)),
  entry('models.check', 'C', 'models', (app) => !app.models.checking && isThere(app), (app) => app.models.check()),
  entry('label.next', 'J', 'models', onLabel, (app) => app.models.turn(1), { repeats: true }),
  entry('label.back', 'K', 'models', onLabel, (app) => app.models.turn(-1), { repeats: true }),
  entry('threshold.up', 'ArrowRight', 'models', onLabel, (app) => app.models.try(app.models.tried + STEP), { repeats: true }),
  entry('threshold.down', 'ArrowLeft', 'models', onLabel, (app) => app.models.try(app.models.tried - STEP), { repeats: true }),
  entry('threshold.set', 'Ctrl+Enter', 'models', (app) => writable(app) && app.models.isChanged, (app) => app.models.set(app.models.tried), { inField: true }),
  entry('threshold.reset', 'Backspace', 'models', (app) => writable(app) && app.models.ownOf(app.models.target ?? '') !== undefined,
    (app) => app.models.set(null)),
  entry('queue.new', '', 'anywhere', writable, (app) => newQueue(app)),
];

const byId = new Map(commands.map((it) => [it.id, it]));

/** The entry of an action. */
export function command(id: CommandId): Command {
  const found = byId.get(id);
  if (!found) throw new Error(`${id}: not in the table of commands`);
  return found;
}

/** Runs an action where it may run now; true where it did. */
export function runCommand(app: App, id: CommandId): boolean {
  const it = command(id);
  if (!it.when(app)) return false;
  it.run(app);
  return true;
}

/** Where keys count right now. */
export function placesNow(app: App): Where[] {
  if (app.screen === 'items' && app.ready) return ['anywhere', 'items'];
  if (app.screen === 'data') return ['anywhere', 'data'];
  if (app.screen === 'models' && app.ready) return ['anywhere', 'models'];
  if (app.screen !== 'review') return ['anywhere'];
  if (app.review.chain.picker) return ['picking'];
  if (app.review.phase === 'before') return ['anywhere', 'review', 'before'];
  if (app.review.phase === 'after') return ['anywhere', 'review', 'after'];
  return ['anywhere', 'review'];
}

/** Runs what a key means here; true where it meant something. */
export function handleKey(app: App, event: KeyboardEvent): boolean {
  if (app.dialog || event.defaultPrevented) return false;
  const name = keyName(event);
  if (!name) return false;
  const writing = isWriting(event.target);
  const places = placesNow(app);
  if (!places.includes('picking') && !writing && usesKey(event.target, name)) return false;
  const it = commands.find((it) => places.includes(it.where) && it.keys.includes(name) && (!writing || it.inField));
  if (!it || (event.repeat && !it.repeats) || !it.when(app)) return false;
  event.preventDefault();
  it.run(app);
  return true;
}

/** Words with the key of an action where they name it in braces, as in `{undo} reopens it`. */
export function withKeys(text: string): string {
  return text.replace(/\{([a-z._]+)\}/g, (_, id: CommandId) => {
    const key = byId.get(id)?.keys[0];
    return key ? keyCap(key) : (words.commands[id] ?? id);
  });
}

/** True for a seed the desk takes. */
export function validSeed(seed: number): boolean {
  return Number.isInteger(seed) && seed >= 0 && seed <= 4_294_967_295;
}

function onLabel(app: App): boolean {
  return app.models.label !== undefined;
}

function isThere(app: App): boolean {
  return app.models.known?.some((it) => it.standing.is !== 'absent') ?? false;
}

function hasImage(app: App): boolean {
  return app.review.review?.item.parts.some((it) => it.kind === 'image') ?? false;
}

/** Moves the focus to the element marked `data-focus`. */
function focusOn(name: string): void {
  document.querySelector<HTMLElement>(`[data-focus="${name}"]`)?.focus();
}

/** Scrolls the column marked `data-scroll` by most of its height. */
function scroll(column: string, by: 1 | -1): void {
  const box = document.querySelector<HTMLElement>(`[data-scroll="${column}"]`);
  box?.scrollBy?.({ top: by * 0.8 * box.clientHeight });
}

/** Out of the field. On Items one thing after the other is let go: the field, what is chosen, another list. */
function leave({ screen, items }: App): void {
  const writing = isWriting(document.activeElement);
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  if (screen !== 'items') return;
  if (!writing && items.chosen.size > 0) items.clear();
  else if (!writing) void items.back();
  focusOn('items');
}

function choose(app: App, choice: Choice): void {
  const { review } = app;
  const now = review.judgement;
  if (choice === 'cannot_judge' && now.choice === choice) {
    const at = now.cannot_judge_reason ? REASONS.indexOf(now.cannot_judge_reason) : -1;
    review.judge({ cannot_judge_reason: REASONS[(at + 1) % REASONS.length] ?? 'other' });
    return;
  }
  const primary = app.case.policy?.clauses.find((it) => it.id === now.clauses[0]);
  if (primary && !opens(primary, choice)) {
    app.say(words.clause.notOpen(primary.id, words.choices[choice]));
    return;
  }
  review.choose(choice);
}

/** Attaches what is selected; with nothing selected, lets a place be chosen. */
function attachEvidence(app: App): void {
  const { review } = app;
  const selection = window.getSelection();
  const found = selected(selection);
  if (found === 'across') {
    review.chain.refuseAnchor(words.reasoning.across);
    return;
  }
  const part = found && review.review?.item.parts.find((it) => it.id === found.part);
  const span = found && part?.text ? trimmed(part.text, found) : null;
  if (part && span) {
    void review.chain.attach(spanAnchor(part, span.start, span.end)).then((done) => done && selection?.removeAllRanges());
    return;
  }
  const chosen = review.chain.picker?.anchor;
  if (chosen) void review.chain.attach(chosen);
  else if (!review.chain.startPicking()) review.chain.refuseAnchor(words.reasoning.coveredBox);
}

/** Attaches the place chosen and lets another be chosen. */
function attachMore(app: App): void {
  const { chain } = app.review;
  if (chain.picker?.anchor) void chain.attachMore(chain.picker.anchor);
}

function drawBox(app: App): void {
  const { chain } = app.review;
  if (!chain.startBox()) chain.refuseAnchor(words.reasoning.coveredBox);
}

function criticise(app: App): void {
  app.review.chain.startCritique();
}

function hasOthers(app: App): boolean {
  return (app.review.chain.step?.alternatives ?? []).length > 0;
}

function takeOut(app: App): void {
  const { chain } = app.review;
  if (chain.chosen) chain.takeOut(chain.chosen);
}

function rateChosen(app: App, rating: Rating): void {
  const { chain } = app.review;
  if (chain.chosen) chain.rateCandidate(chain.chosen, rating);
}

/** Strikes out the model's chain and asks for the first step of one's own. */
function writeAnew(app: App): void {
  app.review.chain.writeAnew();
  app.dialog = 'stage';
}

async function chooseImport(app: App, kind: 'file' | 'folder'): Promise<void> {
  const extensions = kind === 'file' ? { extensions: ['jsonl', 'csv', 'tsv', 'parquet', 'json'] } : {};
  const path = await app.pick({ kind, title: words.pick.import, ...extensions });
  if (path) app.importPath = path;
}

/** Files whose columns or keys can be mapped to fields. */
export function mapsColumns(path: string): boolean {
  return /\.(csv|tsv|parquet|json)$/i.test(path.trim());
}

async function startImport(app: App): Promise<void> {
  const columns = app.columns.filter((it) => it.field.trim() && it.column.trim());
  const path = app.importPath.trim();
  const mapped = mapsColumns(path);
  const done = await app.jobs.begin(() => app.backend.data.startImport({ path, columns: mapped ? columns.map((it) => ({ ...it })) : [] }));
  if (done) app.importPath = '';
}

async function chooseExport(app: App): Promise<void> {
  const path = await app.pick({ kind: 'folder', title: words.pick.exportTo });
  if (path) app.exportFolder = path;
}

async function startExport(app: App): Promise<void> {
  await app.review.autosave.flush();
  await app.jobs.begin(() => app.backend.data.startExport(exportRequest(app)));
}

/** What the export panel asks for right now. */
export function exportRequest(app: App): ExportRequest {
  return {
    folder: app.exportFolder.trim(),
    formats: [...app.formats],
    redact: app.redact,
    include_incomplete: app.includeIncomplete,
    seed: app.seed,
    filter: app.exports.filter,
  };
}

function newQueue(app: App, filter: Filter | null = null): void {
  app.editedQueue = null;
  app.queueFilter = filter;
  app.dialog = 'queue';
}
