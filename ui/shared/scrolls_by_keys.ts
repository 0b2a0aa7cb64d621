// A box whose contents do not fit can be reached by Tab, so that the arrow keys scroll it: WebKit gives it no such place by itself.
// One whose contents fit is no stop on the way. It is no control with keys of its own: Enter and Escape stay the window's, and are looked
// at like all others (`fresh_press.ts`).
import type { Attachment } from 'svelte/attachments';

export const scrollsByKeys: Attachment<HTMLElement> = (box) => {
  box.dataset['scrolls'] = '';
  const look = () => {
    if (box.scrollHeight > box.clientHeight + 1) box.tabIndex = 0;
    // Not under somebody's fingers: the keys would go nowhere.
    else if (document.activeElement !== box) box.removeAttribute('tabindex');
    // Overlay scrollbars tell nobody that there is more.
    box.toggleAttribute('data-more', box.scrollHeight - box.scrollTop > box.clientHeight + 1);
  };
  const size = new ResizeObserver(look);
  const content = new MutationObserver(look);
  size.observe(box);
  content.observe(box, { childList: true, subtree: true, characterData: true });
  box.addEventListener('scroll', look, { passive: true });
  look();
  return () => {
    box.removeEventListener('scroll', look);
    size.disconnect();
    content.disconnect();
  };
};
