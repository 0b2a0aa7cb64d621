// Nederlands: de pagina van de bank.
import type { Words } from '../now.svelte';

const CONFIRMS = 'De klant bevestigt in het pasvenster via de bank. Tot dan wordt er niets afgeschreven.';

export const challenge: Words['challenge'] = {
  bankPage: {
    not_heard: CONFIRMS,
    shown: CONFIRMS,
    missing:
      'De pagina van de bank is niet in het pasvenster verschenen. Open die opnieuw: de kassa kijkt eerst wat ervan is geworden. Er wordt niets afgeschreven tot de klant bevestigt.',
  },
  opens:
    'Hier opent de pagina van de bank. De klant bevestigt via de bank, met een code of in de app van de bank. Tot dan wordt er niets afgeschreven.',
  closed: 'De pagina van de bank is gesloten. De kassa kijkt wat de bank heeft besloten.',
  missing:
    'De pagina van de bank is niet verschenen. Open die opnieuw: de kassa kijkt eerst wat ervan is geworden. Er wordt niets afgeschreven tot de klant bevestigt.',
  again: 'Pagina van de bank opnieuw openen',
  reopening: 'De pagina van de bank wordt opnieuw geopend…',
  againSmall: 'Opnieuw openen…',
  mayBecomeVoid: 'Een code die de bank heeft gestuurd, werkt daarna misschien niet meer. De pagina opnieuw openen?',
  yesAgain: 'Ja, opnieuw openen',
  no: 'Nee',
  timeLeft: 'Tijd die de bank nog heeft',
  left: 'over om via de bank te bevestigen',
  over: 'Het uur is om',
};
