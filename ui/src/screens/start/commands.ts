// What can be done with case files.
import { entries } from '../screen';
import type { StartRoom } from './start';
import type { tables } from './words';

type Id = keyof typeof tables.en.commands;
const entry = entries<StartRoom, Id>('anywhere', 'case');

export const commands = [
  entry('case.new', '', (it) => it.hasReviewer, (it) => it.create()),
  entry('case.open', '', (it) => it.hasReviewer, (it) => it.open()),
  entry('practise', '', (it) => it.hasReviewer, (it) => it.practise()),
  entry('practice.leave', '', (it) => it.frame.case.desktop?.case?.practice === true, (it) => it.close()),
  entry('case.copy', '', (it) => it.frame.case.isOpen, (it) => it.saveCopy()),
  entry('case.close', '', (it) => it.frame.case.isOpen, (it) => it.close()),
];
