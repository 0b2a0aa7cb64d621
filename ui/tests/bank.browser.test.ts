// The bank’s page in the payment window: opened, closed, opened again, and one that does not come.
import '../shared/tokens.css';
import '../shared/base.css';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-svelte';
import { FakeCore } from '../shared/fake_core';
import Payment from '../payment/Payment.svelte';
import { putScene } from './scenes';
import { seen } from './seen';
import { cardAsked, core, count, freshPage, logged, stageOf, startAfresh, type, useCore, view } from './at_payment';
import { standIn } from './stand_in';

beforeEach(startAfresh);

describe('the bank', () => {
  async function challenged() {
    await cardAsked();
    await type('4000002500003155');
    await userEvent.keyboard('{Enter}');
    await expect.element(view()).toHaveAttribute('data-view', 'authenticate');
  }

  test('is met once, with the time left on top of its page, and then the payment finishes', async () => {
    await challenged();
    await expect.element(page.getByTestId('countdown')).toHaveTextContent(/^(60:00|59:5\d)$/);
    expect(document.querySelector('[popover]')?.matches(':popover-open')).toBe(true);
    core.putScene({});
    await page.getByRole('button', { name: 'Complete' }).click();
    await vi.waitFor(async () => {
      expect(await stageOf()).toBe('approved');
    });
    expect(logged('handleCardAction')).toBe(1);
    expect(core.calls).toContain('authentication_hint returned');
  });

  test.each(['training', 'test', 'live'] as const)('%s is named on top of its page, in the mode’s colour', async (mode) => {
    useCore(new FakeCore({ mode }));
    render(Payment, { core });
    putScene(core, 'authenticate');
    await expect.element(page.getByTestId('mode')).toHaveTextContent(mode.toUpperCase());
    const band = page.getByTestId('mode').element();
    expect(band.closest('[popover]')?.matches(':popover-open')).toBe(true);
    expect(band.getBoundingClientRect().height).toBeGreaterThan(30);
  });

  test.each([
    [760, 640],
    [720, 480],
    [420, 480],
  ])('at %i x %i its page neither covers the countdown nor begins under it', async (width, height) => {
    await page.viewport(width, height);
    await challenged();
    // The bar grows when the bank's page has been seen, and the page makes room for it in the next frame.
    await vi.waitFor(() => {
      const overlay = document.querySelector('.stand-in-overlay')?.getBoundingClientRect();
      const bar = document.querySelector('[popover]')?.getBoundingClientRect();
      expect([bar?.top, bar?.width]).toEqual([0, width]);
      expect(overlay?.top).toBeCloseTo(bar?.bottom ?? NaN, 0);
      expect(overlay?.bottom).toBeCloseTo(height, 0);
    });
    const { left, top } = page.getByTestId('countdown').element().getBoundingClientRect();
    expect(document.elementFromPoint(left + 2, top + 2)?.closest('[popover]')).not.toBeNull();
    await page.getByRole('button', { name: 'Complete' }).click();
    await expect.element(view()).toHaveAttribute('data-view', 'idle');
    // The body is as it was.
    expect(document.body.getBoundingClientRect().top).toBe(0);
    expect(document.querySelector('[popover]')).toBeNull();
  });

  test('failed: another card is asked for', async () => {
    await challenged();
    await page.getByRole('button', { name: 'Fail' }).click();
    await expect.element(page.getByTestId('decline')).toHaveTextContent('Authentication failed');
    expect(core.calls).toContain('authentication_hint failed');
  });

  test('a Stripe.js that throws is only a hint; staff can open the bank’s page again', async () => {
    standIn.countersignChallengeThrows = true;
    await challenged();
    await vi.waitFor(() => {
      expect(core.calls).toContain('authentication_hint threw');
    });
    expect(logged('handleCardAction')).toBe(1);
    standIn.countersignChallengeThrows = false;
    core.onFreshPage = freshPage;
    await page.getByTestId('challenge-again').click();
    await page.getByRole('button', { name: 'Complete' }).click();
    await vi.waitFor(async () => {
      expect(await stageOf()).toBe('approved');
    });
    expect(count('fresh_page')).toBe(1);
  });

  describe('that does not come', () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['setInterval', 'performance'] });
      standIn.countersignChallengeHangs = true;
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    /** Lets time pass for the page. */
    const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

    test('is offered again after 15 seconds, prominently, told to the core, and opened in a fresh page', async () => {
      core.onFreshPage = freshPage;
      await challenged();
      await pass(14_000);
      expect(document.querySelector('[data-testid="challenge-again"]')).toBeNull();
      expect(document.querySelector('[data-testid="challenge-again-small"]')).toBeNull();
      await pass(1_500);
      await expect.element(page.getByTestId('bank-page-missing')).toBeVisible();
      await expect.element(page.getByTestId('challenge-again')).toHaveFocus();
      await vi.waitFor(() => {
        expect(core.calls).toContain('authentication_hint missing');
      });
      expect((await core.recentSales())[0]?.stage).toMatchObject({ page: 'missing' });
      standIn.countersignChallengeHangs = false;
      // Nothing was on the screen, so nothing is asked.
      await seen();
      await userEvent.keyboard('{Enter}');
      await vi.waitFor(() => {
        expect(count('fresh_page')).toBe(1);
      });
      await page.getByRole('button', { name: 'Complete' }).click();
      await vi.waitFor(async () => {
        expect(await stageOf()).toBe('approved');
      });
    });

    test.each([
      [
        'a hidden frame',
        (frame: HTMLIFrameElement) => {
          frame.style.visibility = 'hidden';
          frame.style.width = '400px';
          frame.style.height = '400px';
        },
      ],
      [
        'a frame of one pixel',
        (frame: HTMLIFrameElement) => {
          frame.style.width = '1px';
          frame.style.height = '1px';
        },
      ],
      [
        'a frame that is not drawn',
        (frame: HTMLIFrameElement) => {
          frame.style.display = 'none';
          frame.style.width = '400px';
          frame.style.height = '400px';
        },
      ],
      [
        'a frame that is seen through',
        (frame: HTMLIFrameElement) => {
          frame.style.opacity = '0';
          frame.style.width = '400px';
          frame.style.height = '400px';
        },
      ],
      [
        'a frame beside the screen',
        (frame: HTMLIFrameElement) => {
          frame.style.cssText = 'position: fixed; left: -5000px; top: 0; width: 400px; height: 400px';
        },
      ],
      [
        'a frame beside the screen but for its edge',
        (frame: HTMLIFrameElement) => {
          frame.style.cssText = 'position: fixed; left: -350px; top: 0; width: 400px; height: 400px';
        },
      ],
    ])('%s is no page of the bank’s: the bank’s look at the browser is in such a one', async (_name, make) => {
      await challenged();
      const frame = document.createElement('iframe');
      frame.name = '__privateStripeControllerOther';
      make(frame);
      document.body.append(frame);
      await pass(9_500);
      expect(core.calls).not.toContain('authentication_hint shown');
      await pass(6_000);
      await expect.element(page.getByTestId('bank-page-missing')).toBeVisible();
    });

    test('comes after the bank’s look at the browser: only then it is there', async () => {
      await challenged();
      const look = document.createElement('iframe');
      look.name = '__privateStripeControllerLook';
      Object.assign(look.style, { position: 'absolute', width: '1px', height: '1px', opacity: '0' });
      document.body.append(look);
      await pass(9_900);
      look.remove();
      expect(core.calls).not.toContain('authentication_hint shown');
      const bank = document.createElement('iframe');
      bank.name = '__privateStripeControllerBank';
      bank.style.cssText = 'position: fixed; inset: 0; width: 400px; height: 400px';
      document.body.append(bank);
      await vi.waitFor(() => {
        expect(core.calls).toContain('authentication_hint shown');
      });
      await pass(15_500);
      expect(core.calls).not.toContain('authentication_hint missing');
      bank.remove();
    });
  });

  test('that came is offered again in small, and only after a second yes', async () => {
    await challenged();
    await vi.waitFor(() => {
      expect(core.calls).toContain('authentication_hint shown');
    });
    const small = page.getByTestId('challenge-again-small');
    await small.click();
    await expect.element(page.getByRole('alert')).toHaveTextContent('A code that the bank has sent may stop working');
    await page.getByTestId('challenge-again-no').click();
    await small.click();
    expect(count('fresh_page')).toBe(0);
    await page.getByTestId('challenge-again-yes').click();
    await vi.waitFor(() => {
      expect(count('fresh_page')).toBe(1);
    });
    expect(core.calls).not.toContain('authentication_hint missing');
  });

  test('that was there and has gone is offered prominently, and asked about', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'performance'] });
    try {
      await challenged();
      await vi.waitFor(() => {
        expect(core.calls).toContain('authentication_hint shown');
      });
      document.querySelector('.stand-in-overlay')?.remove();
      await vi.advanceTimersByTimeAsync(15_500);
      await page.getByTestId('challenge-again').click();
      expect(count('fresh_page')).toBe(0);
      await page.getByTestId('challenge-again-yes').click();
      await vi.waitFor(() => {
        expect(count('fresh_page')).toBe(1);
      });
    } finally {
      vi.useRealTimers();
    }
  });
});
