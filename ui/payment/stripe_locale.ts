// Which of Stripe.js's languages fits the shop's locale. Source: the `StripeElementLocale` type of @stripe/stripe-js.
const SPOKEN = new Set([
  'ar', 'bg', 'cs', 'da', 'de', 'el', 'en', 'en-AU', 'en-CA', 'en-NZ', 'en-GB', 'es', 'es-ES', 'es-419', 'et', 'fi', 'fil',
  'fr', 'fr-CA', 'fr-FR', 'he', 'hu', 'hr', 'id', 'it', 'it-IT', 'ja', 'ko', 'lt', 'lv', 'ms', 'mt', 'nb', 'nl', 'no', 'pl',
  'pt', 'pt-BR', 'ro', 'ru', 'sk', 'sl', 'sv', 'th', 'tr', 'vi', 'zh', 'zh-HK', 'zh-TW',
]);

/** A tag that Stripe.js accepts: the whole tag, else its language, else Stripe's own choice. */
export function stripeLocale(tag: string): string {
  if (SPOKEN.has(tag)) return tag;
  const language = tag.split('-')[0] ?? '';
  return SPOKEN.has(language) ? language : 'auto';
}
