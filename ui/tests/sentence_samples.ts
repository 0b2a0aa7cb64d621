// For every function of the words, what it is called with to write down all that it can say. A new one does not compile until it
// has samples, nor does a new kind of a fact.
import type { BooksFault } from '../shared/bindings/BooksFault';
import type { CheckDetail } from '../shared/bindings/CheckDetail';
import type { CheckFault } from '../shared/bindings/CheckFault';
import type { CheckItem } from '../shared/bindings/CheckItem';
import type { CheckLine } from '../shared/bindings/CheckLine';
import type { CheckReport } from '../shared/bindings/CheckReport';
import type { WhyNotShown } from '../shared/bindings/WhyNotShown';
import type { FolderRefused } from '../shared/bindings/FolderRefused';
import type { KeyMalformed } from '../shared/bindings/KeyMalformed';
import type { KeyRight } from '../shared/bindings/KeyRight';
import type { KeyNotKept } from '../shared/bindings/KeyNotKept';
import type { KeyringMissing } from '../shared/bindings/KeyringMissing';
import type { Named } from '../shared/bindings/Named';
import type { OrderRefused } from '../shared/bindings/OrderRefused';
import type { OrderText } from '../shared/bindings/OrderText';
import type { PreferencesRefused } from '../shared/bindings/PreferencesRefused';
import type { TextRefused } from '../shared/bindings/TextRefused';
import type { Action } from '../shared/bindings/Action';
import type { AfterDecline } from '../shared/bindings/AfterDecline';
import type { AmountRefused } from '../shared/bindings/AmountRefused';
import type { AtStripe } from '../shared/bindings/AtStripe';
import type { AnswerTold } from '../shared/bindings/AnswerTold';
import type { AttemptOutcome } from '../shared/bindings/AttemptOutcome';
import type { BooksSay } from '../shared/bindings/BooksSay';
import type { CallTold } from '../shared/bindings/CallTold';
import type { CancelStep } from '../shared/bindings/CancelStep';
import type { ComparedList } from '../shared/bindings/ComparedList';
import type { ComparisonGap } from '../shared/bindings/ComparisonGap';
import type { ComparisonNote } from '../shared/bindings/ComparisonNote';
import type { CopyFailure } from '../shared/bindings/CopyFailure';
import type { DeclineReason } from '../shared/bindings/DeclineReason';
import type { Difference } from '../shared/bindings/Difference';
import type { DifferenceView } from '../shared/bindings/DifferenceView';
import type { DisputeReason } from '../shared/bindings/DisputeReason';
import type { DisputeStatus } from '../shared/bindings/DisputeStatus';
import type { DisputeView } from '../shared/bindings/DisputeView';
import type { FolderFault } from '../shared/bindings/FolderFault';
import type { Happened } from '../shared/bindings/Happened';
import type { JournalChoice } from '../shared/bindings/JournalChoice';
import type { Keyed } from '../shared/bindings/Keyed';
import type { Leaves } from '../shared/bindings/Leaves';
import type { LastLook } from '../shared/bindings/LastLook';
import type { ListFault } from '../shared/bindings/ListFault';
import type { Mode } from '../shared/bindings/Mode';
import type { NotNow } from '../shared/bindings/NotNow';
import type { NotTaken } from '../shared/bindings/NotTaken';
import type { Refusal } from '../shared/bindings/Refusal';
import type { RefundFailure } from '../shared/bindings/RefundFailure';
import type { RefundRefused } from '../shared/bindings/RefundRefused';
import type { RefundState } from '../shared/bindings/RefundState';
import type { RefundView } from '../shared/bindings/RefundView';
import type { SaleView } from '../shared/bindings/SaleView';
import type { SameAmount } from '../shared/bindings/SameAmount';
import type { StageView } from '../shared/bindings/StageView';
import type { StatusTold } from '../shared/bindings/StatusTold';
import type { TestCardView } from '../shared/bindings/TestCardView';
import type { Tie } from '../shared/bindings/Tie';
import type { TillFact } from '../shared/bindings/TillFact';
import type { Unasked } from '../shared/bindings/Unasked';
import type { WhyDeclined } from '../shared/bindings/WhyDeclined';
import type { WhyNotKnown } from '../shared/bindings/WhyNotKnown';
import type { WhyNotRefunded } from '../shared/bindings/WhyNotRefunded';
import { minutesLeft, secondOfDay } from '../shared/time';
import type { Clock } from '../words/facts';
import type { Words } from '../words/now.svelte';
import cards from '../../src-tauri/crates/stripe-sim/data/cards.json';

