// Words of what a language model writes of a clause.
import type { Outcome, Quote } from '../../../desk/types';

export const en = {
  title: 'For and against',
  of: (clause: string) => `For and against ${clause}`,
  for: 'for',
  against: 'against',
  found: 'found broken',
  notFound: 'not found broken',
  nothing: 'nothing written',
  none: 'nothing of the clause',
  unknown: (rule: string) => `${rule}: the clause has no such part`,
  wrote: (text: string) => `the model wrote “${text}”`,
  severity: (value: number) => `proposes severity ${value}`,
  outOfRange: 'outside of what the clause spans',
  unaddressed: (ids: string) => `says nothing of ${ids}`,
  outcomes: {
    whole: 'whole',
    cut_off: 'cut off: it ran past the length of notes',
    unparsable: 'no notes could be read in what it wrote',
    failed: 'the model broke off while it wrote',
  } satisfies Record<Outcome, string>,
  quotes: {
    verified: '✓ in the item',
    repaired: '✓ repaired',
    unverified: '✕ not verified',
  } satisfies Record<Exclude<Quote['kind'], 'absent'>, string>,
  provenance: (verified: number, all: number) =>
    `measured: the value, not calibrated · generated: the words · verified: ${verified} of ${all} quotes`,
};

export const de: typeof en = {
  title: 'Dafür und dagegen',
  of: (clause) => `Für und gegen ${clause}`,
  for: 'dafür',
  against: 'dagegen',
  found: 'als verletzt befunden',
  notFound: 'nicht als verletzt befunden',
  nothing: 'nichts geschrieben',
  none: 'nichts aus der Klausel',
  unknown: (rule) => `${rule}: das hat die Klausel nicht`,
  wrote: (text) => `das Modell schrieb „${text}“`,
  severity: (value) => `schlägt Schweregrad ${value} vor`,
  outOfRange: 'außerhalb dessen, was die Klausel vorsieht',
  unaddressed: (ids) => `sagt nichts zu ${ids}`,
  outcomes: {
    whole: 'vollständig',
    cut_off: 'abgeschnitten: länger, als Notizen sein dürfen',
    unparsable: 'in dem, was es schrieb, waren keine Notizen zu lesen',
    failed: 'das Modell brach beim Schreiben ab',
  },
  quotes: {
    verified: '✓ steht im Fall',
    repaired: '✓ berichtigt',
    unverified: '✕ nicht bestätigt',
  },
  provenance: (verified, all) =>
    `gemessen: der Wert, nicht kalibriert · erzeugt: die Worte · bestätigt: ${verified} von ${all} Zitaten`,
};
