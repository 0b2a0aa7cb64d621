// The settings in rooms: by keyboard alone, each preference kept as it is changed, and a word found in whatever room it stands.
import '../shared/tokens.css';
import '../shared/base.css';
import { flushSync } from 'svelte';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import type { TillFact } from '../shared/bindings/TillFact';
import type { Preferences } from '../shared/bindings/Preferences';
import { FakeCore } from '../shared/fake_core';
import App from '../till/App.svelte';
import { PreferencesState } from '../till/settings/preferences_state.svelte';
import { findRooms, ROOMS, type Room } from '../till/settings/rooms';
import { en } from '../words/en';
import { nl } from '../words/nl';
import { setLanguage, type Words } from '../words/now.svelte';
import { putSaleIn } from './scenes';
import { seen } from './seen';

let core: FakeCore;
beforeEach(async () => {
  core = new FakeCore();
  await page.viewport(1180, 780);
});
afterEach(() => {
  setLanguage('en');
});

const room = (name: Room) => page.getByTestId(`room-${name}`);
const name = () => page.getByTestId('shop-name');
const search = () => page.getByTestId('settings-search');
const preferences = () => core.status.preferences;

async function open() {
  render(App, { core });
  await expect.element(page.getByTestId('amount')).toHaveFocus();
  await userEvent.keyboard('{Alt>}3{/Alt}');
  await expect.element(room('shop')).toHaveFocus();
}

async function enter(which: Room) {
  await room(which).click();
  await expect.element(page.getByTestId('room')).toHaveAttribute('data-room', which);
}

describe('by keyboard', () => {
  beforeEach(open);

  test('arrows go along the list, Enter opens a room with the cursor in it, Esc goes back to the list', async () => {
    await userEvent.keyboard('{ArrowDown}{ArrowDown}');
    await expect.element(room('look')).toHaveFocus();
    await expect.element(page.getByTestId('room')).toHaveAttribute('data-room', 'shop');
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('room')).toHaveAttribute('data-room', 'look');
    await expect.element(page.getByTestId('language-en')).toHaveFocus();
    // At once: a way back is no press that has to be meant.
    await userEvent.keyboard('{Escape}');
    await expect.element(room('look')).toHaveFocus();
    await userEvent.keyboard('{ArrowUp}{Enter}');
    await expect.element(page.getByTestId('currency')).toHaveFocus();
    await userEvent.keyboard('{Escape}{ArrowUp}{ArrowUp}');
    await expect.element(search()).toHaveFocus();
  });

  test('Tab goes from room to room, too, and from the list into the room', async () => {
    for (const next of ROOMS.slice(1)) {
      await userEvent.keyboard('{Tab}');
      await expect.element(room(next)).toHaveFocus();
    }
    await userEvent.keyboard('{Tab}');
    await expect.element(page.getByTestId('room-leave')).toHaveFocus();
    await userEvent.keyboard('{Enter}');
    await expect.element(room('shop')).toHaveFocus();
  });

  test('each room has the cursor where one begins, and its own way back', async () => {
    const first: Record<Room, string> = {
      shop: 'shop-name',
      money: 'currency',
      look: 'language-en',
      stripe: 'choose-training',
      copies: 'copies-folder',
      check: 'check-start',
    };
    for (const which of ROOMS) {
      await enter(which);
      await expect.element(page.getByTestId(first[which])).toHaveFocus();
      await page.getByTestId('room-leave').click();
      await expect.element(room(which)).toHaveFocus();
    }
  });

  test('the room that was open is there again', async () => {
    await enter('copies');
    await userEvent.keyboard('{Alt>}1{/Alt}');
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('{Alt>}3{/Alt}');
    await expect.element(room('copies')).toHaveFocus();
  });
});

