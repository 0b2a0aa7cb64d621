// What axe-core finds on the page as it stands: WCAG 2 A and AA, and what is good practice.
import axe from 'axe-core';

/** Stripe's own, which is in a frame of theirs: here a stand-in. */
const NOT_OURS = ['[data-testid="card-mount"]', '.stand-in-overlay', 'iframe'];

/** What axe is asked, for the most or for the least. */
export interface Look {
  /** All rules, or the one that depends on the colours and on what stands over what. */
  rules: 'all' | 'contrast';
  /** Whether the texts are a person's: in the pseudo-language a name is bracketed apart from what is in it. */
  isSpoken: boolean;
}

type Found = Pick<axe.Result, 'id' | 'nodes'>;

const said = ({ id, nodes }: Found): string[] =>
  nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} — ${(failureSummary ?? '').replaceAll(/\s+/g, ' ').slice(0, 240)}`);

/** Stripes are drawn over a colour of their own, and axe can tell no contrast to them: for its look they are taken away. */
function withoutStripes(): HTMLStyleElement {
  const style = document.createElement('style');
  style.textContent = '*, *::before, *::after { background-image: none !important; }';
  document.head.append(style);
  return style;
}

/** Scrolled out of sight in part, or in the browser's top layer: there axe cannot tell what stands behind a text. */
function isElsewhere({ element }: axe.NodeResult): boolean {
  if (element?.closest('[popover]') !== null) return true;
  for (let box: HTMLElement | null = element; box !== null; box = box.parentElement) {
    if (box.scrollHeight > box.clientHeight + 1 && getComputedStyle(box).overflowY === 'auto') return true;
  }
  return false;
}

/** What is wrong, and each text whose contrast axe could not tell. */
export async function faultsByAxe({ rules, isSpoken }: Look): Promise<string[]> {
  // What has just come up takes no press yet, and says so: it stops that by itself, and the colours of what is disabled are not looked at.
  for (const waits of document.querySelectorAll(':not(button)[aria-disabled="true"]')) waits.removeAttribute('aria-disabled');
  const style = withoutStripes();
  const { violations, incomplete } = await axe.run(
    { include: document, exclude: NOT_OURS },
    {
      ...(rules === 'contrast' ? { runOnly: { type: 'rule', values: ['color-contrast'] } } : {}),
      ...(isSpoken ? {} : { rules: { 'label-content-name-mismatch': { enabled: false } } }),
      resultTypes: ['violations', 'incomplete'],
      iframes: false,
      elementRef: true,
    },
  );
  style.remove();
  const untold = incomplete
    .filter(({ id }) => id === 'color-contrast')
    .map(({ id, nodes }) => ({ id, nodes: nodes.filter((node) => !isElsewhere(node)) }));
  return [...violations, ...untold].flatMap(said);
}