/** Whether there is a function in this part of the words. */
type HasFunction<Said> = Said extends (...given: never[]) => unknown
  ? true
  : Said extends object
    ? true extends { [Name in keyof Said]: HasFunction<Said[Name]> }[keyof Said]
      ? true
      : false
    : false;

type SamplesOf<Said> = Said extends (...given: infer Given) => unknown
  ? Given[]
  : { readonly [Name in keyof Said as HasFunction<Said[Name]> extends true ? Name : never]: SamplesOf<Said[Name]> };

const names = <Name extends string>(all: Record<Name, 0>): Name[] => Object.keys(all) as Name[];

/** Samples of each kind of a fact: what there is beside its tag. */
function kinds<Fact extends Record<Tag, string>, Tag extends string>(
  tag: Tag,
  all: { [Kind in Fact[Tag]]: Omit<Extract<Fact, Record<Tag, Kind>>, Tag>[] },
): Fact[] {
  return Object.entries<object[]>(all).flatMap(([kind, samples]) =>
    samples.map((sample) => ({ [tag]: kind, ...sample }) as unknown as Fact),
  );
}

const just = [{}];
const all = <Given>(given: readonly Given[]): [Given][] => given.map((one) => [one]);
const counts: [number][] = [[1], [2]];
const countsWritten: [string, boolean][] = [
  ['1', true],
  ['1,200', false],
];
const amounts: [string][] = [['£25.00']];
const numbers: [number][] = [[12]];

const WRITING = { locale: 'en-GB' };
const NOON = Date.UTC(2031, 2, 4, 12);
const clock: Clock = { now_ms: NOON, at: (at_ms) => secondOfDay(at_ms, 'en-GB'), left: minutesLeft };
const money = (amount_minor: number) => ({ amount_minor, currency: 'GBP', text: `£${(amount_minor / 100).toFixed(2)}` });

const modes = names<Mode>({ training: 0, test: 0, live: 0 });

const amountRefused = kinds<AmountRefused, 'why'>('why', {
  empty: just,
  not_a_number: [{ example: '12.50' }],
  two_ways: [{ example: '12.50' }],
  too_many_decimals: [
    { code: 'JPY', decimals: 0 },
    { code: 'GBP', decimals: 2 },
  ],
  not_a_multiple: [{ code: 'KWD' }],
  zero: just,
  nothing_back: just,
  nothing_left: just,
  more_than_left: [{ left: '£5.00' }],
  too_small: [{ minimum: '£0.30' }],
  too_large: [{ maximum: '£999,999.99' }],
});

const next = kinds<AfterDecline, 'kind'>('kind', {
  other_card: just,
  ask_bank: just,
  wait_and_try: just,
  check_earlier: just,
  key_again: names<Keyed>({ address: 0, security_code: 0, number: 0, postcode: 0, expiry: 0 }).map((what) => ({ what })),
});
const reasons = names<DeclineReason>({
  not_approved: 0,
  authentication_needed: 0,
  purchase_not_allowed: 0,
  over_limit: 0,
  other_currency: 0,
  same_amount_moments_ago: 0,
  expired: 0,
  address_differs: 0,
  wrong_security_code: 0,
  wrong_number: 0,
  wrong_pin: 0,
  postcode_differs: 0,
  insufficient_funds: 0,
  account_not_valid: 0,
  amount_not_allowed: 0,
  wrong_expiry_month: 0,
  wrong_expiry_year: 0,
  bank_not_reached: 0,
  authentication_on_phone: 0,
  details_out_of_date: 0,
  payment_not_permitted: 0,
  needs_pin: 0,
  too_many_pin_tries: 0,
  processing_error: 0,
  not_processed: 0,
  payments_to_shop_stopped: 0,
  payment_stopped: 0,
  test_card: 0,
  try_later: 0,
  real_card_in_test_mode: 0,
  declined_too_often: 0,
});
const refused = (reason: DeclineReason | null, then: AfterDecline): WhyDeclined => ({ kind: 'refused', reason, next: then });
const notTaken = kinds<NotTaken, 'kind'>('kind', {
  not_connected: just,
  key_not_accepted: just,
  key_lacks_permission: just,
  busy: just,
  amount_too_small: just,
  amount_too_large: just,
  refused: [
    { status: 400, code: null },
    { status: 402, code: 'parameter_missing' },
  ],
});
const otherDeclines = kinds<Exclude<WhyDeclined, { kind: 'refused' }>, 'kind'>('kind', {
  authentication_failed: just,
  hour_passed: just,
  never_arrived: just,
  not_taken: notTaken.map((why) => ({ why })),
});
/** What a decline is called follows from its reason, what is to be done from the next step, what the customer hears from both. */
const declineTitles: WhyDeclined[] = [...[null, ...reasons].map((reason) => refused(reason, { kind: 'other_card' })), ...otherDeclines];
const declineAdvice: WhyDeclined[] = [...next.map((then) => refused(null, then)), ...otherDeclines];
const declineCustomer: WhyDeclined[] = [
  ...declineAdvice,
  ...(['insufficient_funds', 'expired'] as const).flatMap((reason) =>
    (['other_card', 'ask_bank'] as const).map((kind) => refused(reason, { kind })),
  ),
];
const attempts = kinds<AttemptOutcome, 'kind'>('kind', {
  in_progress: just,
  approved: just,
  held: just,
  declined: [{ why: refused(null, { kind: 'other_card' }) }],
  not_tried: just,
  cancelled: just,
});

