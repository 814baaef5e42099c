import type { VNode } from 'preact';
import { PERSON_FIELD } from './access-decision';
import { useSite } from './layout.view';

/** A scope that a person can let an application have, or keep from it. */
export interface ScopeChoice {
  readonly name: string;
  /** In words. */
  readonly description: string;
  readonly isChosen: boolean;
}

/** What an application may be let have, and where. */
export interface AccessChoice {
  /** The names of the resource servers, where they are not this server itself. */
  readonly resources: readonly string[];
  readonly scopes: readonly ScopeChoice[];
}

/** Part of a form: a box to tick for each scope. */
export function AccessChoices({ resources, scopes }: AccessChoice): VNode {
  if (scopes.length === 0) return <p>The application wants to know that it is you, and nothing else.</p>;
  return (
    <fieldset>
      <legend>This lets the application{resources.length === 0 ? '' : ` at ${resources.join(', ')}`}:</legend>
      <ul class="choices">
        {scopes.map(({ name, description, isChosen }) => (
          <li>
            <label>
              <input type="checkbox" name="scope" value={name} id={`scope-${name}`} checked={isChosen} />
              <span>
                {description}
                {description === name ? null : <span class="small">{name}</span>}
              </span>
            </label>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

/** Part of a form: the two answers, and whose they are. */
export function AllowOrRefuse({ personId }: { readonly personId: string }): VNode {
  return (
    <div class="buttons">
      <input type="hidden" name={PERSON_FIELD} value={personId} />
      <button id="allow" type="submit" name="decision" value="allow">
        Allow
      </button>
      <button id="deny" type="submit" name="decision" value="deny" class="plain">
        Refuse
      </button>
    </div>
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
