import { InvalidRequest } from '../../../protocol/errors';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest, Prompt } from '../authorization-request';

const PROMPTS: readonly Prompt[] = ['none', 'login', 'consent', 'select_account'];

/** What the client wants people to be asked is known, and does not contradict itself. */
export class PromptCheck implements AuthorizationCheck {
  readonly name = 'prompt';
  readonly specification = 'OpenID Connect Core §3.1.2.1';

  run(request: AuthorizationRequest): void {
    const words = request.parameters.get('prompt')?.split(' ') ?? [];
    const prompts = words.map((word) => {
      const prompt = PROMPTS.find((known) => known === word);
      if (prompt === undefined) throw new InvalidRequest(`The prompt is not known: use ${PROMPTS.join(', ')}.`);
      return prompt;
    });
    if (prompts.includes('none') && prompts.length > 1) throw new InvalidRequest('prompt=none stands alone.');
    request.prompts = new Set(prompts);
  }
}