const looks = kinds<LastLook, 'kind'>('kind', {
  not_asked: just,
  silent: just,
  refused: just,
  none_so_far: [{ until_ms: NOON + 90_000 }, { until_ms: NOON }],
  none: just,
  at_work: just,
  list_too_long: just,
  foreign: just,
});
const notKnown = kinds<WhyNotKnown, 'kind'>('kind', {
  no_answer: [...looks.map((found) => ({ finishing: false, found })), { finishing: true, found: { kind: 'silent' } }],
  mismatch: just,
  strange_status: just,
  gone: just,
});
const steps = kinds<CancelStep, 'kind'>('kind', {
  awaiting_charge: just,
  calling: [{ doubt_since_ms: null }],
  finding_out: [{ since_ms: NOON, found: { kind: 'silent' } }],
});

const refundRefused = kinds<RefundRefused, 'kind'>('kind', {
  not_connected: just,
  already_refunded: just,
  disputed: just,
  balance_too_small: just,
  key_not_accepted: just,
  key_lacks_permission: just,
  busy: just,
  refused: [
    { status: 400, code: null },
    { status: 402, code: 'charge_disputed' },
  ],
});
const whyNotRefunded = kinds<WhyNotRefunded, 'kind'>('kind', {
  failed: names<RefundFailure>({
    card_not_valid: 0,
    bank_declined: 0,
    not_enough_at_stripe: 0,
    shop_called_back: 0,
    bank_did_not_take_it: 0,
  }).map((reason) => ({ reason })),
  called_back: just,
  never_arrived: just,
  training_ended: just,
  refused: refundRefused.map((why) => ({ why })),
});
const refundOf = (state: RefundState, why_not: WhyNotRefunded | null): RefundView => ({
  money: money(500),
  at_ms: NOON,
  state,
  why_not,
  elsewhere: false,
  reference: null,
});
const refunds = [
  ...names<RefundState>({ working: 0, not_known: 0, pending: 0, refunded: 0, not_refunded: 0 }).map((state) => refundOf(state, null)),
  ...whyNotRefunded.map((why) => refundOf('not_refunded', why)),
];
const disputeOf = (reason: DisputeReason, status: DisputeStatus): DisputeView => ({
  money: money(2500),
  due_by_ms: NOON,
  reference: 'dp_1',
  reason,
  status,
});
const disputes = [
  ...names<DisputeReason>({
    fraudulent: 0,
    duplicate: 0,
    not_received: 0,
    not_as_agreed: 0,
    refund_missing: 0,
    purchase_cancelled: 0,
    not_recognised: 0,
    other: 0,
  }).map((reason) => disputeOf(reason, 'needs_answer')),
  ...names<DisputeStatus>({ needs_answer: 0, under_review: 0, won: 0, lost: 0, prevented: 0, other: 0 }).map((status) =>
    disputeOf('other', status),
  ),
];

