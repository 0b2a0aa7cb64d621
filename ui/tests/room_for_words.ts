// What is seen of a page in disguise: texts that are in no catalogue, and texts that have no room.
import { OWN_TEXTS } from './own_texts';
import { CLOSES, OPENS } from './pseudo';

/** What is in no language: names, ids, amounts and times as the shop's locale writes them. */
const NO_WORDS = [
  /Countersign/g,
  /Harbour Books/g,
  /English|Nederlands/g,
  /Enter|Esc|Alt \w|F2|Ctrl C/g,
  /Visa|Mastercard|American Express/g,
  /GBP|EUR|JPY|JP¥/g,
  /(?:pi|ch|dp|re|req|pk|rk|sk|pm)_\S*/g,
  /\S+\.(?:sqlite|csv)/g,
  /(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,? |(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)(?: \d{4})?/g,
  /(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber/g,
  /Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec/g,
];

const escaped = (text: string) => text.replaceAll(/[[\]!]/g, '\\$&');
const BRACKETED = new RegExp(`${escaped(OPENS)}[\\s\\S]*?${escaped(CLOSES)}`, 'g');

function wordless(text: string): string {
  const said = OWN_TEXTS.reduce((rest, own) => rest.replaceAll(own, ''), text.replace(BRACKETED, ''));
  return NO_WORDS.reduce((rest, none) => rest.replace(none, ''), said).trim();
}

/** Stripe's own, which is in a frame of theirs. */
const NOT_OURS = '[data-testid="card-mount"], .stand-in-overlay, script, style';
/** Parts of our texts that were cut out of them, without their brackets. */
const CUT_OUT = '.found';

/** Texts and labels of the page that stand outside of the brackets. */
export function outsideOfBrackets(root: HTMLElement = document.body): string[] {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: string[] = [];
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node.parentElement?.closest(`${NOT_OURS}, ${CUT_OUT}`) === null) texts.push(node.nodeValue ?? '');
  }
  const labels = [...root.querySelectorAll('[aria-label], [title], [placeholder], [alt]')]
    .filter((element) => element.closest(NOT_OURS) === null)
    .flatMap((element) => ['aria-label', 'title', 'placeholder', 'alt'].map((name) => element.getAttribute(name) ?? ''));
  return [...wordless(texts.join('')).split('\n'), ...labels.map(wordless)]
    .map((text) => text.trim())
    .filter((text) => /\p{L}/u.test(text));
}

const isSeen = (element: HTMLElement) =>
  element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
  element.closest('.heard') === null &&
  element.closest(NOT_OURS) === null;

function nameOf(element: HTMLElement): string {
  return `${element.tagName.toLowerCase()}.${element.className} “${element.textContent.trim().slice(0, 60)}”`;
}

/** Lets what slides in be where it ends. What turns for ever goes on. */
export function settle(): void {
  for (const animation of document.getAnimations()) if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
}

/** Amounts and numbers that stand in two lines. */
function broken(root: HTMLElement): string[] {
  return [...root.querySelectorAll<HTMLElement>('.figures')]
    .filter((element) => {
      const [text] = element.childNodes;
      if (!isSeen(element) || element.childNodes.length !== 1 || !(text instanceof Text) || /\s/.test(text.data.trim())) return false;
      const range = document.createRange();
      range.selectNodeContents(text);
      return range.getClientRects().length > 1;
    })
    .map((element) => `${nameOf(element)} stands in two lines`);
}

/** Words of our own headings and buttons that are broken, which only what people wrote themselves may be. */
function brokenWords(root: HTMLElement): string[] {
  const wrong: string[] = [];
  for (const element of root.querySelectorAll<HTMLElement>('h1, h2, h3, .button')) {
    if (!isSeen(element)) continue;
    for (const text of element.childNodes) {
      if (!(text instanceof Text)) continue;
      for (const { 0: word, index } of text.data.matchAll(/[\p{L}]+/gu)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1)
          wrong.push(`“${word}” of ${nameOf(element)} is broken`);
      }
    }
  }
  return wrong;
}

/** What has no room for its text, or stands over an edge that cuts it off. */
export function cutOff(root: HTMLElement = document.body): string[] {
  const wrong = [...broken(root), ...brokenWords(root)];
  for (const element of root.querySelectorAll<HTMLElement>(
    'button, label, legend, h1, h2, h3, p, dt, dd, li, th, td, .tag, .key, .count',
  )) {
    if (!isSeen(element) || (getComputedStyle(element).display.startsWith('inline') && element.tagName !== 'BUTTON')) continue;
    if (element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0)
      wrong.push(`${nameOf(element)} is ${String(element.scrollWidth)} wide in ${String(element.clientWidth)}`);
    const { left, right } = element.getBoundingClientRect();
    if (left < -1 || right > window.innerWidth + 1) wrong.push(`${nameOf(element)} goes from ${String(left)} to ${String(right)}`);
    if (element.tagName === 'BUTTON' && element.scrollHeight > element.clientHeight + 1)
      wrong.push(`${nameOf(element)} is ${String(element.scrollHeight)} high in ${String(element.clientHeight)}`);
  }
  return wrong;
}

/** What must be in sight without scrolling: where a sale stands with what is left of the bank's hour, the next step, and each answer. */
export function outOfSight(): string[] {
  const field = document.querySelector('[data-testid="stage-amount"]')?.parentElement;
  const wrong =
    field !== null && field !== undefined && field.scrollHeight > field.clientHeight + 1
      ? [`the stage is ${String(field.scrollHeight)} high in ${String(field.clientHeight)}`]
      : [];
  for (const button of document.querySelectorAll<HTMLElement>(
    '[data-testid="stage"] .button.primary, [data-testid="same-amount"] .button, [data-testid="payment"] .button',
  )) {
    if (!isSeen(button)) continue;
    const { top, bottom } = button.getBoundingClientRect();
    const box = (button.closest('[data-testid="same-amount"]')?.parentElement ?? button.closest('main'))?.getBoundingClientRect();
    if (top < (box?.top ?? 0) - 1 || bottom > (box?.bottom ?? window.innerHeight) + 1)
      wrong.push(`${nameOf(button)} goes from ${String(top)} to ${String(bottom)}`);
  }
  return wrong;
}
