// The payment window: the card, the cards for tests, what is being done, and the bank.
import type { PaymentView } from '../../shared/bindings/PaymentView';
import { expect } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { DeclineView } from '../../shared/bindings/DeclineView';
import type { Doing } from '../../shared/bindings/Doing';
import type { FakeCore } from '../../shared/fake_core';
import { fakeMoney } from '../../shared/fake_price';
import { CHECK_ID, DECLINE, putScene } from '../scenes';
import { PATIENCE_MS } from '../../payment/challenge_watch';
import { payment, press, says, there, type EveryScreen } from './bring';

const DOING: { readonly [What in Doing]: null } = {
  charging: null,
  checking: null,
  confirming: null,
  awaiting_charge: null,
  cancelling: null,
};

const scene = (name: string, of = name, shows = 'payment') =>
  payment(`payment/${name}`, {
    put: (core) => {
      putScene(core, of);
    },
    walk: () => there(shows),
    shows,
  });

const card = (name: string, asked: Omit<Parameters<typeof payment>[1], 'shows'> & { shows?: string }) =>
  payment(`payment/${name}`, {
    shows: 'payment-amount',
    ...asked,
    put: async (core) => {
      await asked.put?.(core);
      await core.openForCard('25');
    },
  });

/** The card field takes what is typed. */
async function ready(): Promise<void> {
  await expect.element(page.getByTestId('charge')).toBeEnabled();
}

async function typed(number: string): Promise<void> {
  await ready();
  await page.getByLabelText('Card number').fill(number);
}

/** A view of a card: the same sale with other words about the card before. */
const cardView = (amount_minor: number, decline: DeclineView | null): PaymentView => ({
  kind: 'card',
  sale_id: crypto.randomUUID(),
  attempt_id: crypto.randomUUID(),
  money: fakeMoney(amount_minor, { currency: 'GBP', locale: 'en-GB' }),
  decline,
  notice: null,
});

const bank = (
  name: string,
  of: {
    left_ms?: number;
    mode?: 'training' | 'live';
    /** A check's, and no sale's. */
    check?: true;
    stripe?: Parameters<typeof payment>[1]['stripe'];
    put?: (core: FakeCore) => unknown;
    walk?: (core: FakeCore) => unknown;
    shows?: string;
  },
) =>
  payment(`payment/${of.check === true ? 'check-bank' : 'bank'}-${name}`, {
    ...(of.mode === undefined ? {} : { mode: of.mode }),
    ...(of.stripe === undefined ? {} : { stripe: of.stripe }),
    put: async (core) => {
      await of.put?.(core);
      const now_ms = Date.now();
      core.putScene({
        view: {
          kind: 'authenticate',
          whose:
            of.check === true
              ? { kind: 'check', check_id: CHECK_ID }
              : { kind: 'sale', sale_id: crypto.randomUUID(), attempt_id: crypto.randomUUID() },
          money: fakeMoney(2500, { currency: 'GBP', locale: 'en-GB' }),
          client_secret: 'pi_x_secret_y',
          now_ms,
          deadline_ms: now_ms + (of.left_ms ?? 3_590_000),
        },
      });
    },
    walk: async (core) => {
      await there('authenticate');
      await of.walk?.(core);
    },
    shows: of.shows ?? 'authenticate',
  });

/** What lasts for a third of a second stays, until the next screen. */
function timeStandsStill(): void {
  const now_ms = performance.now();
  performance.now = () => now_ms;
}

/** A quarter of a minute later. */
async function longAfter(): Promise<void> {
  const log = () => (window as { countersignStripeLog?: string[] }).countersignStripeLog ?? [];
  await expect.poll(log).toContain('handleCardAction');
  const now_ms = performance.now.bind(performance);
  performance.now = () => now_ms() + PATIENCE_MS;
  await there('bank-page-missing');
  Reflect.deleteProperty(performance, 'now');
}

