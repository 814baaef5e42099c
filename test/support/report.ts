/** Prints figures of a test for whoever set REPORT_FIGURES; tests are silent otherwise. */
export function report(figures: Readonly<Record<string, unknown>>): void {
  if (process.env['REPORT_FIGURES'] === undefined) return;
  process.stderr.write(`${expect.getState().currentTestName}: ${JSON.stringify(figures)}\n`);
}
