import type { VNode } from 'preact';
import { Page, useSite } from '../layout.view';

/** What an error page shows. */
export interface ErrorView {
  readonly title: string;
  readonly text: string;
  /** What an administrator finds the request by. */
  readonly requestId: string;
  /** Where the person came from; null where nobody knows. */
  readonly wayBack: string | null;
}

/** Says what went wrong, and where to go from there. */
export function ErrorPage({ title, text, requestId, wayBack }: ErrorView): VNode {
  const { issuer } = useSite();
  return (
    <Page title={title}>
      <h1>{title}</h1>
      <p class="lead" id="error">
        {text}
      </p>
      <div class="buttons">
        {wayBack === null ? null : (
          <a class="button" id="way-back" href={wayBack} rel="noreferrer">
            Back to the application
          </a>
        )}
        <a class={wayBack === null ? 'button' : 'button plain'} href={`${issuer}/account`}>
          Your account
        </a>
      </div>
      <p class="beneath small">
        If you ask for help, name this request: <code>{requestId}</code>
      </p>
    </Page>
  );
}
