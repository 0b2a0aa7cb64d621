// What has just come up takes no press: people look first.
import { expect, vi } from 'vitest';

/** Waits until all that stands on the screen has been there for long enough that a press can be meant for it. */
export async function seen(): Promise<void> {
  await vi.waitFor(
    () => {
      expect(document.querySelector('[aria-disabled="true"]')).toBeNull();
    },
    { timeout: 10_000 },
  );
}