const calls = names<CallTold>({ charge: 0, finish: 0, cancel: 0 });
const stands = names<StatusTold>({
  waits_for_card: 0,
  waits_for_confirm: 0,
  bank_asks: 0,
  processing: 0,
  held: 0,
  cancelled: 0,
  paid: 0,
  other: 0,
});
const answers = kinds<AnswerTold, 'came'>('came', {
  answered: [{ status: null }, ...stands.map((status) => ({ status }))],
  turned_away: [
    { http: null, status: null },
    { http: 400, status: 'paid' },
  ],
  silence: [{ http: null }, { http: 500 }],
  forbidden: just,
});
const leaves = kinds<Leaves, 'stands'>('stands', {
  waits_for_card: just,
  under_way: just,
  bank_asks: just,
  bank_said_yes: just,
  paid: just,
  held: just,
  processing: just,
  declined: [{ why: refused('insufficient_funds', { kind: 'other_card' }) }],
  not_known: just,
  mismatch: just,
  strange: just,
  gone: just,
  being_cancelled: just,
  cancelled: just,
  set_aside: just,
});
const happened = kinds<Happened, 'what'>('what', {
  opened: just,
  taken_in: just,
  sent: calls.map((call) => ({ call })),
  sent_again: calls.map((call) => ({ call })),
  answered: [
    ...answers.map((answer) => ({ call: 'charge' as const, answer })),
    { call: 'finish', answer: { came: 'forbidden' } },
    { call: 'cancel', answer: { came: 'forbidden' } },
  ],
  cancel_wanted: just,
  looked: stands.map((status) => ({ status })),
  found_nothing: just,
  gone: just,
  interrupted: just,
  training_ended: just,
  refund_sent: [{ money: money(500) }],
  refund_sent_again: just,
  refund_answered: [
    ...names<RefundState>({ working: 0, not_known: 0, pending: 0, refunded: 0, not_refunded: 0 }).map((state) => ({
      answer: { came: 'answered' as const, status: null },
      stands: state,
    })),
    { answer: { came: 'forbidden' }, stands: 'not_known' },
  ],
  refunds_looked: [0, 1, 2].map((refunds) => ({ refunds })),
  dispute_seen: names<DisputeStatus>({ needs_answer: 0, under_review: 0, won: 0, lost: 0, prevented: 0, other: 0 }).map((status) => ({
    status,
  })),
  kept: just,
  set_aside: just,
  watch_ended: just,
});

const booksSay = names<BooksSay>({ not_tried: 0, declined: 0, cancelled: 0, paid: 0, held: 0, set_aside: 0 });
const differences = kinds<Difference, 'what'>('what', {
  missing_here: names<AtStripe>({ paid: 0, held: 0, under_way: 0, unfinished: 0 }).map((stands) => ({ stands })),
  missing_there: just,
  amounts: [{ books: money(2500), stripe: money(2600) }],
  paid_set_aside: just,
  not_paid_at_stripe: just,
  outcome: [{ was: 'cancelled', is: null }, ...booksSay.map((was) => ({ was, is: was }))],
  second_payment: just,
  refund_missing_there: just,
  refund_failed: just,
  refund_elsewhere: just,
  refund_changed: just,
  dispute: [{ decided: true }, { decided: false }],
  mark: just,
  taken_in_part: just,
});
const differenceView = (difference: Difference): DifferenceView => ({
  kind: 'amount',
  difference,
  sale_id: null,
  number: 12,
  payment_intent: null,
  money: money(2500),
  put_right: false,
  remedies: [],
});
const someOrOne = [{ payments: 1 }, { payments: 2 }];
const someOrOneSales = [{ sales: 1 }, { sales: 2 }];
const gaps = kinds<ComparisonGap, 'kind'>('kind', {
  no_stripe_time: just,
  sales_without_stripe_time: someOrOneSales,
  sales_left_out: someOrOneSales,
  lists_cut: just,
  other_tills_before: someOrOne,
  id_in_use_elsewhere: someOrOne,
});
const notes = kinds<ComparisonNote, 'kind'>('kind', {
  disputes_of_others: someOrOne,
  sale_in_work: [{ number: 12 }],
  too_many_to_look_at: [{ most: 200 }],
  disputes_not_read: just,
  list_too_long: names<ComparedList>({ payments: 0, refunds: 0, disputes: 0 }).map((list) => ({ list, most: 10_000 })),
});

