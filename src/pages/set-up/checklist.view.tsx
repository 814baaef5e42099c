import type { ComponentChildren, VNode } from 'preact';
import { SET_UP_PATH } from '../../auth/set-up';
import { Page, useSite } from '../layout.view';

/** Where administrators find it. */
export const CHECKLIST_PATH = `${SET_UP_PATH}/checklist`;

/** What the checklist shows. */
export interface ChecklistView {
  readonly hasDocs: boolean;
  /** Whether an application is registered. */
  readonly hasClient: boolean;
}

const REGISTER =
  'npm run cli -- client create --name "My app" --redirect-uri http://localhost:8080/callback --scope notes:read';

/** What is done, and what is next. */
export function ChecklistPage({ hasDocs, hasClient }: ChecklistView): VNode {
  const { issuer } = useSite();
  return (
    <Page title="What is next" wide>
      <h1>You are the administrator</h1>
      <p class="lead">This is what is next. The page of your account leads back here.</p>
      <ul class="checklist">
        <Step isDone title="The first administrator">
          You are signed in, and the link has served its purpose.
        </Step>
        <Step isDone={hasClient} title="Register an application">
          It is given an id, a secret if it can keep one, and code to begin with:
          <pre>
            <code>{REGISTER}</code>
          </pre>
          An application needs to know one address alone: <code>{issuer}</code>
        </Step>
        {hasDocs ? (
          <Step isDone={false} title="Try the API">
            Every operation is in the <a href={`${issuer}/docs`}>documentation</a>, where you can try it.
          </Step>
        ) : null}
        <Step isDone={false} title="Keep the set-up as a file">
          Roles, resource servers, applications and people, to be looked at, changed and applied again:
          <pre>
            <code>{'npm run cli -- export -o gatehouse.yaml\nnpm run cli -- apply -f gatehouse.yaml --dry-run'}</code>
          </pre>
        </Step>
        <Step isDone={false} title="Before others use it">
          Set <code>NODE_ENV=production</code>: it demands what a server in earnest needs, and says what that is. The
          README lists every setting.
        </Step>
      </ul>
      <div class="buttons">
        <a class="button" id="to-account" href={`${issuer}/account`}>
          Your account
        </a>
      </div>
    </Page>
  );
}

interface StepProps {
  readonly isDone: boolean;
  readonly title: string;
  readonly children: ComponentChildren;
}

function Step({ isDone, title, children }: StepProps): VNode {
  return (
    <li>
      <span class={isDone ? 'tick done' : 'tick'} aria-hidden="true">
        {isDone ? '✓' : '○'}
      </span>
      <div>
        <strong>{title}</strong>
        <span class="small">{isDone ? ' (done)' : ''}</span>
        <div>{children}</div>
      </div>
    </li>
  );
}