describe('a till that takes real money', () => {
  const asked = (command: string) => core.calls.filter((call) => call.startsWith(command)).length;
  beforeEach(async () => {
    core = new FakeCore({ mode: 'live' });
    await open();
  });

  async function stripeRoom() {
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}');
    await expect.element(room('stripe')).toHaveFocus();
  }

  async function staysLive() {
    await seen();
    expect(asked('choose_mode')).toBe(0);
    expect(core.status.mode).toBe('live');
    await expect.element(page.getByTestId('mode-ask')).not.toBeInTheDocument();
  }

  test('has the cursor on the mode that is in force', async () => {
    await stripeRoom();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('choose-live')).toHaveFocus();
  });

  test.each([
    ['the key that opened the room is held', '{Enter>12/}'],
    ['it is pressed twice', '{Enter}{Enter}'],
    ['Space comes after it', '{Enter} '],
  ])('stays live where %s', async (_, keys) => {
    await stripeRoom();
    await userEvent.keyboard(keys);
    await staysLive();
  });

  test('stays live though the cursor is put on another mode and the key is still down', async () => {
    await stripeRoom();
    await userEvent.keyboard('{Enter}');
    page.getByTestId('choose-training').element().focus();
    await userEvent.keyboard('{Enter>12/}');
    await staysLive();
    await userEvent.keyboard('{Enter>2/}');
    await expect.element(page.getByTestId('mode-ask')).toBeVisible();
  });

  test('is left for a second yes, which the first press does not give', async () => {
    await stripeRoom();
    await userEvent.keyboard('{Enter}');
    await seen();
    page.getByTestId('choose-training').element().focus();
    await userEvent.keyboard('{Enter>12/}');
    await expect.element(page.getByTestId('mode-ask')).toHaveTextContent('takes no real payments');
    core.putStatus({});
    flushSync();
    await expect.element(page.getByTestId('mode-ask')).toBeVisible();
    await userEvent.keyboard('{Escape}');
    await staysLive();
    await expect.element(page.getByTestId('choose-live')).toHaveFocus();
    await page.getByTestId('choose-training').click();
    page.getByTestId('leave-live').element().focus();
    await userEvent.keyboard('{Enter>12/}');
    expect(asked('choose_mode')).toBe(0);
    await seen();
    await new Promise((resolve) => {
      setTimeout(resolve, 450);
    });
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => core.status.mode).toBe('training');
    expect(asked('choose_mode')).toBe(1);
    await expect.element(page.getByTestId('choose-training')).toHaveFocus();
  });

  test('keeps the cursor off the modes when keys were saved', async () => {
    await enter('stripe');
    await page.getByTestId('secret-key').fill('rk_live_abcdefghij1234');
    await page.getByTestId('publishable-key').fill('pk_live_abcdefgh');
    await page.getByTestId('save-keys').click();
    await expect.element(page.getByTestId('keys-saved')).toBeVisible();
    expect(document.activeElement?.closest('fieldset') ?? null).toBeNull();
  });

  test('is not chosen by the key that opened the room, either', async () => {
    core.setupView = { ...core.setupView, mode: 'training' };
    core.putStatus({ mode: 'training' });
    await stripeRoom();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('choose-training')).toHaveFocus();
    page.getByTestId('choose-live').element().focus();
    await userEvent.keyboard('{Enter>12/}');
    expect(asked('choose_mode')).toBe(0);
  });
});

test('a held key begins one check and stops none, and so does a double click', async () => {
  core.check.stopsAfter = 5;
  await open();
  await userEvent.keyboard('{Alt>}k{/Alt}{Enter}');
  await seen();
  expect(core.calls, 'the key that may have opened the room').not.toContain('check_till');
  await userEvent.keyboard('{Enter>12/}');
  await seen();
  await expect.element(page.getByTestId('check')).toHaveAttribute('data-stands', 'running');
  await page.getByTestId('check-start').click();
  await expect.element(page.getByTestId('check')).toHaveAttribute('data-stands', 'stopped');
  await page.getByTestId('check-start').dblClick();
  await expect.element(page.getByTestId('check')).toHaveAttribute('data-stands', 'running');
  expect(core.calls.filter((call) => /^(check_till|stop_check)$/.test(call))).toEqual(['check_till', 'stop_check', 'check_till']);
});

