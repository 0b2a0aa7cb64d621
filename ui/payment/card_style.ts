// How the card Element looks. Its frame belongs to Stripe and sees none of our style sheet, so the colours are told.
// They repeat --ink, --ink-soft, --danger and --t-large of shared/tokens.css.
import type { StripeElementStyle } from '@stripe/stripe-js';

/** The Element's style for light or dark. */
export function cardStyle(dark: boolean): StripeElementStyle {
  const ink = dark ? '#edf2f0' : '#17211f';
  const soft = dark ? '#a9b6b1' : '#6a746f';
  const danger = dark ? '#ffa08f' : '#a02d1c';
  return {
    base: {
      color: ink,
      iconColor: dark ? '#6fd3c7' : '#0b5a54',
      fontFamily: 'Inter, ui-sans-serif, system-ui, "Segoe UI", "Noto Sans", sans-serif',
      fontSize: '21px',
      // As high as the box of `CardForm.svelte` inside: the frame fills it.
      lineHeight: '66px',
      fontSmoothing: 'antialiased',
      '::placeholder': { color: soft },
    },
    invalid: { color: danger, iconColor: danger },
  };
}
