// What a scene of the payment window is about: a sale's card or challenge, or a check of the till.
import type { PaymentScene } from '../shared/bindings/PaymentScene';
import type { PaymentView } from '../shared/bindings/PaymentView';
import { unreachable } from '../shared/unreachable';

/** A card is asked for. */
export type CardView = Extract<PaymentView, { kind: 'card' }>;
/** The challenge as it is drawn and talked about: without the client secret, which is for one call and is kept nowhere. */
export type AuthenticateView = Omit<Extract<PaymentView, { kind: 'authenticate' }>, 'client_secret'>;
/** A challenge that is to be opened. */
export interface Challenge {
  view: AuthenticateView;
  clientSecret: string;
}

/** What the scene is about: another one begins with an empty field. */
export function subjectOf(view: PaymentView): string {
  switch (view.kind) {
    case 'idle':
      return '';
    case 'card':
    case 'working':
      return view.attempt_id;
    case 'try_cursor':
      return view.check_id;
    case 'authenticate':
      return challengeOf(view);
    default:
      return unreachable(view);
  }
}

/** Which challenge it is: the attempt's of a sale, or the check's. */
export function challengeOf({ whose }: Pick<AuthenticateView, 'whose'>): string {
  return whose.kind === 'sale' ? whose.attempt_id : whose.check_id;
}

/** The sale that staff can leave or give up in this scene. */
export function saleOf(view: PaymentView): string | null {
  if (view.kind === 'card') return view.sale_id;
  return view.kind === 'authenticate' && view.whose.kind === 'sale' ? view.whose.sale_id : null;
}

/** The check of the till that this scene belongs to. */
export function checkOf(view: PaymentView): string | null {
  if (view.kind === 'try_cursor') return view.check_id;
  return view.kind === 'authenticate' && view.whose.kind === 'check' ? view.whose.check_id : null;
}

/** The scene as it is kept. The client secret goes on by itself, to the one call that needs it. */
export function withoutSecret(scene: PaymentScene): PaymentScene {
  return scene.view.kind === 'authenticate' ? { ...scene, view: { ...scene.view, client_secret: '' } } : scene;
}
