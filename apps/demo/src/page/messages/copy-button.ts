// Copies bytes to the clipboard.
import { h } from '../dom.ts';
import { hexOf } from '../../wire/encodings.ts';

/** A button that copies bytes as hexadecimal digits, and says whether it could. */
export function copyButton(bytes: Uint8Array): HTMLButtonElement {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'copy',
      onClick: () => {
        navigator.clipboard.writeText(hexOf(bytes)).then(
          () => {
            button.textContent = 'Copied';
          },
          () => {
            button.textContent = 'The browser does not let this page copy';
          },
        );
      },
    },
    'Copy as hex',
  );
  return button;
}
