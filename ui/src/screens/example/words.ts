// Words of an example.
import { spoken } from '../../kit/words';
import { words as shared } from '../../parts/words';

const en = { screen: 'Example', nothing: 'Nothing here yet.' };

const de: typeof en = { screen: 'Beispiel', nothing: 'Hier ist noch nichts.' };

export const tables = { en, de };
export const words = spoken(tables, shared);
