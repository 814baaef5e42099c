import type { VNode } from 'preact';
import { PERSON_FIELD } from './access-decision';
import { ClientLinks, type ShownClient } from './client-head.view';
import { useSite } from './layout.view';

/** A scope that a person can let an application have, or a claim that it can be told; or keep from it. */
export interface Choice {
  readonly name: string;
  /** In words. */
  readonly description: string;
  readonly isChosen: boolean;
  /** Whether it goes with every answer but a refusal. */
  readonly isFixed?: boolean;
}

/** What an application may be let have, and where. */
export interface AccessChoice {
  /** The names of the resource servers, where they are not this server itself. */
  readonly resources: readonly string[];
  readonly scopes: readonly Choice[];
  /** What it wants to know beyond them (OpenID Connect Core §5.5). */
  readonly claims: readonly Choice[];
}

/** Part of a form: a box to tick for each scope and each claim. */
export function AccessChoices({ resources, scopes, claims }: AccessChoice): VNode {
  if (scopes.length === 0) return <p>The application wants to know that it is you, and nothing else.</p>;
  const place = resources.length === 0 ? '' : ` at ${resources.join(', ')}`;
  return (
    <>
      <Choices field="scope" legend={`This lets the application${place}:`} choices={scopes} />
      <Choices field="claim" legend="The application also wants to know:" choices={claims} />
    </>
  );
}

interface ChoicesProps {
  readonly field: 'scope' | 'claim';
  readonly legend: string;
  readonly choices: readonly Choice[];
}

function Choices({ field, legend, choices }: ChoicesProps): VNode | null {
  if (choices.length === 0) return null;
  return (
    <fieldset>
      <legend>{legend}</legend>
      <ul class="choices">
        {choices.map(({ name, description, isChosen, isFixed = false }) => (
          <li>
            <label>
              <input
                type="checkbox"
                name={field}
                value={name}
                id={`${field}-${name}`}
                checked={isChosen}
                disabled={isFixed}
              />
              <span>
                {description}
                {description === name ? null : (
                  <span class="small">{isFixed ? `${name}, part of signing in` : name}</span>
                )}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

interface AnswersProps {
  readonly client: ShownClient;
  readonly personId: string;
}

/** Part of a form: the two answers, whose they are, and what there is to know before. */
export function AllowOrRefuse({ client, personId }: AnswersProps): VNode {
  return (
    <>
      <p class="small">
        You can take this back at any time on the page of your account.
        <ClientLinks client={client} />
      </p>
      <div class="buttons">
        <input type="hidden" name={PERSON_FIELD} value={personId} />
        <button id="allow" type="submit" name="decision" value="allow">
          Allow
        </button>
        <button id="deny" type="submit" name="decision" value="deny" class="plain">
          Refuse
        </button>
      </div>
    </>
  );
}

interface DecidingPersonProps {
  readonly person: string;
  readonly ticket: string;
}

/** Who decides, and the way to be somebody else. */
export function DecidingPerson({ person, ticket }: DecidingPersonProps): VNode {
  const { issuer } = useSite();
  return (
    <p class="who">
      <span>
        Signed in as <strong>{person}</strong>
      </span>
      <a id="switch" href={`${issuer}/sign-in?ticket=${ticket}&switch=1`}>
        Not you?
      </a>
    </p>
  );
}