const copyFailures = kinds<CopyFailure, 'why'>('why', {
  no_folder: just,
  not_allowed: just,
  own_folder: just,
  disk_full: just,
  not_sound: just,
  system: [{ said: 'EIO' }],
});
const folderFaults = kinds<FolderFault, 'why'>('why', {
  not_made: [{ said: 'EIO' }],
  not_a_folder: just,
  read_only: just,
  not_allowed: just,
  anothers_own: [{ path: '/srv/till' }],
  not_private: [{ path: '/srv/till' }],
  disk_full: just,
});
const refusals = kinds<Refusal, 'code'>('code', {
  unknown_sale: just,
  stale_attempt: just,
  stale_refund: just,
  more_than_left: [{ left: money(500) }],
  same_amount: names<SameAmount>({ charged_unasked: 0, authenticated: 0, held: 0, not_known: 0 }).map((stands) => ({
    sale_id: '',
    number: 12,
    money: money(2500),
    stands,
  })),
  not_now: names<NotNow>({
    as_the_sale_stands: 0,
    other_amount: 0,
    other_texts: 0,
    card_tried_already: 0,
    taken_in_open: 0,
    nothing_to_finish: 0,
    paid_already: 0,
    cannot_be_sent_again: 0,
    no_key: 0,
    not_paid: 0,
    another_refund_open: 0,
    not_this_tills: 0,
    amount_not_kept: 0,
    bad_span: 0,
    sale_in_hand: 0,
  }).map((why) => ({ why })),
  disk_full: just,
  journal_taken_over: just,
  written_by_newer: just,
  journal: [{ said: 'EIO' }],
  offline: just,
  not_reconciled: [{ status: null }, { status: 500 }],
  not_stripe: just,
  not_looked: just,
  closed: just,
});
const choice = (tie: Tie, more: Partial<JournalChoice> = {}): JournalChoice => ({
  journal: 'live-x.sqlite',
  sales: 2,
  last_ms: NOON,
  tie,
  ...more,
});
const choices: JournalChoice[] = [
  choice('unreadable', { sales: 0, last_ms: null }),
  choice('not_seen', { sales: 1 }),
  ...names<Tie>({ other_account: 0, not_seen: 0, no_payments: 0, no_answer: 0, unreadable: 0 }).map((tie) => choice(tie)),
];
const questionOf = (mode: Mode, journals: JournalChoice[]) => ({ mode, journals, may_start_new: true });
const facts = kinds<TillFact, 'fact'>('fact', {
  which_journal: [{ question: questionOf('live', choices) }, { question: questionOf('test', choices) }],
  key_of_another_account: [{ mode: 'live' }],
  till_id_from_journal: just,
  till_id_differs: just,
  data_folder: folderFaults.map((fault) => ({ folder: '/srv/till', fault })),
  settings_not_saved: just,
  copy_failed: [{ folder: '/media/stick', failure: { why: 'no_folder' } }],
  list_not_saved: kinds<ListFault, 'why'>('why', {
    no_folder: just,
    not_allowed: just,
    disk_full: just,
    no_name: just,
    under_way: just,
    system: [{ said: 'Input/output error (os error 5)' }],
  }).map((why) => ({ folder: '/home/till/Downloads', why })),
  books_not_read: names<BooksFault>({ overtaken: 0, too_long: 0, damaged: 0, not_opened: 0, bad_edges: 0 }).map((why) => ({ why })),
  offline: modes.map((mode) => ({ mode })),
  not_stripe: modes.map((mode) => ({ mode })),
  certificate_expired: [{ till_ms: NOON }],
  certificate_not_yet_valid: [{ till_ms: NOON }],
  certificate_of_unknown_issuer: just,
  certificate_of_another_name: just,
  certificate_not_accepted: just,
  key_refused: just,
  key_lacks_permission: just,
  payment_window_keeps_ending: just,
  payment_window_not_cleared: just,
  refused: refusals.map((refusal) => ({ refusal })),
  amount_refused: [{ refused: { why: 'zero' } }],
  order_refused: [{ refused: { text: 'reference', refused: { why: 'blank' } } }],
  cannot_sell: just,
  sale_in_hand: just,
  not_at_window: just,
  malformed: names<Named>({ sale: 0, attempt: 0, refund: 0, currency: 0, card: 0, payment: 0, journal: 0 }).map((what) => ({ what })),
  keys_missing: [{ mode: 'live' }, { mode: 'test' }],
  training_has_no_keys: just,
  keys_mixed_modes: just,
  keys_of_two_accounts: just,
  key_malformed: names<KeyMalformed>({ empty: 0, publishable_in_secret_field: 0, secret_in_publishable_field: 0, no_key: 0 }).map(
    (why) => ({ why }),
  ),
  key_not_kept: names<KeyNotKept>({ unknown: 0, lacks_permission: 0, refused: 0, no_answer: 0 }).map((why) => ({ why })),
  keyring_locked: just,
  keyring_ambiguous: just,
  keyring_missing: names<KeyringMissing>({ service: 0, default_keyring: 0, system_keyring: 0 }).map((what) => ({ what })),
  settings_corrupt: [
    { file: '/srv/till/settings.json', kept_as: null },
    { file: '', kept_as: '/srv/till/settings-damaged.json' },
  ],
  preferences_refused: kinds<PreferencesRefused, 'what'>('what', {
    name_too_long: [{ most: 60 }],
    name_unprintable: just,
    unknown_currency: just,
    unknown_locale: just,
  }).map((why) => ({ why })),
  folder_refused: names<FolderRefused>({ blank_at_its_ends: 0, too_long: 0, not_a_full_path: 0 }).map((why) => ({ why })),
  journal_newer: [{ file: '/srv/till/live.sqlite' }],
  journal_not_ours: [{ file: '/srv/till/live.sqlite' }],
  journal_corrupt: [{ file: '/srv/till/live.sqlite' }],
  journal_in_use: just,
  journal_not_copied: just,
  tls_missing: just,
  training_not_started: just,
  clock_ahead: [{ minutes: 90 }, { minutes: 180 }],
  clock_behind: [{ minutes: 90 }, { minutes: 180 }],
});

