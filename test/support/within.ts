/** How often a condition is looked at, in milliseconds. */
const INTERVAL = 25;

/** Milliseconds that a test gives to what comes soon: so many that no busy machine is taken for a fault. */
export const SOON = 20_000;

/**
 * Waits until something has come true.
 * @throws {Error} when so many milliseconds have passed in vain
 */
export async function within(milliseconds: number, condition: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!(await condition())) {
    if (performance.now() - begun > milliseconds) throw new Error(`Not so after ${milliseconds} ms.`);
    await new Promise((resolve) => setTimeout(resolve, INTERVAL));
  }
}
