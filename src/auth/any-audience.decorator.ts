import { type CustomDecorator, SetMetadata } from '@nestjs/common';

/** Metadata key of controllers that let in tokens of any audience. */
export const ANY_AUDIENCE = 'gatehouse:any-audience';

/**
 * Lets in access tokens of this issuer whichever resource server they are for. For endpoints of the protocol itself, whose scopes belong to no resource
 * server (OpenID Connect Core §5.3): the scopes that such a controller demands are not among those of the API.
 */
export const AnyAudience = (): CustomDecorator => SetMetadata(ANY_AUDIENCE, true);