describe('what is changed is kept', () => {
  beforeEach(open);

  test('the name when its field is left', async () => {
    await enter('shop');
    await userEvent.keyboard('{Control>}a{/Control}Quay Books');
    expect(preferences().shop_name, 'not while it is typed').toBe('Harbour Books');
    await userEvent.keyboard('{Escape}');
    await expect.element(page.getByTestId('preferences-saved')).toBeVisible();
    expect(preferences().shop_name).toBe('Quay Books');
    await expect.element(page.getByTestId('shop')).toHaveTextContent('Quay Books');
    expect(core.calls.filter((call) => call === 'save_preferences')).toHaveLength(1);
  });

  test('the name by Enter, and when its screen is left by a key', async () => {
    await enter('shop');
    await seen();
    await userEvent.keyboard('{Control>}a{/Control}One{Enter}');
    await expect.poll(() => preferences().shop_name).toBe('One');
    await userEvent.keyboard('{Control>}a{/Control}Two{Alt>}1{/Alt}');
    await expect.poll(() => preferences().shop_name).toBe('Two');
    await expect.element(page.getByTestId('shop')).toHaveTextContent('Two');
  });

  test('a press that leaves the field is not lost, though the name it keeps moves what is pressed', async () => {
    await enter('shop');
    await name().fill('W '.repeat(400));
    await room('copies').click();
    await expect.element(page.getByTestId('room')).toHaveAttribute('data-room', 'copies');
    await expect.poll(() => preferences().shop_name.length).toBe(800);
  });

  test('a name that is refused stays in its field with the refusal beside it, wherever staff go meanwhile', async () => {
    await enter('shop');
    const save = core.savePreferences.bind(core);
    const refused: TillFact = { fact: 'preferences_refused', why: { what: 'name_too_long', most: 60 } };
    core.savePreferences = (wanted) => {
      if (wanted.shop_name.length > 60) core.refuseNext.set('save_preferences', refused);
      return save(wanted);
    };
    await userEvent.keyboard(`{Control>}a{/Control}${'W'.repeat(61)}{Escape}`);
    await expect.element(page.getByTestId('preferences-refusal')).toHaveTextContent('at most 60');
    await expect.element(name()).toHaveValue('W'.repeat(61));
    expect(preferences().shop_name).toBe('Harbour Books');
    await userEvent.keyboard('{Alt>}1{/Alt}');
    await expect.element(page.getByTestId('amount')).toHaveFocus();
    await userEvent.keyboard('{Alt>}3{/Alt}');
    await enter('shop');
    await expect.element(name()).toHaveValue('W'.repeat(61));
    await expect.element(page.getByTestId('preferences-refusal')).toBeVisible();
    // What is chosen elsewhere is kept all the same, and the name waits.
    await enter('look');
    await page.getByTestId('theme-dark').click();
    await expect.poll(() => preferences()).toMatchObject({ theme: 'dark', shop_name: 'Harbour Books' });
    await enter('shop');
    await seen();
    await userEvent.keyboard('{End}{Backspace}');
    await expect.element(page.getByTestId('preferences-refusal')).not.toBeInTheDocument();
    await userEvent.keyboard('{Enter}');
    await expect.poll(() => preferences().shop_name).toBe('W'.repeat(60));
  });

  test('what is chosen, at once, with an example', async () => {
    await enter('money');
    await page.getByTestId('locale').selectOptions('de-DE');
    await expect.element(page.getByTestId('locale-example')).toHaveTextContent('1.234,50');
    await expect.element(page.getByTestId('preferences-saved')).toHaveAttribute('data-what', 'locale');
    await enter('look');
    await page.getByTestId('theme-dark').click();
    await expect.element(page.getByTestId('preferences-saved')).toHaveAttribute('data-what', 'theme');
    expect(document.documentElement.dataset['theme']).toBe('dark');
    core.refuseNext.set('save_preferences', { fact: 'settings_not_saved' });
    await page.getByTestId('theme-light').click();
    await expect.element(page.getByTestId('preferences-refusal')).toHaveTextContent('could not be saved');
    expect(preferences()).toMatchObject({ locale: 'de-DE', theme: 'dark' });
    // What is in force is what is shown, and where the cursor is.
    await expect.element(page.getByTestId('theme-dark')).toBeChecked();
    await expect.element(page.getByTestId('theme-dark')).toHaveFocus();
  });

  test('each with what became of it; a choice that was refused goes back to what is kept', async () => {
    await enter('money');
    core.refuseNext.set('save_preferences', { fact: 'settings_not_saved' });
    await page.getByTestId('currency').selectOptions('EUR');
    await expect.element(page.getByTestId('preferences-refusal')).toBeVisible();
    await expect.element(page.getByTestId('currency')).toHaveValue('GBP');
    await page.getByTestId('locale').selectOptions('de-DE');
    await expect.element(page.getByTestId('preferences-saved')).toHaveAttribute('data-what', 'locale');
    await expect.element(page.getByTestId('preferences-refusal')).toBeVisible();
    await page.getByTestId('currency').selectOptions('EUR');
    await expect.poll(() => document.querySelectorAll('[data-testid="preferences-saved"]').length).toBe(2);
    await expect.element(page.getByTestId('preferences-refusal')).not.toBeInTheDocument();
    // What was kept before is no news when the room is opened again.
    await enter('look');
    await enter('money');
    await expect.element(page.getByTestId('preferences-saved')).not.toBeInTheDocument();
  });

  test('a name once, however often its field is left while the one before it is on its way', async () => {
    const sent: string[] = [];
    const answers: (() => void)[] = [];
    core.savePreferences = async (wanted) => {
      sent.push(wanted.shop_name);
      await new Promise<void>((resolve) => {
        answers.push(resolve);
      });
      return core.putStatus({ preferences: wanted });
    };
    const state = new PreferencesState(core, { locale: 'en-GB', status: core.status, hearStatus: () => undefined });
    state.typeName('One');
    const one = state.keepName();
    state.typeName('Two');
    const two = state.keepName();
    await expect.poll(() => answers.length).toBe(1);
    answers[0]?.();
    await one;
    const again = state.keepName();
    await expect.poll(() => answers.length).toBe(2);
    answers[1]?.();
    await Promise.all([two, again]);
    expect(sent).toEqual(['One', 'Two']);
  });

  test('two choices one after the other: the second undoes nothing of the first', async () => {
    await enter('money');
    const kept: Partial<Preferences>[] = [];
    const save = core.savePreferences.bind(core);
    core.savePreferences = async (wanted) => {
      kept.push(wanted);
      await new Promise((resolve) => {
        setTimeout(resolve, 80);
      });
      return save(wanted);
    };
    await page.getByTestId('currency').selectOptions('EUR');
    await page.getByTestId('locale').selectOptions('de-DE');
    await expect.poll(() => preferences()).toMatchObject({ currency: 'EUR', locale: 'de-DE' });
    expect(kept.at(-1)).toMatchObject({ currency: 'EUR', locale: 'de-DE' });
  });
});

