// Key names, the same on every keyboard: `Ctrl+Enter`, `Shift+1`, `J`, `?`.
import { words } from './words';

/** The name of the key in an event, with its modifiers; `null` while a person composes a character. */
export function keyName(event: KeyboardEvent): string | null {
  if (event.isComposing || event.key === 'Dead' || event.getModifierState?.('AltGraph')) return null;
  const base = baseName(event);
  if (base === null) return null;
  // A sign such as `?` needs Shift on some keyboards and not on others.
  const sign = (base.length === 1 && !/[A-Z0-9]/.test(base)) || base === 'Plus' || base === 'Minus';
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push('Ctrl');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey && !sign) parts.push('Shift');
  return [...parts, base].join('+');
}

function baseName(event: KeyboardEvent): string | null {
  const { key, code } = event;
  if (['Shift', 'Control', 'Alt', 'Meta', 'AltGraph'].includes(key)) return null;
  // Digits by place: on a French keyboard the digit row needs Shift to write a digit.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return digit;
  // A plus joins the parts of a name.
  if (key === '+') return 'Plus';
  if (key === '-') return 'Minus';
  if (key === ' ' || code === 'Space') return 'Space';
  if (/^[a-z]$/i.test(key)) return key.toUpperCase();
  // Letters by place where the layout writes another alphabet.
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter && /^\P{ASCII}$/u.test(key)) return letter;
  if (letter && event.altKey) return letter;
  return key.length === 0 ? null : key;
}

/** True where a person is writing, so that letters are letters. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** True where the element in focus has its own use for the key. */
export function usesKey(target: EventTarget | null, name: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('[role="dialog"]:not([data-commands]), [role="menu"], [role="listbox"]:not([data-commands])')) return true;
  if (name !== 'Space' && name !== 'Enter' && !name.startsWith('Arrow')) return false;
  if (target instanceof HTMLInputElement) return true;
  if (name.startsWith('Arrow')) return false;
  // A button that was clicked keeps the focus, unseen; Space then belongs to the screen again.
  const pressable = target.matches('button, a[href], summary, [role="button"]');
  return pressable && isFocusVisible(target);
}

function isFocusVisible(target: HTMLElement): boolean {
  try {
    return target.matches(':focus-visible');
  } catch {
    return true;
  }
}

/** A key as printed on a cap: `Ctrl ↵`. */
export function keyCap(name: string): string {
  const caps: Record<string, string> = {
    Plus: '+', Minus: '−',
    Shift: '⇧', Enter: '↵', ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', Backspace: '⌫', ...words.caps,
  };
  return name.split('+').map((it) => caps[it] ?? it).join(' ').replace('⇧ ', '⇧');
}

/** A key as `aria-keyshortcuts` wants it. */
export function ariaKey(name: string): string {
  return name.replace('Ctrl', 'Control');
}