export const paymentWindow: EveryScreen[] = [
  payment('payment/idle', { walk: () => says('payment', 'data-view', 'idle'), shows: 'payment' }),
  card('card', { walk: ready }),
  card('card-in-test-mode', { mode: 'test', walk: ready }),
  card('card-in-live-mode', { mode: 'live', walk: ready }),
  payment('payment/card-for-seven-figures', {
    mode: 'live',
    put: (core) => {
      core.putScene({ view: cardView(123_456_789, DECLINE) });
    },
    walk: ready,
    shows: 'decline',
  }),
  payment('payment/declined', {
    put: (core) => {
      putScene(core, 'declined');
    },
    walk: ready,
    shows: 'decline',
  }),
  payment('payment/declined-asks-the-bank', {
    put: (core) => {
      core.putScene({
        view: cardView(2500, { ...DECLINE, why: { kind: 'refused', reason: 'payment_not_permitted', next: { kind: 'ask_bank' } } }),
      });
    },
    walk: ready,
    shows: 'decline',
  }),
  payment('payment/notice', {
    put: (core) => {
      putScene(core, 'notice');
    },
    walk: ready,
    shows: 'notice',
  }),
  card('card-not-handed-over', {
    put: (core) => {
      core.refuseNext.set('submit_card', { fact: 'refused', refusal: { code: 'disk_full' } });
    },
    walk: async () => {
      await typed('4242424242424242');
      await press('charge');
      await expect.element(page.getByTestId('card-error')).not.toBeEmptyDOMElement();
    },
    shows: 'card-error',
  }),
  card('card-on-its-way', {
    stripe: { countersignChallengeHangs: true },
    walk: async (core) => {
      core.submitCard = () => new Promise(() => undefined);
      await typed('4242424242424242');
      await press('charge');
      await expect.element(page.getByTestId('charge')).toBeDisabled();
    },
  }),
  card('cursor-is-coming', { stripe: { countersignNoCursor: true }, put: timeStandsStill, shows: 'cursor-coming' }),
  card('cursor-does-not-come', { stripe: { countersignNoCursor: true }, shows: 'cursor-click' }),
  card('field-does-not-come', { stripe: { countersignFieldFails: true }, shows: 'stripe-missing' }),
  payment('payment/field-is-loading', {
    put: (core) => {
      core.putScene({ publishable_key: '', view: cardView(2500, null) });
    },
    shows: 'payment-amount',
  }),
  card('test-cards', {
    walk: async () => {
      await ready();
      await press('palette');
    },
    shows: 'palette-drawer',
  }),
  card('test-cards-none-found', {
    walk: async () => {
      await ready();
      await press('palette');
      await userEvent.fill(page.getByTestId('palette-search'), 'no such card');
    },
    shows: 'palette-drawer',
  }),
  card('till-is-silent', {
    walk: async (core) => {
      await ready();
      core.watchPayment = () => Promise.reject(new Error('nothing is there'));
      core.putScene({});
      await there('silent');
    },
    shows: 'silent',
  }),
  ...Object.keys(DOING).map((doing) => scene(`working-${doing}`, doing, 'working')),
  scene('check-tries-the-cursor', 'check-cursor'),
  scene('check-asks-the-bank', 'check-bank', 'authenticate'),
  bank('page-does-not-come', { check: true, stripe: { countersignChallengeHangs: true }, walk: longAfter, shows: 'bank-page-missing' }),
  bank('page-has-closed', {
    check: true,
    stripe: { countersignChallengeThrows: true },
    walk: () => there('challenge-again'),
    shows: 'authenticate',
  }),
  bank('is-too-late', { check: true, left_ms: -1000, walk: () => there('challenge-again-small'), shows: 'countdown' }),
  bank('begins', { stripe: { countersignChallengeHangs: true }, shows: 'countdown' }),
  bank('asks', { mode: 'live', walk: () => there('challenge-again-small'), shows: 'countdown' }),
  bank('asks-late', { left_ms: 4 * 60_000, walk: () => there('challenge-again-small'), shows: 'countdown' }),
  bank('asks-too-late', { left_ms: -1000, walk: () => there('challenge-again-small'), shows: 'countdown' }),
  bank('asks-whether-to-open-again', {
    walk: async () => {
      await there('challenge-again-small');
      await press('challenge-again-small');
    },
    shows: 'challenge-again-yes',
  }),
  bank('page-does-not-come', { stripe: { countersignChallengeHangs: true }, walk: longAfter, shows: 'bank-page-missing' }),
  bank('page-has-closed', { stripe: { countersignChallengeThrows: true }, walk: () => there('challenge-again'), shows: 'authenticate' }),
  bank('page-opens-again', {
    stripe: { countersignChallengeThrows: true },
    put: (core) => {
      core.freshPage = () => new Promise(() => undefined);
    },
    walk: async () => {
      await press('challenge-again');
    },
    shows: 'authenticate',
  }),
  bank('field-does-not-come', { stripe: { countersignFieldFails: true }, shows: 'stripe-missing' }),
];
