import { OAuthError } from './errors';

/** RFC 6749 §5.2: nobody knows the client, it did not authenticate, or not in the way that it registered. */
export class InvalidClient extends OAuthError {
  readonly error = 'invalid_client';
  readonly status = 401;
}

/** RFC 6749 §5.2: the code, refresh token or other grant is unknown, expired, used, revoked, or was given to another client. */
export class InvalidGrant extends OAuthError {
  readonly error = 'invalid_grant';
  readonly status = 400;
}

/** RFC 6749 §4.1.2.1, §5.2: the client is not registered for this. */
export class UnauthorizedClient extends OAuthError {
  readonly error = 'unauthorized_client';
  readonly status = 400;
}

/** RFC 6749 §5.2: this server has no such grant. */
export class UnsupportedGrantType extends OAuthError {
  readonly error = 'unsupported_grant_type';
  readonly status = 400;

  constructor() {
    super('This server does not support that grant_type; its metadata lists those that it does.');
  }
}

/** RFC 6749 §4.1.2.1: this server, or this client, has no such response type. */
export class UnsupportedResponseType extends OAuthError {
  readonly error = 'unsupported_response_type';
  readonly status = 400;

  constructor() {
    super('This response_type is not supported; use "code".');
  }
}

/** RFC 6749 §4.1.2.1, §5.2: the scope is unknown, malformed, or more than can be granted. */
export class InvalidScope extends OAuthError {
  readonly error = 'invalid_scope';
  readonly status = 400;
}

/** RFC 8707 §2: the resource is malformed, unknown, or not one that the client may have tokens for. */
export class InvalidTarget extends OAuthError {
  readonly error = 'invalid_target';
  readonly status = 400;
}

/** RFC 6749 §4.1.2.1, RFC 8628 §3.5: the person, or a rule of this server, said no. */
export class AccessDenied extends OAuthError {
  readonly error = 'access_denied';
  readonly status = 400;
}

/** OpenID Connect Core §3.1.2.6: the person would have to sign in, and the client wants no page shown. */
export class LoginRequired extends OAuthError {
  readonly error = 'login_required';
  readonly status = 400;
}

/** OpenID Connect Core §3.1.2.6: the person would have to be asked, and the client wants no page shown. */
export class ConsentRequired extends OAuthError {
  readonly error = 'consent_required';
  readonly status = 400;
}

/** OpenID Connect Core §3.1.2.6: several people are signed in, none of them is the current one, and the client wants no page shown. */
export class AccountSelectionRequired extends OAuthError {
  readonly error = 'account_selection_required';
  readonly status = 400;
}

/** OpenID Connect Core §3.1.2.6, §7.2.1: no client is registered by a parameter of its request. */
export class RegistrationNotSupported extends OAuthError {
  readonly error = 'registration_not_supported';
  readonly status = 400;
}

/** RFC 9470 §5: no sign-in that this server offers would be of the kind that is demanded. */
export class UnmetAuthenticationRequirements extends OAuthError {
  readonly error = 'unmet_authentication_requirements';
  readonly status = 400;
}

/** RFC 9101 §6, RFC 9126 §4: the request_uri is unknown, expired, used, or another client's. */
export class InvalidRequestUri extends OAuthError {
  readonly error = 'invalid_request_uri';
  readonly status = 400;
}

/** RFC 9101 §6: the request object is not one that this client can have made for this server. */
export class InvalidRequestObject extends OAuthError {
  readonly error = 'invalid_request_object';
  readonly status = 400;
}

/** RFC 9101 §6: request objects are switched off. */
export class RequestNotSupported extends OAuthError {
  readonly error = 'request_not_supported';
  readonly status = 400;
}

/** RFC 9101 §6: requests are not fetched from an address. */
export class RequestUriNotSupported extends OAuthError {
  readonly error = 'request_uri_not_supported';
  readonly status = 400;
}

/** RFC 9449 §5, §7: the DPoP proof is missing, malformed, used before, or made for something else. */
export class InvalidDpopProof extends OAuthError {
  readonly error = 'invalid_dpop_proof';
  readonly status = 400;
}

/** RFC 9449 §8, §9: the DPoP proof lacks the nonce that this server has given, which goes with this answer. */
export class UseDpopNonce extends OAuthError {
  readonly error = 'use_dpop_nonce';
  readonly status = 400;

  /** @param nonce the one to use */
  constructor(readonly nonce: string) {
    super('Make the DPoP proof again, with the nonce of the DPoP-Nonce header.');
  }
}

/** RFC 8628 §3.5: the person has not decided yet. */
export class AuthorizationPending extends OAuthError {
  readonly error = 'authorization_pending';
  readonly status = 400;

  constructor() {
    super('The person has not decided yet; ask again after the interval.');
  }
}

/** RFC 8628 §3.5: the client asks too often; the interval grows by five seconds. */
export class SlowDown extends OAuthError {
  readonly error = 'slow_down';
  readonly status = 400;

  constructor() {
    super('Ask less often: the interval has grown by 5 seconds.');
  }
}

/** RFC 8628 §3.5: the device code has expired. */
export class ExpiredToken extends OAuthError {
  readonly error = 'expired_token';
  readonly status = 400;
}

/** RFC 7591 §3.2.2: a redirect URI cannot be registered. */
export class InvalidRedirectUri extends OAuthError {
  readonly error = 'invalid_redirect_uri';
  readonly status = 400;
}

/** RFC 7591 §3.2.2: a field of the client's metadata cannot be registered. */
export class InvalidClientMetadata extends OAuthError {
  readonly error = 'invalid_client_metadata';
  readonly status = 400;
}

/** RFC 7591 §3.2.2: the software statement is malformed or badly signed. */
export class InvalidSoftwareStatement extends OAuthError {
  readonly error = 'invalid_software_statement';
  readonly status = 400;
}

/** RFC 7591 §3.2.2: nobody trusts the author of the software statement. */
export class UnapprovedSoftwareStatement extends OAuthError {
  readonly error = 'unapproved_software_statement';
  readonly status = 400;
}