test('a sale in hand stays in hand while preferences change', async () => {
  const sale = putSaleIn(core, 'declined');
  render(App, { core });
  await expect.element(page.getByTestId('stage')).toBeVisible();
  await page.getByTestId('screen-settings').click();
  await enter('look');
  await page.getByTestId('theme-dark').click();
  await expect.poll(() => preferences().theme).toBe('dark');
  await page.getByTestId('screen-sale').click();
  await expect.element(page.getByTestId('stage')).toHaveAttribute('data-sale', sale.sale_id);
});

test('settings that cannot be read say so, and can be read again; the rooms that need them not are there', async () => {
  core.refuseNext.set('setup', 'silence');
  await open();
  await enter('stripe');
  await expect.element(page.getByTestId('settings-refusal')).toHaveTextContent('The till did not answer');
  await enter('shop');
  await expect.element(name()).toBeVisible();
  await enter('stripe');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.element(page.getByTestId('save-keys')).toBeVisible();
});

describe('the search', () => {
  const found = (wanted: string, words: Words) => findRooms(wanted, words, core.setupView).map((listed) => listed.room);

  test.for<[string, Words, Room[]]>([
    ['receipt', en, ['shop']],
    ['CURRENCY', en, ['money']],
    ['euro', en, ['money']],
    ['germany', en, ['money']],
    ['dark', en, ['look']],
    ['nederlands', en, ['look']],
    ['restricted key', en, ['stripe']],
    ['rk_', en, ['stripe']],
    ['keyring', en, ['stripe', 'check']],
    ['usb', en, []],
    ['stick', en, ['copies']],
    ['disk room', en, ['check']],
    ['bonnetje', nl, ['shop']],
    ['munteenheid', nl, ['money']],
    ['donker', nl, ['look']],
    ['kopieen', nl, ['copies']],
    ['sleutelbos', nl, ['stripe', 'check']],
  ])('“%s” is found where it stands', ([wanted, words, rooms]) => {
    expect(found(wanted, words)).toEqual(rooms.length === 0 ? [] : expect.arrayContaining(rooms));
  });

  test('the words in which it stands are shown', () => {
    expect(findRooms('network drive', en, core.setupView)).toEqual([{ room: 'copies', found: '… network drive.' }]);
    expect(findRooms('dark', en, core.setupView)).toEqual([{ room: 'look', found: 'Dark' }]);
  });

  test('with nothing to look for, every room is listed', () => {
    expect(found('  ', en)).toEqual([...ROOMS]);
  });

  test('typed, it narrows the list and shows where; Enter opens the first; Esc shows all again', async () => {
    await open();
    await userEvent.keyboard('{ArrowUp}dark');
    await expect.element(room('look')).toHaveTextContent('Dark');
    await expect.element(room('shop')).not.toBeInTheDocument();
    await userEvent.keyboard('{Enter}');
    await expect.element(page.getByTestId('language-en')).toHaveFocus();
    await search().click();
    await userEvent.keyboard('zzz');
    await expect.element(page.getByTestId('no-room')).toHaveTextContent('Nothing fits');
    await userEvent.keyboard('{Escape}');
    await expect.element(room('shop')).toBeVisible();
    await expect.element(search()).toHaveFocus();
  });
});

describe.for([
  [1180, 800],
  [1024, 600],
] as const)('at %o', ([width, height]) => {
  test.for(['en', 'nl'] as const)('nothing is cut off in any room, in %s', async (language) => {
    await page.viewport(width, height);
    core = new FakeCore({ mode: 'test', preferences: { language } });
    await open();
    for (const which of ROOMS) {
      await enter(which);
      const pane = page.getByTestId('room').element();
      expect(pane.scrollWidth, which).toBeLessThanOrEqual(pane.clientWidth);
      const list = document.querySelector('[data-part=list] ul');
      expect(list?.scrollHeight, which).toBeLessThanOrEqual(list?.clientHeight ?? 0);
      // All but the keys, and a report, fit without scrolling.
      if (which !== 'stripe') expect(pane.scrollHeight, which).toBeLessThanOrEqual(pane.clientHeight);
    }
  });
});
