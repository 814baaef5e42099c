import { isLoopbackRedirect, isNativeRedirect, redirectTarget } from '../../protocol/redirect-uri';

/** Where the answer to an application goes, in words. */
export function destinationOf(redirectUri: string): string {
  if (isLoopbackRedirect(redirectUri)) return 'An application on this device';
  if (isNativeRedirect(redirectUri)) return `An application on this device (${redirectTarget(redirectUri)})`;
  return `You will be sent back to ${redirectTarget(redirectUri)}.`;
}
