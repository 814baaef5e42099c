/** An instant as JSON has it: RFC 3339, UTC. @param epochMilliseconds the instant */
export function instantOf(epochMilliseconds: number): string {
  return new Date(epochMilliseconds).toISOString();
}
