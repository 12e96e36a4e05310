// What is learnt on each card of the practice deck: keys, by what they do. The cards stand in `desk/src/practice`.
import type { en as commands } from '../words/commands';

export interface Lesson {
  /** The sender's id of the card. */
  item: string;
  /** What it is about, in the words of practice. */
  about: About;
  /** Tried in any order; each is new on this card. */
  keys: readonly (keyof typeof commands | 'policy' | 'keys' | 'palette')[];
}

export type About =
  | 'plain' | 'removal' | 'wrong' | 'picture' | 'lacking' | 'evidence' | 'severity' | 'unreadable' | 'later' | 'escalation';

export const LESSONS: readonly Lesson[] = [
  { item: 'practice-01', about: 'plain', keys: ['choose.allow', 'sure.certain', 'store', 'proposal.take'] },
  { item: 'practice-02', about: 'removal', keys: ['choose.remove', 'clause', 'rate.right', 'rate.rest', 'submit'] },
  { item: 'practice-03', about: 'wrong', keys: ['step.next', 'rate.wrong', 'reason', 'critique'] },
  { item: 'practice-04', about: 'picture', keys: ['cover', 'blur', 'grey', 'box', 'pick.attach'] },
  { item: 'practice-05', about: 'lacking', keys: ['gap.next', 'gap.fill', 'step.edit', 'step.add'] },
  { item: 'practice-06', about: 'evidence', keys: ['evidence', 'pick.wider', 'cite'] },
  { item: 'practice-07', about: 'severity', keys: ['choose.not_for_feed', 'severity.next', 'note.before', 'note.message'] },
  { item: 'practice-08', about: 'unreadable', keys: ['choose.cannot_judge'] },
  { item: 'practice-09', about: 'later', keys: ['skip', 'undo', 'choose.age_limit'] },
  { item: 'practice-10', about: 'escalation', keys: ['policy', 'choose.escalate', 'changes', 'keys'] },
];

export function lessonOf(item: string | undefined): Lesson | undefined {
  return LESSONS.find((it) => it.item === item);
}
