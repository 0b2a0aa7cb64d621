// Nederlands: wat de testpassen doen. De tabel van de passen is in het Engels; wat daar bij komt, heeft hier zijn woorden nodig.
import type { TestCardView } from '../../shared/bindings/TestCardView';

const GROUPS: Readonly<Record<string, string>> = {
  'Card brands': 'Merken',
  Declines: 'Weigeringen',
  Authentication: 'Bevestiging via de bank',
  'Co-branded cards': 'Passen met twee merken',
  'Health benefit cards': 'Zorgpassen',
  'Cards by country': 'Passen per land',
  'Refused when keyed': 'Bij invoeren geweigerd',
  'Fraud and risk': 'Fraude en risico',
  'CVC and address checks': 'Controle van CVC en adres',
  Disputes: 'Betwistingen',
  Refunds: 'Terugbetalingen',
  Balance: 'Saldo',
  'Older cards': 'Oudere passen',
  'Authentication in mobile apps': 'Bevestiging in mobiele apps',
  'Human check': 'Controle op een mens',
  'In-person PIN cards': 'Passen met pincode aan de balie',
};

const DOES: Readonly<Record<string, string>> = {
  Approved: 'Akkoord',
  'Declined by the bank': 'Geweigerd door de bank',
  'Declined: expired card': 'Geweigerd: pas verlopen',
  'Declined: insufficient funds': 'Geweigerd: saldo te laag',
  'Declined: no reason given': 'Geweigerd: zonder reden',
  'Declined: over its limit': 'Geweigerd: boven de limiet',
  'Declined: processing error': 'Geweigerd: fout bij het verwerken',
  'Declined: reported lost': 'Geweigerd: als verloren gemeld',
  'Declined: reported stolen': 'Geweigerd: als gestolen gemeld',
  'Declined: wrong security code': 'Geweigerd: beveiligingscode onjuist',
  'Approved, though authentication cannot be started': 'Akkoord, al kan de bevestiging niet starten',
  'Approved; asks for authentication only when it is requested': 'Akkoord; vraagt alleen om bevestiging als dat wordt gevraagd',
  'Approved; authenticated without a challenge': 'Akkoord; bevestigd zonder vraag aan de klant',
  'Asks for authentication, then approved': 'Vraagt om bevestiging, dan akkoord',
  'Asks for authentication, then declined': 'Vraagt om bevestiging, dan geweigerd',
  'Asks for authentication, then declined: insufficient funds': 'Vraagt om bevestiging, dan geweigerd: saldo te laag',
  'Declined: authentication could not be started': 'Geweigerd: bevestiging kon niet starten',
  'Refused when keyed: month 13': 'Bij invoeren geweigerd: maand 13',
  'Refused when keyed: security code too short': 'Bij invoeren geweigerd: beveiligingscode te kort',
  'Refused when keyed: wrong number': 'Bij invoeren geweigerd: onjuist nummer',
  'Refused when keyed: year in the past': 'Bij invoeren geweigerd: jaar voorbij',
  'Approved; elevated risk': 'Akkoord; verhoogd risico',
  'Approved; for trying fraud scores': 'Akkoord; om fraudescores te proberen',
  'Asks for authentication, when adaptive 3D Secure is on': 'Vraagt om bevestiging, als adaptieve 3D Secure aanstaat',
  'Blocked as highest risk, when that rule is on': 'Geblokkeerd als hoogste risico, als die regel aanstaat',
  'Blocked: high fraud risk': 'Geblokkeerd: groot risico op fraude',
  'Address and postal code checks fail': 'Controle van adres en postcode mislukt',
  'Approved; address check fails': 'Akkoord; controle van adres mislukt',
  'Approved; address checks not available': 'Akkoord; adres kan niet worden gecontroleerd',
  'Postal code check fails': 'Controle van postcode mislukt',
  'Postal code check fails, elevated risk': 'Controle van postcode mislukt, verhoogd risico',
  'Security code check fails': 'Controle van beveiligingscode mislukt',
  'Security code check fails, elevated risk': 'Controle van beveiligingscode mislukt, verhoogd risico',
  'Approved; a dispute is prevented by a refund or alert': 'Akkoord; betwisting voorkomen door terugbetaling of melding',
  'Approved; then a compliance dispute': 'Akkoord; dan een betwisting om de regels',
  'Approved; then an early fraud warning': 'Akkoord; dan een vroege waarschuwing voor fraude',
  'Approved; then an inquiry': 'Akkoord; dan een navraag',
  'Approved; then disputed as fraudulent': 'Akkoord; dan betwist als fraude',
  'Approved; then disputed more than once': 'Akkoord; dan meer dan één keer betwist',
  'Approved; then disputed: product not received': 'Akkoord; dan betwist: niets ontvangen',
  'Approved; a refund fails later': 'Akkoord; terugbetaling mislukt later',
  'Approved; a refund is pending at first': 'Akkoord; terugbetaling eerst onderweg',
  'Approved; money available at once': 'Akkoord; geld meteen beschikbaar',
  'Asks the customer to show that they are human': 'Vraagt de klant te tonen dat hij een mens is',
  'For card readers only: declined when keyed': 'Alleen voor kaartlezers: geweigerd bij invoeren',
};

/** Het kopje waar een testpas onder staat. */
export const group = (card: TestCardView): string => GROUPS[card.group] ?? card.group;

/** Wat een testpas doet. Achter een pas per land staat het land. */
export function does(card: TestCardView): string {
  const country = / \([A-Z]{2}\)$/.exec(card.does)?.[0] ?? '';
  const what = card.does.slice(0, card.does.length - country.length);
  return `${DOES[what] ?? what}${country}`;
}
