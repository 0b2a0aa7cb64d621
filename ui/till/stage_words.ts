// How each stage of a sale looks, and which words of the language in force say it.
import type { SaleView } from '../shared/bindings/SaleView';
import { minutesLeft, timeOfDay } from '../shared/time';
import { unreachable } from '../shared/unreachable';
import type { Told } from '../words/facts';
import { words } from '../words/now.svelte';
import { disputeWaits, paidInAList, paidWords } from './paid_words';

/** How a stage looks: one colour field per meaning. */
export type Tone = 'busy' | 'asked' | 'approved' | 'declined' | 'unknown' | 'alarm' | 'ended';

/** A stage in words. */
export interface StageWords {
  tone: Tone;
  /** The word read from two metres. */
  title: string;
  /** One or two sentences under it. */
  body: string;
  /** True while the till is waiting for an answer and staff have nothing to do. */
  waiting: boolean;
}

/** The words for where a sale stands. */
export function stageWords(sale: SaleView, locale: string): StageWords {
  const { stage, money } = sale;
  const { stage: said, challenge, decline, cancelling } = words();
  const tone = saleTone(sale);
  const calm = (told: Told): StageWords => ({ ...told, tone, waiting: false });
  const waiting = (told: Told): StageWords => ({ ...told, tone, waiting: true });
  switch (stage.kind) {
    case 'open':
      return calm(stage.notice === null ? said.stages.open : { ...said.stages.open, body: decline.staff(stage.notice) });
    case 'needs_authentication':
      return calm({ title: said.bankAsks, body: challenge.bankPage[stage.page] });
    case 'authenticated':
      return calm(said.authenticated(timeOfDay(stage.since_ms, locale), money.text));
    case 'submitting':
    case 'confirming':
    case 'processing':
      return waiting(said.stages[stage.kind]);
    case 'held':
    case 'cancelled':
    case 'set_aside':
      return calm(said.stages[stage.kind]);
    case 'approved':
      return paidWords(sale);
    case 'declined':
      return calm({ title: decline.title(stage.decline.why), body: said.nothingCharged });
    case 'not_known':
      return calm({
        title: said.notKnown.title,
        body: sale.actions.includes('set_aside') ? said.notKnown.another : said.notKnown.silent(timeOfDay(stage.since_ms, locale)),
      });
    case 'cancelling': {
      const told = {
        title: cancelling.title(stage.step),
        body: cancelling.body(stage.step, { now_ms: 0, at: (at_ms) => timeOfDay(at_ms, locale), left: minutesLeft }),
      };
      return stage.step.kind === 'finding_out' ? calm(told) : waiting(told);
    }
    default:
      return unreachable(stage);
  }
}

/** A few words for a list, e.g. in the history. */
export function saleInAList(sale: SaleView): string {
  const { stage } = sale;
  const { stage: said, decline } = words();
  switch (stage.kind) {
    case 'approved':
      return disputed(sale) ? said.paid.list.disputed : paidInAList(sale);
    case 'declined':
      return decline.title(stage.decline.why);
    case 'cancelling':
      return stage.step.kind === 'finding_out' ? said.cancellingInAList.unknown : said.cancellingInAList.waits;
    default:
      return said.inAList[stage.kind];
  }
}

/** The colour field of a sale. */
export function saleTone(sale: SaleView): Tone {
  const { stage } = sale;
  switch (stage.kind) {
    case 'approved':
      return disputed(sale) ? 'asked' : paidWords(sale).tone;
    case 'declined':
      return 'declined';
    case 'not_known':
      return 'unknown';
    case 'needs_authentication':
    case 'authenticated':
    case 'held':
      return 'asked';
    case 'cancelling':
      return stage.step.kind === 'finding_out' ? 'unknown' : 'ended';
    case 'cancelled':
    case 'set_aside':
      return 'ended';
    case 'open':
    case 'submitting':
    case 'confirming':
    case 'processing':
      return 'busy';
    default:
      return unreachable(stage);
  }
}

/** A dispute that waits for an answer is what a list says about a sale, unless something presses more. */
function disputed(sale: SaleView): boolean {
  const { tone } = paidWords(sale);
  return disputeWaits(sale) && tone !== 'alarm' && tone !== 'unknown';
}
