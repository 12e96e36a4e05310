// The day in view: what is counted, when a break is offered, and that passing it by costs nothing.
import { screen, waitFor } from '@testing-library/svelte';
import { describe, expect, it } from 'vitest';

import { FakeBackend } from '../../../test/fake';
import { app, backend, open, review, user } from '../../../test/page';
import { words } from '../../../test/words';
import { DayState } from './day.svelte';

const MINUTE = 60_000;

function dayAt(): { day: DayState; wait: (ms: number) => void; desk: FakeBackend } {
  let now = 1_795_000_000_000;
  const desk = new FakeBackend();
  const day = new DayState(desk, () => now, () => 50);
  return { day, wait: (ms) => (now += ms), desk };
}

/** Works for so long, pressing a key each minute. */
function work(it: ReturnType<typeof dayAt>, minutes: number, uncovered = false): void {
  for (let minute = 0; minute < minutes; minute += 1) {
    it.day.touched();
    for (let second = 0; second < 60; second += 1) {
      it.wait(1000);
      it.day.second({ row: 1, uncovered });
    }
  }
}

describe('a break', () => {
  it('is offered after the minutes that were chosen, and again ten minutes after it was passed by', () => {
    const it = dayAt();
    work(it, 49);
    expect(it.day.isBreakDue).toBe(false);
    work(it, 1);
    expect(it.day.isBreakDue).toBe(true);
    it.day.later();
    expect(it.day.isBreakDue).toBe(false);
    work(it, 9);
    expect(it.day.isBreakDue).toBe(false);
    work(it, 1);
    expect(it.day.isBreakDue).toBe(true);
  });

  it('is made by whoever was away, without a word', () => {
    const it = dayAt();
    work(it, 50);
    it.wait(5 * MINUTE);
    it.day.touched();
    expect(it.day.isBreakDue).toBe(false);
  });

  it('does not count what stands open on a screen nobody is at', () => {
    const it = dayAt();
    it.day.touched();
    for (let second = 0; second < 3600; second += 1) {
      it.wait(1000);
      it.day.second({ row: 1, uncovered: true });
    }
    expect(it.day.workedMs).toBeLessThan(5 * MINUTE);
    expect(it.day.uncoveredMs).toBeLessThan(5 * MINUTE);
  });
});

describe('time uncovered', () => {
  it('is told to the desk when the item goes, once, and stands in the sum before that', async () => {
    const it = dayAt();
    work(it, 1, true);
    expect(it.day.uncoveredMs).toBe(MINUTE);
    it.day.second({ row: 2, uncovered: false });
    await waitFor(() => expect(it.desk.sent('review.looked')).toEqual([[1, MINUTE]]));
    it.day.second({ row: 3, uncovered: false });
    expect(it.desk.sent('review.looked')).toHaveLength(1);
  });
});

describe('on screen', () => {
  it('stands at the foot with the goal and the pace, and whole behind its key', async () => {
    await open((it) => {
      it.chosen.day_goal = 120;
      it.today = {
        decided: 37, active_ms: 2_100_000, per_hour: 63.4, uncovered_ms: [0, 0, 0, 12_000, 0], uncovered_undecided_ms: 0,
        last: [{ at_ms: 1_795_000_000_000, item: 'post-0007', row: 1, choice: 'remove', clause: 'FR-1' }, { at_ms: 1_795_000_000_000, item: null, row: null, choice: 'escalate', clause: null }],
      };
    });
    await screen.findByText('37 of 120 today · 63/h · 12 s uncovered');
    await user.keyboard('{Shift>}g{/Shift}');
    const dialog = await screen.findByRole('dialog', { name: words.day.title });
    expect(dialog).toHaveTextContent('Pictures uncovered, severity 3');
    expect(dialog).toHaveTextContent(words.lane);
    await user.click(screen.getByRole('button', { name: 'post-0007' }));
    await waitFor(() => expect(backend.sent('review.open_item')).toHaveLength(1));
    expect(app.dialog).toBeNull();
  });

  it('covers what is shown for a break, and goes on with Enter', async () => {
    await open();
    await user.keyboard(' ');
    const part = review.review?.item.parts[0];
    await waitFor(() => expect(part && review.covers.isShown(review.review?.item.parts[0] ?? part)).toBe(true));
    await user.keyboard('{Shift>}p{/Shift}');
    await screen.findByRole('dialog', { name: words.day.paused });
    expect(document.body.innerHTML).not.toContain('bird-open.svg');
    await user.keyboard('{Enter}');
    await waitFor(() => expect(app.dialog).toBeNull());
  });

  it('says nothing where it cannot be told, and the review goes on', async () => {
    backend.refuse.set('review.day', { code: 'file', message: 'no' });
    await open();
    expect(screen.queryByText(/today/)).not.toBeInTheDocument();
    expect(review.phase).toBe('before');
  });
});
