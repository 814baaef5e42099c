/** The service cannot start; each line of the message is a sentence for the operator that says what to change, free of secrets. */
export class StartupError extends Error {
  override readonly name: string = 'StartupError';
}
