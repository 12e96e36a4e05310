// Models for tests of the page: one with labels, measured and not, one that nothing was measured with, and one of language.
import type { Bin, KnownModel, MeasuredLabel, Role } from '../desk/types';

const hex = (letter: string) => letter.repeat(64);

/** Forty rows in a bin, as many positive as it predicts. */
function bins(): Bin[] {
  return Array.from({ length: 20 }, (_, n) => ({ rows: n < 10 ? 40 : 10, positive: n < 10 ? 2 * n : Math.floor(n / 2), mean: (n + 0.5) / 20 }));
}

function steps(all: Bin[]): MeasuredLabel['steps'] {
  const sum = (of: Bin[], what: 'rows' | 'positive') => of.reduce((n, it) => n + it[what], 0);
  return Array.from({ length: 19 }, (_, n) => {
    const above = all.slice(n + 1);
    return { percent: (n + 1) * 5, above: sum(above, 'rows'), right: sum(above, 'positive'), positive: sum(all, 'positive') };
  });
}

function label(target: string, title: string, more: Partial<MeasuredLabel> = {}): MeasuredLabel {
  const reliability = bins();
  return {
    target, title, clauses: ['HH-1', 'HH-3'], known: 500, positive: 160, threshold: 0.7063, precision: 0.8, other_sets: false, auprc: 0.669, auprc_low: 0.593,
    auprc_high: 0.737, floor_auprc: 0.682, best_f1: 0.637, ece: 0.028, reliability, steps: steps(reliability), ...more,
  };
}

export function knownModels(): KnownModel[] {
  const common = { roles: ['scorer', 'embedder'] as Role[], sources: ['the folder that CASEBOOK_MODELS names'], status: { is: 'installed' } as const };
  return [
    {
      ...common, id: 'minilm-l6-v2', title: 'all-MiniLM-L6-v2', note: 'A small sentence encoder.', licence: 'Apache-2.0', languages: ['en'], chosen: true,
      files: [{ name: 'model.safetensors', sha256: hex('a'), bytes: 90_868_376 }],
      heads: {
        id: 'starter-heads@3', sha256: hex('b'), policy: 'short-video@2026.11', languages: ['en'], cover: { measured: ['en'], taught: ['it'], transfers: ['xh'] }, groups: [{ name: 'any text', rows: 900, flagged: 18 }, { name: 'women', rows: 90, flagged: 4 }], features: 'embedding', calibration: 'Platt',
        protocol: 'out of fold', faults: ['English only.'],
        sets: [
          { name: 'seen-before', languages: ['en'], label: 'Hate', trained_on: true, rows: 900, positive: 300, auroc: 0.781, auroc_low: 0.75, auroc_high: 0.81 },
          { name: 'never-seen', languages: ['de'], label: 'Hate', trained_on: false, rows: 400, positive: 90, auroc: 0.704, auroc_low: null, auroc_high: null },
        ],
        data: [{
          label_set: 'made-up', title: 'A made-up set', licence: 'CC0', rows: 1680,
          labels: [
            label('made-up/H', 'Hate'),
            label('made-up/S', 'Sexual content', { auprc: 0.953, floor_auprc: 0.934, threshold: null }),
            label('made-up/V', 'Violence', { reliability: null, steps: [] }),
            label('made-up/FR-1', 'Fraud', { clauses: ['FR-1'], threshold: null, precision: 0 }),
          ],
        }],
      },
    },
    {
      ...common, id: 'multilingual-e5-small', title: 'multilingual-e5-small', note: 'Many languages.', licence: 'MIT', languages: ['ar', 'de', 'en'], chosen: false,
      status: { is: 'absent' }, files: [{ name: 'model.safetensors', sha256: null, bytes: 480_000_000 }], heads: null,
    },
    {
      ...common, id: 'made-up-3b', title: 'Made-up 3B', note: 'A language model.', licence: 'Apache-2.0 by its authors', languages: ['de', 'en'],
      roles: ['reasoner'], chosen: false, status: { is: 'absent' }, heads: null,
      sources: ['the folder that CASEBOOK_MODELS names', 'made-up/3b, revision main, on the hub'],
      files: [
        { name: 'model.safetensors', sha256: hex('c'), bytes: 3_400_000_000 },
        { name: 'tokenizer.json', sha256: hex('d'), bytes: 7_031_645 },
      ],
    },
  ];
}