type SaleSaid = Pick<SaleView, 'money' | 'attempts' | 'stage' | 'unasked' | 'refundable'>;
const sale = (more: Partial<SaleSaid> = {}): SaleView =>
  ({
    money: money(2500),
    attempts: [],
    stage: { kind: 'open', notice: null },
    unasked: null,
    refundable: null,
    ...more,
  }) as unknown as SaleView;
const tried = { attempts: [{ attempt_id: 'a', at_ms: NOON, card: null, outcome: { kind: 'in_progress' } }] } satisfies Partial<SaleSaid>;
const missing: StageView = { kind: 'needs_authentication', deadline_ms: NOON, page: 'missing' };
const charged = {
  unasked: 'cancel_too_late',
  refundable: { refund_id: 'r', typed: '25.00', left: money(2500) },
} satisfies Partial<SaleSaid>;
const actionSales: [Action, SaleView][] = [
  ...names<Action>({
    take_card: 0,
    authenticate: 0,
    finish: 0,
    try_again: 0,
    look_again: 0,
    cancel: 0,
    refund: 0,
    keep: 0,
    set_aside: 0,
  }).map((action): [Action, SaleView] => [action, sale()]),
  ['take_card', sale(tried)],
  ['authenticate', sale({ stage: missing })],
  ['refund', sale(charged)],
];

/** Each group and each deed of the palette, once. */
const testCards: TestCardView[] = cards.map(({ number, brand, group, does }) => ({ number, brand, group, does, payment_method: null }));
const once = (of: (card: TestCardView) => string) => [...new Map(testCards.map((card) => [of(card), card])).values()];
const byCountry: TestCardView = {
  number: '4000000320000021',
  brand: 'Visa',
  group: 'Cards by country',
  does: 'Approved (BR)',
  payment_method: null,
};

const orderTexts = names<OrderText>({ reference: 0, note: 0 });
const textsRefused = kinds<TextRefused, 'why'>('why', {
  blank: just,
  too_long: [{ most: 100, has: 120 }],
  more_than_one_line: just,
  invisible: just,
  card_number: just,
});

