import { InvalidRequest } from '../../../protocol/errors';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest, Prompt } from '../authorization-request';

/** What people can be asked, where nobody can make an account for themselves. */
const PROMPTS: readonly Prompt[] = ['none', 'login', 'consent', 'select_account'];

/** What people can be asked. @param registration whether they can make accounts for themselves (Initiating User Registration via OpenID Connect §4.2) */
export function promptsWith(registration: 'open' | 'closed'): readonly Prompt[] {
  return registration === 'open' ? [...PROMPTS, 'create'] : PROMPTS;
}

/** What the client wants people to be asked is known, and does not contradict itself. */
export class PromptCheck implements AuthorizationCheck {
  readonly name = 'prompt';
  readonly specification = 'OpenID Connect Core §3.1.2.1';

  /** @param known what people can be asked */
  constructor(private readonly known: readonly Prompt[]) {}

  run(request: AuthorizationRequest): void {
    const words = request.parameters.get('prompt')?.split(' ') ?? [];
    const prompts = words.map((word) => {
      const prompt = this.known.find((known) => known === word);
      // Initiating User Registration via OpenID Connect §4.1: the client is told, and may ask without it.
      if (prompt === undefined) throw new InvalidRequest(`The prompt is not known: use ${this.known.join(', ')}.`);
      return prompt;
    });
    // OpenID Connect Core §3.1.2.1: nothing beside it.
    if (prompts.includes('none') && prompts.length > 1) throw new InvalidRequest('prompt=none stands alone.');
    request.prompts = new Set(prompts);
  }
}
