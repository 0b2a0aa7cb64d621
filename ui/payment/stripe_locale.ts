// Which of Stripe.js's languages is the one that the windows speak. Source: the `StripeElementLocale` type of @stripe/stripe-js.
const SPOKEN = new Set([
  'ar',
  'bg',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'en-AU',
  'en-CA',
  'en-NZ',
  'en-GB',
  'es',
  'es-ES',
  'es-419',
  'et',
  'fi',
  'fil',
  'fr',
  'fr-CA',
  'fr-FR',
  'he',
  'hu',
  'hr',
  'id',
  'it',
  'it-IT',
  'ja',
  'ko',
  'lt',
  'lv',
  'ms',
  'mt',
  'nb',
  'nl',
  'no',
  'pl',
  'pt',
  'pt-BR',
  'ro',
  'ru',
  'sk',
  'sl',
  'sv',
  'th',
  'tr',
  'vi',
  'zh',
  'zh-HK',
  'zh-TW',
]);

/**
 * What Stripe.js is told to speak: the language in force, as the shop's locale speaks it where it is the same language (`en-GB`
 * asks for a postcode, `en` for a ZIP); else Stripe's own choice. How amounts are written does not change what is spoken.
 */
export function stripeLocale({ language, locale }: { language: string; locale: string }): string {
  if (locale.split('-')[0] === language && SPOKEN.has(locale)) return locale;
  return SPOKEN.has(language) ? language : 'auto';
}
