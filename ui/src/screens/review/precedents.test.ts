import { render, screen } from '@testing-library/svelte';
import { expect, it } from 'vitest';

import type { Precedent } from '../../desk/types';
import Precedents from './Precedents.svelte';

const precedent = (item: string, told?: Precedent['told']): Precedent => ({
  item, similarity: 0.9, verdict: 'violating', clauses: ['FR-1'], gold: true, excerpt: 'Send two coins', ...(told && { told }),
});

it('tells what was decided of a similar item only where likeness was seen to tell it', () => {
  render(Precedents, { precedents: [precedent('a', { agreed: 27, of: 30 }), precedent('b')] });
  expect(screen.getByRole('heading')).toHaveTextContent('Precedents');
  const [told, silent] = screen.getAllByRole('listitem');
  expect(told).toHaveTextContent(/violating · FR-1.*settled.*27 of 30 items/);
  expect(silent).toHaveTextContent('“Send two coins”');
  expect(silent).not.toHaveTextContent(/violating|FR-1|settled/);
});

it('calls them similar where it tells nothing of any, and says so', () => {
  const { container } = render(Precedents, { precedents: [precedent('a')] });
  expect(screen.getByRole('heading')).toHaveTextContent('Similar items');
  expect(container).toHaveTextContent('likeness was not seen to tell it');
  expect(container).not.toHaveTextContent(/violating|FR-1/);
});
