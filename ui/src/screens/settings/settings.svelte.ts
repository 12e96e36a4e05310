// Settings: which group of them is shown.
import type { Frame, Room } from '../frame';

export const TABS = ['look', 'images', 'keys'] as const;

export type Tab = (typeof TABS)[number];

export class SettingsRoom implements Room {
  /** As long as the window is there. */
  tab = $state<Tab>('look');

  constructor(readonly frame: Frame) {}

  /** Shows a group, from whichever screen it is asked for. */
  async show(tab: Tab): Promise<void> {
    this.tab = tab;
    if (this.frame.screen !== 'settings') await this.frame.go('settings');
  }
}
