// Puts the chosen colours on a page. `system` leaves the choice to the desktop.
import type { Theme } from './bindings/Theme';

/** Sets the page's colours. */
export function applyTheme(theme: Theme, root: HTMLElement = document.documentElement): void {
  if (theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = theme;
}

/** Whether the page is dark at this moment. */
export function isDark(theme: Theme): boolean {
  return theme === 'dark' || (theme === 'system' && window.matchMedia('(prefers-color-scheme: dark)').matches);
}
