// The payment window's scenes in words.
import type { Doing } from '../shared/bindings/Doing';
import type { PaymentView } from '../shared/bindings/PaymentView';
import { unreachable } from '../shared/unreachable';
import { en } from '../words/en';

/** What the window waits for: a word, and a sentence. */
export function doingWords(doing: Doing): { title: string; body: string } {
  switch (doing) {
    case 'charging': return { title: 'Asking the bank…', body: 'Do not key the card again.' };
    case 'checking': return { title: 'Looking what the bank said…', body: 'The till reads the payment itself.' };
    case 'confirming': return { title: 'The bank said yes. Finishing…', body: 'The payment is being completed.' };
    case 'awaiting_charge': return { title: 'Cancelling…', body: 'The charge is still out. Its answer comes first; then the till cancels.' };
    case 'cancelling': return { title: 'Cancelling…', body: 'The cancel is with Stripe, and its answer comes in a moment.' };
    default: return unreachable(doing);
  }
}

/** What a screen reader says when the scene changes. */
export function announce(view: PaymentView): string {
  switch (view.kind) {
    case 'idle': return '';
    case 'card': {
      const before = view.decline === null ? (view.notice === null ? '' : en.decline.staff(view.notice)) : `${en.decline.title(view.decline.why)}. ${en.decline.staff(view.decline.why)}`;
      return `${before} Key the card for ${view.money.text}.`.trim();
    }
    case 'working': return `${view.money.text}. ${doingWords(view.doing).title}`;
    case 'authenticate': return `The bank asks the customer to confirm ${view.money.text}.`;
    default: return unreachable(view);
  }
}
