// What a screen reader says when the payment window's scene changes.
import type { PaymentView } from '../shared/bindings/PaymentView';
import { unreachable } from '../shared/unreachable';
import { words } from '../words/now.svelte';

/** The scene in a sentence or two. */
export function announce(view: PaymentView): string {
  const { decline, payment } = words();
  switch (view.kind) {
    case 'idle':
      return '';
    case 'card': {
      const before =
        view.decline === null
          ? view.notice === null
            ? ''
            : decline.staff(view.notice)
          : `${decline.title(view.decline.why)}. ${decline.staff(view.decline.why)}`;
      return `${before} ${payment.keyCard(view.money.text)}`.trim();
    }
    case 'working':
      return `${view.money.text}. ${payment.doing[view.doing].title}`;
    case 'try_cursor':
      return payment.check.cursor;
    case 'authenticate':
      return view.whose.kind === 'check' ? payment.check.bank : payment.bankAsksFor(view.money.text);
    default:
      return unreachable(view);
  }
}
