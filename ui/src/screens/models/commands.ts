// What can be done with models, the card in hand and the thresholds of their labels.
import { entries } from '../screen';
import { STEP, type ModelsState } from './models.svelte';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const anywhere = entries<ModelsState, Id>('anywhere', 'data');
const entry = entries<ModelsState, Id>('models', 'data');

const onLabel = (it: ModelsState) => it.label !== undefined;
const mayCount = (it: ModelsState) => it.mayCount;
const hasCards = (it: ModelsState) => (it.known?.length ?? 0) > 1;
const isThere = (it: ModelsState) => it.known?.some((model) => model.status.is !== 'absent') ?? false;
const isAbsent = ({ frame, install }: ModelsState) => frame.case.desktop?.model.installed === false && !install.running;
const writable = ({ frame }: ModelsState) => frame.writable;

export const commands = [
  anywhere('install.ask', '', isAbsent, (it) => it.install.askChosen()),
  entry('card.next', 'Shift+J', hasCards, (it) => it.turnCard(1), { repeats: true }),
  entry('card.back', 'Shift+K', hasCards, (it) => it.turnCard(-1), { repeats: true }),
  entry('card.install', 'I', (it) => it.card !== undefined && it.mayInstall(it.card), (it) => it.card && it.install.ask(it.card)),
  entry('models.check', 'C', (it) => !it.checking && isThere(it), (it) => it.check()),
  entry('label.next', 'J', onLabel, (it) => it.turn(1), { repeats: true }),
  entry('label.back', 'K', onLabel, (it) => it.turn(-1), { repeats: true }),
  entry('threshold.up', 'ArrowRight', mayCount, (it) => it.try(it.tried + STEP), { repeats: true }),
  entry('threshold.down', 'ArrowLeft', mayCount, (it) => it.try(it.tried - STEP), { repeats: true }),
  entry('threshold.set', 'Ctrl+Enter', (it) => writable(it) && it.isChanged, (it) => it.set(it.tried), { inField: true }),
  entry('threshold.reset', 'Backspace', (it) => writable(it) && it.ownOf(it.target ?? '') !== undefined, (it) => it.set(null)),
];