const checkFaults = kinds<CheckFault, 'fault'>('fault', {
  keyring_locked: just,
  keyring_missing: just,
  keyring_differs: just,
  disk_full: just,
  disk_not_written: [{ said: 'EIO' }],
  no_copy_folder: just,
  not_copied: just,
  copy_old: [{ at_ms: NOON }],
  no_card_field: just,
  page_not_secure: just,
  offline: just,
  not_stripe: just,
  certificate: [{ perhaps_clock: true }, { perhaps_clock: false }],
  unreadable: just,
  clock_ahead: [{ minutes: 90 }],
  clock_behind: [{ minutes: 180 }],
  key_not_accepted: just,
  lacks_right: names<KeyRight>({ payment_intents: 0, charges_and_refunds: 0, disputes: 0 }).map((right) => ({ right })),
  other_mode: [{ live: true }, { live: false }],
  other_account: just,
  publishable_not_accepted: just,
  refused: [
    { status: 400, code: 'parameter_unknown', param: 'confirmation_method' },
    { status: 400, code: 'api_error', param: null },
    { status: 500, code: null, param: null },
  ],
  other_outcome: [{ status: 'requires_action' }],
  cursor_needs_click: just,
  not_authenticated: just,
  still_open: just,
  taken_elsewhere: just,
  not_on_record: [{ refusal: { code: 'disk_full' } }],
});
const checkDetails = kinds<CheckDetail, 'detail'>('detail', {
  account: [{ name: 'The Corner Shop' }],
  mode: [{ live: true }, { live: false }],
  proxy: [{ address: 'proxy:3128' }],
  copied_at: [{ at_ms: NOON }],
  not_tried: [{ parameters: ['confirm', 'return_url'] }],
});
const checkItems = names<CheckItem>({
  keyring: 0,
  disk: 0,
  room: 0,
  journal_copy: 0,
  card_field: 0,
  network: 0,
  clock: 0,
  leftovers: 0,
  secret_key: 0,
  account_name: 0,
  read_payment_intents: 0,
  write_payment_intents: 0,
  read_charges: 0,
  write_charges: 0,
  read_disputes: 0,
  sale_request: 0,
  key_mode: 0,
  publishable_key: 0,
  cancel: 0,
  approved_card: 0,
  refund: 0,
  declined_card: 0,
  card_cursor: 0,
  challenge: 0,
});
const checkLines: CheckLine[] = [
  ...checkItems.map((item): CheckLine => ({ item, result: { found: 'shown', detail: null } })),
  ...checkDetails.map((detail): CheckLine => ({ item: 'network', result: { found: 'shown', detail } })),
  ...checkFaults.map((fault): CheckLine => ({ item: 'read_charges', result: { found: 'failed', fault } })),
  ...names<WhyNotShown>({
    only_by_acting: 0,
    key_may_not_read: 0,
    not_told: 0,
    not_reached: 0,
    line_before: 0,
    no_stripe_time: 0,
    not_money: 0,
    no_window: 0,
    window_not_in_front: 0,
    touched: 0,
    window_closed: 0,
    not_answered: 0,
    none_so_far: 0,
  }).map((why): CheckLine => ({ item: 'write_charges', result: { found: 'not_shown', why } })),
];
const checked = (live: boolean): CheckReport => ({ started_ms: NOON, live, api_version: '2026-05-27.dahlia', stands: 'done', lines: [] });

