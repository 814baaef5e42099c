import type { PageBrowser } from './page-browser';

/** Who signs in, as the pages ask for it. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** Drives the pages as certification suites do: without scripts, finding inputs and buttons by their ids and by nothing else. */
export class HtmlUnit {
  constructor(
    readonly browser: PageBrowser,
    private readonly credentials: Credentials,
  ) {}

  /** Fills in inputs by their ids and presses the button of that id. */
  async press(button: string, inputs: Readonly<Record<string, string>> = {}): Promise<void> {
    const filled = Object.entries(inputs).map(([id, value]) => {
      const name = this.browser.find(`#${id}`)?.getAttribute('name');
      if (name === undefined) throw new Error(`No input has the id ${id} on ${this.browser.url}.`);
      return [name, value];
    });
    await this.browser.submit(`#${button}`, Object.fromEntries(filled) as Record<string, string>);
  }

  /** Signs in and allows, wherever that is asked. @returns which of the two were asked */
  async goThrough(): Promise<readonly string[]> {
    const asked: string[] = [];
    for (;;) {
      const button = ['sign-in', 'allow'].find((id) => this.browser.find(`button#${id}`) !== null);
      if (this.browser.isAway || button === undefined || asked.includes(button)) return asked;
      asked.push(button);
      await this.press(button, button === 'sign-in' ? { ...this.credentials } : {});
    }
  }
}
