// Words of the policy screen: searching in clauses and going from one to the next.
import { count as number } from '../kit/format';

export const en = {
  hits: (n: number) => `${number(n)} ${n === 1 ? 'hit' : 'hits'}`,
  namedBy: 'Named by',
  goTo: (id: string, title: string) => `${id}, ${title}`,
  back: (id: string) => `Back to ${id}`,
};

export const de: typeof en = {
  hits: (n) => `${number(n)} Treffer`,
  namedBy: 'Genannt von',
  goTo: (id, title) => `${id}: ${title}`,
  back: (id) => `Zurück zu ${id}`,
};
