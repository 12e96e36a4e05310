// Keys that the bottom bar names while an item is under review.
import type { Hint } from '../screen';
import type { ReviewRoom } from './room.svelte';
import { words } from './words';

export function hints(room: ReviewRoom): Hint[] {
  const { hints: said } = words;
  const undo: Hint = { ids: ['undo'], text: said.undo };
  const decide: Hint = { ids: ['choose.allow', 'choose.cannot_judge'], text: said.decide, range: true };
  const places = room.placesNow;
  if (places.includes('picking')) {
    const adjusts = room.review.chain.picker?.adjusts != null;
    return [
      { ids: ['pick.left', 'pick.right'], text: said.move },
      { ids: ['pick.wider'], text: said.extend },
      { ids: ['pick.next'], text: adjusts ? said.nextBox : said.part },
      { ids: ['pick.attach'], text: adjusts ? said.keep : said.attach },
      { ids: ['pick.cancel'], text: said.stop },
    ];
  }
  if (places.includes('picture')) {
    return [
      { ids: ['cover'], text: said.cover },
      { ids: ['peek'], text: said.peek },
      { ids: ['zoom.in', 'zoom.out'], text: said.zoom },
      { ids: ['pan.left', 'pan.right'], text: said.pan },
      { ids: ['zoom.fit'], text: said.fit },
      { ids: ['full'], text: said.full },
      { ids: ['picture.next'], text: said.next },
      { ids: ['picture.leave'], text: said.leave },
    ];
  }
  if (places.includes('before')) {
    return [
      { ids: ['cover'], text: said.cover },
      decide,
      { ids: ['clause'], text: said.clause },
      { ids: ['sure.guess', 'sure.certain'], text: said.sure, range: true },
      { ids: ['policy'], text: said.policy },
      undo,
    ];
  }
  if (places.includes('waiting')) {
    return [{ ids: ['cover'], text: said.cover }, { ids: ['alone'], text: said.alone }, { ids: ['policy'], text: said.policy }, undo];
  }
  if (places.includes('after')) {
    return [
      { ids: ['step.next', 'step.back'], text: said.step },
      { ids: ['rate.right', 'rate.neutral', 'rate.unsure', 'rate.wrong'], text: said.rate },
      { ids: ['rate.rest'], text: said.rest },
      { ids: [room.review.ring.on === 'proposal' ? 'proposal.take' : 'proposal.take.away'], text: said.take },
      { ids: ['gap.next'], text: said.gap },
      { ids: ['evidence'], text: said.evidence },
      undo,
    ];
  }
  return [{ ids: ['palette'], text: words.search }, undo];
}