export const SAMPLES: SamplesOf<Words> = {
  check: {
    line: checkLines.map((line) => [line, 'en-GB']),
    verdict: [
      [0, 0],
      [0, 2],
      [1, 0],
      [3, 0],
    ],
    head: [
      [checked(true), 'LIVE', 'en-GB'],
      [checked(false), 'TEST', 'en-GB'],
    ],
  },
  order: { refused: orderTexts.flatMap((text) => textsRefused.map((refused): [OrderRefused] => [{ text, refused }])) },
  keyNames: { alt: [['R']] },
  screens: { unfinished: counts },
  notices: { unasked: [[12, '£25.00']], differences: counts, look: counts },
  sale: { takeCardFor: amounts, waiting: { sale: [[12, '…']], more: counts } },
  stage: {
    authenticated: [['14:02', '£25.00']],
    notKnown: { silent: [['14:02']] },
    paid: { refundNotKnown: amounts, left: amounts },
    action: actionSales,
    hint: actionSales.slice(0, 9).map(([action]) => [action]),
    number: numbers,
    left: [['52:08']],
    quoted: [['…']],
  },
  receipt: { number: numbers },
  disputes: { answerBy: [['4 Mar 2031, 12:00']] },
  refund: { sentence: [['£5.00', '£25.00', 'Visa •••• 4242']], refundAmount: amounts },
  finding: {
    count: [[0], [1], [2], [101]],
    progress: [['12,000', '1,000,000']],
    afterDamage: [['12,000', '1,000,000']],
    unreadable: [['7, 8']],
  },
  history: { number: numbers, told: [['£20.00', 12, 'Approved']] },
  timeline: {
    row: all(happened),
    leaves: all(leaves),
    support: {
      head: [
        ['pi_1', 2500, 'GBP', true],
        [null, 2500, 'JPY', false],
      ],
      row: all(happened),
    },
  },
  listing: {
    saving: countsWritten,
    saved: countsWritten,
    unreadable: countsWritten,
  },
  totals: {
    wrong: { not_a_date: [['23/11/2026']], no_such_day: [['23/11/2026']] },
    incomplete: [['12,000', '1,000,000']],
    payments: counts,
    refunds: counts,
    chart: { hour: [['GBP']], day: [['GBP']], month: [['GBP']] },
    described: [
      [null, null],
      ['£25.00', null],
      ['£25.00', '£5.00'],
      [null, '£5.00'],
    ],
    bar: [['14:00 – 15:00', '£25.00', '£5.00']],
    leftOut: { hour: counts, day: counts, month: counts },
  },
  reconcile: {
    progress: [
      [{ step: 'listing', list: 'payments', read: 1200 }],
      [{ step: 'listing', list: 'refunds', read: 0 }],
      [{ step: 'listing', list: 'disputes', read: 3 }],
      [{ step: 'comparing', compared: 12_000, of: 30_000 }],
      [{ step: 'reading_again', read: 0, of: 1 }],
      [{ step: 'reading_again', read: 2, of: 12 }],
    ],
    compared: [['3 Mar', '4 Mar', '5 Mar']],
    payments: counts,
    sale: numbers,
  },
  settings: {
    mode: { askLeaveLive: [['TEST']], leaveLive: [['TEST']] },
    keysForm: { savedFor: [['LIVE']] },
    money: {
      currencyOf: [[{ code: 'GBP', name: 'Pound sterling' }]],
      localeOf: [[{ tag: 'nl-NL', name: 'Dutch (Netherlands)', example: '' }]],
    },
  },
  payment: {
    say: [['…']],
    charge: amounts,
    keyCard: amounts,
    bankAsksFor: amounts,
    testCards: {
      group: all(once(({ group }) => group)),
      does: all([...once(({ does }) => does), byCountry]),
      copied: [['4242 4242']],
      typeIt: [['4242 4242']],
    },
  },
  afterwards: {
    unasked: names<Unasked>({ after_not_charged: 0, after_given_up: 0, cancel_too_late: 0 }).map((how) => [how, '£25.00']),
    refund: { title: all(refunds), staff: all(refunds) },
    dispute: all(disputes),
  },
  amounts: { refused: all(amountRefused) },
  decline: { title: all(declineTitles), staff: all(declineAdvice), customer: all(declineCustomer), attempt: all(attempts) },
  notKnown: {
    why: [
      ...notKnown.map((why): [WhyNotKnown, Clock & { again: boolean }] => [why, { ...clock, again: false }]),
      [
        { kind: 'no_answer', finishing: false, found: { kind: 'none' } },
        { ...clock, again: true },
      ],
    ],
  },
  cancelling: { title: all(steps), body: steps.map((step) => [step, clock]), found: looks.map((look) => [look, clock]) },
  fact: facts.map((fact) => [fact, WRITING]),
  journalQuestion: {
    lead: [[questionOf('live', choices.slice(0, 1))], [questionOf('test', choices)]],
    journal: choices.map((one) => [one, WRITING]),
  },
  copies: { newest: [[NOON, WRITING]], failed: copyFailures.map((failure) => [failure, WRITING]) },
  books: {
    verdict: [
      ['agrees', 0],
      ['differs', 1],
      ['differs', 2],
      ['not_whole', 0],
      ['not_compared', 0],
    ],
    gap: all(gaps),
    difference: all(differences.map(differenceView)),
    note: all(notes),
    takenInPart: [['£20.00', '£25.00']],
  },
};
