// Which clause of the policy is read: the same one on the screen and in the window over another.
import { clauseOf } from '../../parts/clauses';
import type { Frame, Reading, Room } from '../frame';

export class PolicyRoom implements Room, Reading {
  clause = $state<string | null>(null);

  constructor(readonly frame: Frame) {}

  show(id: string | null): void {
    if (id && clauseOf(this.frame.case.policy, id)) this.clause = id;
    this.frame.dialog = 'policy';
  }

  leave(): void {
    this.clause = null;
  }
}
