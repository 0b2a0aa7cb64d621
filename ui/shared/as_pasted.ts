// A field of one line makes blanks of the line ends in what is pasted, before anybody can read it: two figures below each other
// would become one figure with a blank. Here they stay in sight, and whoever reads the field can refuse them.
import type { Attachment } from 'svelte/attachments';

/** What stands in the field for the end of a line. */
const LINE_END = '↵';

/** Keeps the line ends of what is pasted into this field in sight. Those around it say nothing. */
export const asPasted: Attachment<HTMLInputElement> = (field) => {
  const onpaste = (event: ClipboardEvent) => {
    const lines = (event.clipboardData?.getData('text/plain') ?? '').trim().split(/\r\n|[\n\r\u0085\u2028\u2029]/);
    if (lines.length === 1) return;
    event.preventDefault();
    field.setRangeText(lines.join(LINE_END), field.selectionStart ?? 0, field.selectionEnd ?? field.value.length, 'end');
    field.dispatchEvent(new InputEvent('input', { bubbles: true, inputType: 'insertFromPaste' }));
  };
  field.addEventListener('paste', onpaste);
  return () => {
    field.removeEventListener('paste', onpaste);
  };
};

/** Whether a field's change is a paste. */
export const isPasted = (event: Event): boolean => event instanceof InputEvent && event.inputType === 'insertFromPaste';
