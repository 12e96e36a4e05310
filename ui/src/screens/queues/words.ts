// Words of queues: the list of them, and the form of one.
import type { Order } from '../../desk/types';
import { spoken } from '../../kit/words';
import { words as shared } from '../../parts/words';

const en = {
  screen: 'Queues',

  commands: {
    'queue.new': 'New queue',
    'queues.list': 'List of queues',
    'queues.form': 'Form of a queue',
  },
  places: { queues: 'On Queues' },

  queues: {
    what: 'A queue is a saved filter with an order. Removing one removes no item and no record.',
    list: 'All queues',
    saved: (name: string) => `${name} is saved.`,
    name: 'Name',
    nameKept: 'A queue keeps its name: records refer to it.',
    open: 'open',
    done: 'done by you',
    review: 'Review',
    edit: 'Edit',
    removeAsk: (name: string) => `Remove ${name}?`,
    removeWhat: 'Items and records stay. Only the filter goes.',
    filter: 'Which items',
    languages: 'Languages',
    markets: 'Markets',
    reasons: 'Report reasons',
    wordsIn: 'Words in the text',
    order: 'Which first',
    orders: {
      urgency: 'Reports × reach',
      age: 'Flagged longest ago',
      chance: 'Chance, the same for everyone',
      risk: 'Highest model score',
    } satisfies Record<Order, string>,
    mode: 'When the model is shown',
    modes: {
      blind: 'After the first impression (blind)',
      assisted: 'At once (assisted)',
      drawn: 'Drawn for each item',
    },
    probability: 'Blind with probability',
    reviews: 'Reviewers per item',
    restricted: 'Restricted lane only',
    restrictedWhat:
      'Items that somebody or a settled answer put under child safety: always covered, only to be escalated, and in no other queue, list, search or export.',
    riskRule: 'The order of a queue gives the model away, so a queue with blind items is never ordered by its scores.',
    faults: {
      name: 'A name has 1–80 characters.',
      taken: 'A queue of that name exists.',
      probability: 'A probability lies between 0 and 1.',
      reviews: 'From 1 to 100 reviewers.',
      risk: 'A queue with blind items is ordered by reports, age or chance.',
    },
    everything: 'all items',
    saveHint: 'Languages, markets, reasons and words are kept; how far an item is does not belong to a queue.',
  },
};

const de: typeof en = {
  screen: 'Warteschlangen',

  commands: {
    'queue.new': 'Neue Warteschlange',
    'queues.list': 'Liste der Warteschlangen',
    'queues.form': 'Formular einer Warteschlange',
  },
  places: { queues: 'Bei den Warteschlangen' },

  queues: {
    what: 'Eine Warteschlange ist ein gespeicherter Filter mit einer Reihenfolge. Sie zu entfernen, entfernt keinen Fall und keinen Eintrag.',
    list: 'Alle Warteschlangen',
    saved: (name) => `${name} ist gesichert.`,
    name: 'Name der Warteschlange',
    nameKept: 'Eine Warteschlange behält ihren Namen: Einträge verweisen darauf.',
    open: 'offen',
    done: 'von Ihnen erledigt',
    review: 'Prüfen',
    edit: 'Bearbeiten',
    removeAsk: (name) => `${name} entfernen?`,
    removeWhat: 'Fälle und Einträge bleiben. Nur der Filter geht.',
    filter: 'Welche Fälle',
    languages: 'Sprachen',
    markets: 'Märkte',
    reasons: 'Meldegründe',
    wordsIn: 'Wörter im Text',
    order: 'Welche zuerst',
    orders: {
      urgency: 'Meldungen × Reichweite',
      age: 'Am längsten gemeldet',
      chance: 'Zufall, für alle gleich',
      risk: 'Höchster Wert des Modells',
    },
    mode: 'Wann das Modell gezeigt wird',
    modes: {
      blind: 'Nach dem ersten Eindruck (blind)',
      assisted: 'Sofort (mit Hilfe)',
      drawn: 'Für jeden Fall gelost',
    },
    probability: 'Blind mit Wahrscheinlichkeit',
    reviews: 'Prüfende je Fall',
    restricted: 'Nur der geschützte Bereich',
    restrictedWhat:
      'Fälle, die jemand oder eine geklärte Antwort dem Kinderschutz zuordnet: immer verdeckt, nur zu eskalieren, und in keiner anderen Warteschlange, Liste, Suche und keinem Export.',
    riskRule: 'Die Reihenfolge verrät das Modell; eine Warteschlange mit blinden Fällen wird darum nie nach seinen Werten geordnet.',
    faults: {
      name: 'Ein Name hat 1–80 Zeichen.',
      taken: 'Eine Warteschlange mit diesem Namen gibt es schon.',
      probability: 'Eine Wahrscheinlichkeit liegt zwischen 0 und 1.',
      reviews: 'Von 1 bis 100 Prüfenden.',
      risk: 'Eine Warteschlange mit blinden Fällen wird nach Meldungen, Alter oder Zufall geordnet.',
    },
    everything: 'alle Fälle',
    saveHint: 'Sprachen, Märkte, Gründe und Wörter bleiben; wie weit ein Fall ist, gehört nicht zu einer Warteschlange.',
  },
};

export const tables = { en, de };
export const words = spoken(tables, shared);
