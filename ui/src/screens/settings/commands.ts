// Which settings are shown.
import { entries } from '../screen';
import { TABS, type SettingsRoom } from './settings.svelte';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const entry = entries<SettingsRoom, Id>('settings', 'view');

export const commands = TABS.map((tab, n) => entry(`settings.${tab}`, String(n + 1), () => true, (it) => it.show(tab)));
