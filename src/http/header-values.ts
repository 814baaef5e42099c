/** All values of a header, from the lines as they came: Node keeps the first of several, or joins them, and another reader might keep the last. */
export function headerValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const found = rawHeaders[index]!;
    if (found.length === name.length && found.toLowerCase() === name) values.push(rawHeaders[index + 1]!);
  }
  return values;
}
