// Words of the policy screen; those of reading clauses stand with the parts.
import { spoken } from '../../kit/words';
import { words as shared } from '../../parts/words';

const en = {
  screen: 'Policy',
  needCase: 'Open a case file to read its policy.',
  commands: {
    policy: 'Whole policy text',
  },
};

const de: typeof en = {
  screen: 'Richtlinie',
  needCase: 'Eine Falldatei öffnen, um ihre Richtlinie zu lesen.',
  commands: {
    policy: 'Ganzer Text der Richtlinie',
  },
};

export const tables = { en, de };
export const words = spoken(tables, shared);
