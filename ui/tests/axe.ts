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

/** Scrolled out of sight, if only in part: there axe cannot tell what stands behind a text. */
function isOutOfSight(element: HTMLElement): boolean {
  const { left, top, right, bottom } = element.getBoundingClientRect();
  const isWithin = (from: number, to: number, least: number, most: number) => from >= least - 1 && to <= most + 1;
  if (!isWithin(left, right, 0, window.innerWidth) || !isWithin(top, bottom, 0, window.innerHeight)) return true;
  for (let box = element.parentElement; box !== null; box = box.parentElement) {
    const { overflowX, overflowY } = getComputedStyle(box);
    if (overflowX === 'visible' && overflowY === 'visible') continue;
    const seen = box.getBoundingClientRect();
    if (!isWithin(left, right, seen.left, seen.right) || !isWithin(top, bottom, seen.top, seen.bottom)) return true;
  }
  return false;
}

/** Red, green and blue of a colour that hides what is behind it, each from 0 to 1; null: it does not. */
function opaque(colour: string): number[] | null {
  const parts = /^rgba?\(([\d., ]+)\)$/.exec(colour)?.[1]?.split(',').map(Number) ?? [];
  return parts.length === 3 || parts[3] === 1 ? parts.slice(0, 3).map((part) => part / 255) : null;
}

const luminance = (colour: readonly number[]): number =>
  colour
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * ([0.2126, 0.7152, 0.0722][at] ?? 0), 0);

/**
 * In the browser's top layer axe cannot tell what stands behind a text. What stands there is drawn on colours of its own, so that it can
 * be counted. Null: it cannot, or it is too little.
 */
function contrastInTopLayer(element: HTMLElement): number | null {
  const layer = element.closest('[popover]');
  if (layer === null) return null;
  const { color, fontSize, fontWeight } = getComputedStyle(element);
  const ink = opaque(color);
  for (let box: Element | null = element; box !== null && layer.contains(box); box = box.parentElement) {
    const { backgroundColor } = getComputedStyle(box);
    const ground = opaque(backgroundColor);
    if (ground === null && backgroundColor !== 'rgba(0, 0, 0, 0)') return null;
    if (ground === null) continue;
    if (ink === null) return null;
    const [light = 0, dark = 0] = [luminance(ink), luminance(ground)].sort((one, other) => other - one);
    const isLarge = parseFloat(fontSize) >= (Number(fontWeight) >= 700 ? 18.66 : 24);
    const contrast = (light + 0.05) / (dark + 0.05);
    return contrast >= (isLarge ? 3 : 4.5) ? contrast : null;
  }
  return null;
}

/** Whether axe is excused for not telling the contrast of this. */
function isExcused({ element }: axe.NodeResult): boolean {
  return element !== undefined && (isOutOfSight(element) || contrastInTopLayer(element) !== null);
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
    .map(({ id, nodes }) => ({ id, nodes: nodes.filter((node) => !isExcused(node)) }));
  return [...violations, ...untold].flatMap(said);
}
