// Queues: which one is being made or changed, and where.
import { tick } from 'svelte';

import type { Filter, Queue } from '../../desk/types';
import { focusOn } from '../../kit/focus';
import type { Frame, Queues, Room } from '../frame';

export const TABS = ['list', 'form'] as const;
export type Tab = (typeof TABS)[number];

export class QueuesRoom implements Room, Queues {
  /** As long as the window is there. */
  tab = $state<Tab>('list');
  /** What was saved last from the form, said in the list until the form is shown again. */
  saved = $state<string | null>(null);
  /** Queue being edited; `null` for a new one. */
  edited = $state<string | null>(null);
  /** What a new queue filters by at first. */
  filter = $state.raw<Filter | null>(null);

  constructor(readonly frame: Frame) {}

  async enter(): Promise<void> {
    await this.frame.case.refreshQueues();
  }

  /** Another file has other queues. */
  leave(): void {
    Object.assign(this, { tab: 'list', edited: null, filter: null, saved: null });
  }

  /** On its own screen the form stands beside the list; another screen stays in sight behind it. */
  edit(name: string | null, filter: Filter | null = null): void {
    this.edited = name;
    this.filter = filter;
    if (this.frame.screen !== 'queues') {
      this.frame.dialog = 'queue';
      return;
    }
    this.show('form');
    void tick().then(() => focusOn('queue.name'));
  }

  show(tab: Tab): void {
    this.tab = tab;
    if (tab === 'form') this.saved = null;
  }

  async save(queue: Queue): Promise<boolean> {
    return this.frame.case.saveQueue(queue);
  }

  /** From the form on the screen: back to the list, which says so. */
  async saveHere(queue: Queue): Promise<void> {
    if (!(await this.save(queue))) return;
    this.saved = queue.name;
    this.close();
  }

  /** Leaves the form, which is for a new queue again. */
  close(): void {
    this.tab = 'list';
    this.edited = null;
    this.filter = null;
  }

  async remove(name: string): Promise<void> {
    if (await this.frame.case.removeQueue(name)) this.frame.doors.work.forget(name);
  }
}
