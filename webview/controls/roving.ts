/** Moves the focus among `items` on arrow keys, Home and End, round the ends; gives the item that has it now, or null. */
export function roveFocus(event: KeyboardEvent, items: readonly HTMLElement[]): HTMLElement | null {
  const at = items.indexOf(event.target as HTMLElement);
  if (at < 0) return null;
  const last = items.length - 1;
  const targets: Record<string, number> = {
    ArrowRight: at === last ? 0 : at + 1, ArrowDown: at === last ? 0 : at + 1,
    ArrowLeft: at === 0 ? last : at - 1, ArrowUp: at === 0 ? last : at - 1,
    Home: 0, End: last,
  };
  const next = targets[event.key];
  if (next === undefined) return null;
  event.preventDefault();
  items[next].focus();
  return items[next];
}
