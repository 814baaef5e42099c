import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** Metadata key of the age that a sign-in may have. */
export const REQUIRED_FRESHNESS = 'gatehouse:max-age';

/** Metadata key of the authentication context classes of which a sign-in must have one. */
export const REQUIRED_ACR = 'gatehouse:acr';

/**
 * Demands that the person signed in (not: refreshed) at most so long ago; older sign-ins are told to step up (RFC 9470 §3).
 * @param maxAgeSeconds seconds
 */
export const RequireFresh = (maxAgeSeconds: number): CustomDecorator => SetMetadata(REQUIRED_FRESHNESS, maxAgeSeconds);

/** Demands that the person signed in with one of these authentication context classes, best first (RFC 9470 §3). */
export const RequireAcr = (...acrValues: readonly string[]): CustomDecorator => SetMetadata(REQUIRED_ACR, acrValues);
