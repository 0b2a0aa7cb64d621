// The settings of the fake core: how the till stands, its keys, copies and preferences.
import type { CopiesView } from './bindings/CopiesView';
import type { CopyFailure } from './bindings/CopyFailure';
import type { Mode } from './bindings/Mode';
import type { Preferences } from './bindings/Preferences';
import type { SetupView } from './bindings/SetupView';
import type { TillStatus } from './bindings/TillStatus';
import type { Unsubscribe } from './core';
import { FakeAsked, Refused } from './fake_asked';
import { fakeSetup } from './fake_data';

/** A fake core as far as the settings go. */
export abstract class FakeSettings extends FakeAsked {
  status: TillStatus;
  setupView: SetupView;
  copiesView: CopiesView = { folder: null, newest: null, newest_ms: null, failure: null };
  /** Why the next copy fails. */
  nextCopyFails: CopyFailure | null = null;

  #statusHeard = new Set<(status: TillStatus) => void>();

  constructor(mode: Mode, preferences: Partial<Preferences>, delay_ms: number) {
    super(delay_ms);
    this.setupView = fakeSetup(mode);
    this.status = {
      mode,
      now_ms: Date.now(),
      problems: [],
      can_sell: true,
      payment_window: 'nothing',
      books: null,
      preferences: { shop_name: 'Harbour Books', currency: 'GBP', locale: 'en-GB', theme: 'system', language: 'en', ...preferences },
    };
  }

  /** The payment window is told what has changed; `redrawn`: at once. */
  protected abstract tellPaymentWindow(redrawn: boolean): void;
  /** Another till is in force: its sales, its books and its check are its own. */
  protected abstract putAnotherInForce(): void;

  async tillStatus(): Promise<TillStatus> {
    await this.heard('till_status');
    return { ...this.status, now_ms: Date.now() };
  }

  async setup(): Promise<SetupView> {
    await this.heard('setup');
    return this.setupView;
  }

  async saveKeys(secretKey: string, publishableKey: string): Promise<SetupView> {
    await this.heard('save_keys');
    const secret = /^(sk|rk)_(test|live)_\w{4,}$/.exec(secretKey);
    const publishable = /^pk_(test|live)_\w{4,}$/.exec(publishableKey);
    if (secret === null || publishable === null) throw new Refused({ fact: 'key_malformed', why: 'no_key' });
    if (secret[2] !== publishable[1]) throw new Refused({ fact: 'keys_mixed_modes' });
    const mode: Mode = secret[2] === 'live' ? 'live' : 'test';
    const account = {
      mode,
      secret_hint: `${secret[1] ?? ''}_${mode}_…${secretKey.slice(-4)}`,
      restricted: secret[1] === 'rk',
      publishable_key: publishableKey,
    };
    this.setupView = { ...this.setupView, accounts: [...this.setupView.accounts.filter((known) => known.mode !== mode), account] };
    if (mode === this.status.mode) this.#putInForce(mode);
    return this.setupView;
  }

  async forgetKeys(mode: Mode): Promise<SetupView> {
    await this.heard('forget_keys');
    this.setupView = { ...this.setupView, accounts: this.setupView.accounts.filter((account) => account.mode !== mode) };
    if (mode === this.status.mode) this.#putInForce('training');
    return this.setupView;
  }

  async answerJournal(journal: string | null): Promise<SetupView> {
    await this.heard(`answer_journal ${journal ?? 'new'}`);
    this.putStatus({ problems: this.status.problems.filter((problem) => problem.fact !== 'which_journal'), can_sell: true });
    return this.setupView;
  }

  async copies(): Promise<CopiesView> {
    await this.heard('copies');
    return this.copiesView;
  }

  async chooseCopiesFolder(folder: string): Promise<CopiesView> {
    await this.heard(`choose_copies_folder ${folder}`);
    this.copiesView = { folder: folder === '' ? null : folder, newest: null, newest_ms: null, failure: null };
    return folder === '' ? this.copiesView : this.#copy();
  }

  async copyJournal(): Promise<CopiesView> {
    await this.heard('copy_journal');
    return this.#copy();
  }

  #copy(): CopiesView {
    const failure = this.nextCopyFails;
    this.nextCopyFails = null;
    if (failure !== null) this.copiesView = { ...this.copiesView, failure };
    else
      this.copiesView = {
        ...this.copiesView,
        failure,
        newest: `${this.copiesView.folder ?? ''}/training-copy-000001.sqlite`,
        newest_ms: Date.now(),
      };
    return this.copiesView;
  }

  async chooseMode(mode: Mode): Promise<TillStatus> {
    await this.heard('choose_mode');
    if (mode !== 'training' && !this.setupView.accounts.some((account) => account.mode === mode)) {
      throw new Refused({ fact: 'keys_missing', mode });
    }
    this.#putInForce(mode);
    return this.status;
  }

  #putInForce(mode: Mode): void {
    this.putAnotherInForce();
    this.setupView = { ...this.setupView, mode };
    this.putStatus({ mode });
  }

  async savePreferences(preferences: Preferences): Promise<TillStatus> {
    await this.heard('save_preferences');
    const status = this.putStatus({ preferences });
    this.tellPaymentWindow(true);
    return status;
  }

  onStatus(heard: (status: TillStatus) => void): Promise<Unsubscribe> {
    this.#statusHeard.add(heard);
    return Promise.resolve(() => {
      this.#statusHeard.delete(heard);
    });
  }

  /** Changes the status and tells the main window. */
  putStatus(change: Partial<TillStatus>): TillStatus {
    this.status = { ...this.status, ...change, now_ms: change.now_ms ?? Date.now() };
    this.tellPaymentWindow(false);
    for (const heard of this.#statusHeard) heard(this.status);
    return this.status;
  }
}
