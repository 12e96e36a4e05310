// Queues: which one is being made or changed.
import type { Filter, Queue } from '../../desk/types';
import type { Frame, Queues, Room } from '../frame';

export class QueuesRoom implements Room, Queues {
  /** Queue being edited; `null` for a new one. */
  edited = $state<string | null>(null);
  /** What a new queue filters by at first. */
  filter = $state.raw<Filter | null>(null);

  constructor(readonly frame: Frame) {}

  async enter(): Promise<void> {
    await this.frame.case.refreshQueues();
  }

  edit(name: string | null, filter: Filter | null = null): void {
    this.edited = name;
    this.filter = filter;
    this.frame.dialog = 'queue';
  }

  async save(queue: Queue): Promise<boolean> {
    return this.frame.case.saveQueue(queue);
  }

  async remove(name: string): Promise<void> {
    if (await this.frame.case.removeQueue(name)) this.frame.doors.work.forget(name);
  }
}
