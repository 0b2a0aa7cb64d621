// What a payment page calls, written against the official types. It is compiled, not run: a name or shape that the real
// Stripe.js does not have fails here, so that a page made for the stand-in also fits the real one.
import type {
  PaymentIntentResult,
  SetupIntentResult,
  TokenResult,
  PaymentMethodResult,
  Stripe,
  StripeCardElement,
  StripeCardCvcElement,
  StripeCardElementChangeEvent,
  StripeCardExpiryElement,
  StripeCardNumberElement,
  StripeConstructor,
  StripeElements,
  StripeError,
} from '@stripe/stripe-js';

/** The stand-in's one name beyond the official types; only a training page calls it. */
interface TrainingCard {
  fillTestCard(card: { number: string; exp: string; cvc: string; postal: string }): Promise<void>;
}

export function mount(create: StripeConstructor, publishableKey: string, node: HTMLElement): [Stripe, StripeCardElement] {
  const stripe: Stripe = create(publishableKey, { locale: 'en', apiVersion: '2026-05-27.dahlia' });
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

/** The card over three Elements. */
export function mountSplit(elements: StripeElements): StripeCardNumberElement {
  const style = { base: { color: '#111' } };
  const number: StripeCardNumberElement = elements.create('cardNumber', {
    style, classes: { base: 'a' }, placeholder: 'Number', disabled: false, showIcon: true, iconStyle: 'solid', disableLink: true,
  });
  const expiry: StripeCardExpiryElement = elements.create('cardExpiry', { style, placeholder: 'MM/YY', disabled: false });
  const cvc: StripeCardCvcElement = elements.create('cardCvc', { style, placeholder: 'Code', disabled: false });
  number.on('change', ({ elementType, brand, empty, complete, error }) => [elementType, brand, empty, complete, error?.code]);
  expiry.on('change', ({ elementType, complete, error }) => [elementType, complete, error?.message]);
  cvc.on('change', ({ elementType, complete }) => [elementType, complete]);
  for (const element of [number, expiry, cvc]) element.mount('#field');
  number.update({ placeholder: '', showIcon: false });
  expiry.update({ disabled: true });
  const [again, code] = [elements.getElement('cardExpiry'), elements.getElement('cardCvc')];
  again?.focus();
  code?.clear();
  return elements.getElement('cardNumber') ?? number;
}

export async function payAtOnce(stripe: Stripe, secret: string, card: StripeCardElement | StripeCardNumberElement): Promise<string> {
  const paid: PaymentIntentResult = await stripe.confirmCardPayment(
    secret,
    {
      payment_method: { card, billing_details: { name: 'Ada', address: { postal_code: '94110' } } },
      receipt_email: 'ada@example.com',
      setup_future_usage: 'off_session',
      shipping: { name: 'Ada', address: { line1: '1 Main St' } },
    },
    { handleActions: false },
  );
  const again = await stripe.confirmCardPayment(secret, { payment_method: 'pm_1' });
  const byToken = await stripe.confirmCardPayment(secret, { payment_method: { card: { token: 'tok_visa' } } });
  const bare = await stripe.confirmCardPayment(secret);
  if (paid.error) return sentenceOf(paid.error);
  return [paid.paymentIntent.status, again.error?.code, byToken.paymentIntent?.id, bare.paymentIntent?.status].join(' ');
}

export async function save(stripe: Stripe, secret: string, card: StripeCardElement): Promise<string> {
  const saved: SetupIntentResult = await stripe.confirmCardSetup(secret, { payment_method: { card } }, { handleActions: true });
  const read: SetupIntentResult = await stripe.retrieveSetupIntent(secret);
  const next = await stripe.handleNextAction({ clientSecret: secret });
  if (saved.error) return sentenceOf(saved.error);
  return [saved.setupIntent.status, read.setupIntent?.payment_method, next.error?.code].join(' ');
}

export async function token(stripe: Stripe, card: StripeCardElement | StripeCardNumberElement): Promise<string> {
  const made: TokenResult = await stripe.createToken(card, { name: 'Ada', address_line1: '1 Main St', address_zip: '94110', currency: 'usd' });
  return made.error ? sentenceOf(made.error) : [made.token.id, made.token.card?.last4, made.token.used].join(' ');
}
