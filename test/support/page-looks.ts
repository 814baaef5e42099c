import { readFileSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openPage } from './browser';

const SIZES = {
  telephone: { width: 390, height: 844 },
  desktop: { width: 1280, height: 800 },
};

/** Every size of screen in every scheme of colours. */
export const LOOKS = Object.keys(SIZES).flatMap((size) =>
  (['light', 'dark'] as const).map((scheme) => [size as keyof typeof SIZES, scheme] as const),
);

/** Where to put pictures of the pages, for whoever wants to look at them. */
const PICTURES = process.env['PICTURES'];

/** A page on one size of screen in one scheme of colours. */
export interface LookedAtPage {
  readonly context: BrowserContext;
  readonly page: Page;
  /** See {@link openPage}. */
  readonly complaints: readonly string[];
  /** Expects of what the page shows now that nobody is barred by it (axe), and that it fits the screen. @param name of the picture of it */
  look(name: string): Promise<void>;
}

/** Opens an empty page for one of the {@link LOOKS}. */
export async function openLook(browser: Browser, [size, colorScheme]: (typeof LOOKS)[number]): Promise<LookedAtPage> {
  const context = await browser.newContext({ viewport: SIZES[size], colorScheme });
  const { page, complaints } = await openPage(context);
  const look = async (name: string) => {
    expect([name, await violationsOf(page)]).toEqual([name, []]);
    expect([name, await page.evaluate('document.documentElement.scrollWidth <= innerWidth')]).toEqual([name, true]);
    if (PICTURES !== undefined) {
      await page.screenshot({ path: `${PICTURES}/${name}-${size}-${colorScheme}.png`, fullPage: true });
    }
  };
  return { context, page, complaints, look };
}

async function violationsOf(page: Page): Promise<unknown> {
  await page.evaluate(readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8'));
  return page.evaluate(
    'axe.run().then(({ violations }) => violations.map(({ id, nodes }) => id + ": " + nodes[0].html))',
  );
}
