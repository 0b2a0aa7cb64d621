// What a payment page calls, written against the official types. It is compiled, not run: a name or shape that the real
// Stripe.js does not have fails here, so that a page made for the stand-in also fits the real one.
import type {
  PaymentIntentResult,
  PaymentMethodResult,
  Stripe,
  StripeCardElement,
  StripeCardElementChangeEvent,
  StripeConstructor,
  StripeElements,
  StripeError,
} from '@stripe/stripe-js';

/** The stand-in's one name beyond the official types; only a training page calls it. */
interface TrainingCard {
  fillTestCard(card: { number: string; exp: string; cvc: string; postal: string }): Promise<void>;
}

export function mount(create: StripeConstructor, publishableKey: string, node: HTMLElement): [Stripe, StripeCardElement] {
  const stripe: Stripe = create(publishableKey, { locale: 'en', apiVersion: '2026-10-28.endive' });
  const elements: StripeElements = stripe.elements({ locale: 'en' });
  const card: StripeCardElement = elements.create('card', {
    hidePostalCode: false,
    hideIcon: false,
    iconStyle: 'solid',
    disabled: false,
    disableLink: true,
    value: { postalCode: '94110' },
    classes: { base: 'a', complete: 'b', empty: 'c', focus: 'd', invalid: 'e', webkitAutofill: 'f' },
    style: {
      base: {
        color: '#111', fontFamily: 'sans-serif', fontSize: '22px', fontSmoothing: 'antialiased', fontWeight: 500, iconColor: '#888',
        '::placeholder': { color: '#888' }, ':focus': { color: '#000' },
      },
      complete: { color: '#060' },
      empty: { color: '#111' },
      invalid: { color: '#b00', iconColor: '#b00' },
    },
  });
  card.on('change', (event: StripeCardElementChangeEvent) => {
    const { empty, complete, brand, value } = event;
    const error: { type: 'validation_error'; code: string; message: string } | undefined = event.error;
    return [empty, complete, brand, value.postalCode, error?.code];
  });
  card.once('ready', ({ elementType }) => elementType);
  card.on('focus', ({ elementType }) => elementType);
  card.on('blur', ({ elementType }) => elementType);
  card.on('escape', ({ elementType }) => elementType);
  card.on('loaderror', ({ error }) => error.message);
  card.off('change');
  card.mount(node);
  card.mount('#card');
  card.focus();
  card.blur();
  card.clear();
  card.update({ disabled: true, hidePostalCode: true, value: { postalCode: '' } });
  const same: StripeCardElement | null = elements.getElement('card');
  return [stripe, same ?? card];
}

export function remove(card: StripeCardElement): void {
  card.unmount();
  card.destroy();
}

export async function pay(stripe: Stripe, card: StripeCardElement): Promise<string> {
  const made: PaymentMethodResult = await stripe.createPaymentMethod({
    type: 'card',
    card,
    billing_details: { name: 'Ada', address: { postal_code: '94110' } },
  });
  if (made.error) return sentenceOf(made.error);
  return made.paymentMethod.id;
}

export async function authenticate(stripe: Stripe, clientSecret: string): Promise<string> {
  const result: PaymentIntentResult = await stripe.handleCardAction(clientSecret);
  const next = await stripe.handleNextAction({ clientSecret });
  const read = await stripe.retrievePaymentIntent(clientSecret);
  if (result.error) return sentenceOf(result.error);
  return [result.paymentIntent.status, next.error?.code, read.paymentIntent?.status].join(' ');
}

function sentenceOf(error: StripeError): string {
  return [error.type, error.code, error.decline_code, error.message, error.payment_intent?.status].join(' ');
}

export function fill(card: StripeCardElement & Partial<TrainingCard>): Promise<void> | undefined {
  return card.fillTestCard?.({ number: '4242424242424242', exp: '12/34', cvc: '123', postal: '12345' });
}
