// Words of the policy screen; those of reading clauses stand with the parts.
import { spoken } from '../../kit/words';
import { words as shared } from '../../parts/words';

const en = {
  screen: 'Policy',
  needCase: 'Open a case file to read its policy.',
  commands: {
    policy: 'Whole policy text',
    'policy.add': 'Add a policy…',
    'policy.force': 'Put a policy in force…',
  },
  places: { policy: 'On Policy' },

  policies: {
    title: 'Policies of this file',
    inForce: 'in force',
    since: (at: string) => `since ${at}`,
    last: (at: string) => `last put in force ${at}`,
    by: (name: string) => `by ${name}`,
    made: 'made with the file',
    never: 'never in force',
    pick: 'Add a policy',
    added: (name: string) => `${name} is in the file. It is not in force yet.`,
    known: 'The file held this policy already.',
    forceTitle: 'Put a policy in force',
    forceWhat:
      'New reviews are made under it. What was recorded stays under the policy it was recorded under. Items recorded before can be looked at a second time.',
    force: 'Put in force',
    forced: (name: string) => `${name} is in force`,
  },
};

const de: typeof en = {
  screen: 'Richtlinie',
  needCase: 'Eine Falldatei öffnen, um ihre Richtlinie zu lesen.',
  commands: {
    policy: 'Ganzer Text der Richtlinie',
    'policy.add': 'Richtlinie hinzufügen…',
    'policy.force': 'Richtlinie in Kraft setzen…',
  },
  places: { policy: 'Bei der Richtlinie' },

  policies: {
    title: 'Richtlinien dieser Datei',
    inForce: 'in Kraft',
    since: (at) => `seit ${at}`,
    last: (at) => `zuletzt in Kraft gesetzt ${at}`,
    by: (name) => `von ${name}`,
    made: 'mit der Datei angelegt',
    never: 'nie in Kraft',
    pick: 'Richtlinie hinzufügen',
    added: (name) => `${name} ist in der Datei. In Kraft ist sie noch nicht.`,
    known: 'Die Datei enthielt diese Richtlinie schon.',
    forceTitle: 'Richtlinie in Kraft setzen',
    forceWhat:
      'Neue Prüfungen richten sich nach ihr. Was erfasst ist, bleibt unter der Richtlinie, unter der es erfasst wurde. Früher erfasste Fälle können ein zweites Mal geprüft werden.',
    force: 'In Kraft setzen',
    forced: (name) => `${name} ist in Kraft`,
  },
};

export const tables = { en, de };
export const words = spoken(tables, shared);
