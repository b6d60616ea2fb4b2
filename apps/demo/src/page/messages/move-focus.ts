// The keys that move the focus from message to message.
/** Lets the arrow keys, Home and End go from one message to the next. */
export function moveFocus(list: HTMLElement, event: KeyboardEvent): void {
  const rows = [...list.querySelectorAll<HTMLElement>('.row')].filter(
    (row) => row.offsetParent !== null,
  );
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const last = rows.length - 1;
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: at === -1 ? 0 : Math.min(at + 1, last),
    ArrowUp: at === -1 ? last : Math.max(at - 1, 0),
    Home: 0,
    End: last,
  };
  const target = targets[event.key];
  if (target === undefined) return;
  event.preventDefault();
  rows[target]?.focus();
}
