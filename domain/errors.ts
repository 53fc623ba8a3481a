/**
 * The one catalogue of errors a caller can meet: code → HTTP status, title and public text (RFC 9457).
 * Public text never echoes input and never says which signal or factor failed.
 */
export interface ErrorDefinition {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
}

export const ERRORS = {
  invalid_request: {
    status: 400,
    title: 'Invalid request',
    detail: 'The request does not have the documented form.',
  },
  invalid_dpop_proof: {
    status: 400,
    title: 'Invalid DPoP proof',
    detail: 'The DPoP proof is not valid for this request.',
  },
  invalid_json: { status: 400, title: 'Invalid JSON', detail: 'The body is not valid JSON in UTF-8.' },
  unauthorized: { status: 401, title: 'Unauthorized', detail: 'Valid credentials are required.' },
  verification_failed: {
    status: 401,
    title: 'Verification failed',
    detail: 'The verification did not succeed.',
  },
  forbidden: { status: 403, title: 'Forbidden', detail: 'The credentials do not allow this.' },
  fresh_mfa_required: {
    status: 401,
    title: 'Fresh MFA required',
    detail: 'This needs a recent verification in this session.',
  },
  enrollment_required: {
    status: 403,
    title: 'Enrollment required',
    detail: 'A second factor has to be enrolled first.',
  },
  email_verification_required: {
    status: 403,
    title: 'E-mail verification required',
    detail: 'The e-mail address has to be verified first.',
  },
  no_methods_enrolled: {
    status: 403,
    title: 'No methods enrolled',
    detail: 'A second factor has to be enrolled before this action.',
  },
  receipt_invalid: {
    status: 401,
    title: 'Receipt invalid',
    detail: 'The receipt is not valid for this request.',
  },
  receipt_used: { status: 409, title: 'Receipt used', detail: 'The receipt was redeemed before.' },
  sign_in_failed: { status: 401, title: 'Sign-in failed', detail: 'Login or password is wrong.' },
  password_refused: {
    status: 400,
    title: 'Password refused',
    detail: 'This password may not be chosen; choose another one.',
  },
  no_password: {
    status: 409,
    title: 'No password',
    detail: 'The user signs in without a password of this directory.',
  },
  not_found: { status: 404, title: 'Not found', detail: 'There is no such resource.' },
  user_not_found: { status: 404, title: 'User not found', detail: 'There is no such user.' },
  application_not_found: {
    status: 404,
    title: 'Application not found',
    detail: 'There is no such application.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'The resource does not support this method.',
  },
  login_taken: { status: 409, title: 'Login taken', detail: 'A user with this login or external id exists.' },
  own_account: {
    status: 409,
    title: 'Own account',
    detail: 'This cannot be done to the own account.',
  },
  client_id_taken: {
    status: 409,
    title: 'Client id taken',
    detail: 'An application with this client id exists.',
  },
  policy_fixed: {
    status: 409,
    title: 'Policy fixed',
    detail: 'Portals always require MFA; this cannot be changed.',
  },
  method_not_pending: {
    status: 409,
    title: 'Method not pending',
    detail: 'The enrolment is finished or was replaced.',
  },
  last_factor: {
    status: 409,
    title: 'Last factor',
    detail: 'The last factor cannot be removed while one is demanded; enrol another one first.',
  },
  too_many_methods: {
    status: 409,
    title: 'Too many methods',
    detail: 'No more methods of this kind can be added; remove one first.',
  },
  passkey_unavailable: {
    status: 409,
    title: 'Passkey unavailable',
    detail: 'There is no passkey that can be asked for.',
  },
  passkey_registered: {
    status: 409,
    title: 'Passkey registered',
    detail: 'This passkey is registered already.',
  },
  challenge_pending: {
    status: 409,
    title: 'Challenge pending',
    detail: 'The challenge has not been answered yet.',
  },
  challenge_closed: {
    status: 409,
    title: 'Challenge closed',
    detail: 'The challenge was answered or is over.',
  },
  push_unavailable: {
    status: 409,
    title: 'Push unavailable',
    detail: 'No approval can be asked for on a device now; use another method.',
  },
  push_busy: {
    status: 409,
    title: 'Push busy',
    detail: 'Another sign-in waits for an approval on the device; try again later.',
  },
  device_limit: {
    status: 409,
    title: 'Too many devices',
    detail: 'As many authenticator devices are paired as a user may have.',
  },
  recovery_ended: {
    status: 409,
    title: 'Recovery ended',
    detail: 'The recovery is over; nothing can be ordered any more.',
  },
  not_releasable: {
    status: 409,
    title: 'Not releasable',
    detail: 'There is no block by risk of the last 24 hours to release.',
  },
  idempotency_key_expired: {
    status: 409,
    title: 'Idempotency key expired',
    detail: 'The answer for this key can no longer be given; use a new key.',
  },
  version_conflict: {
    status: 412,
    title: 'Version conflict',
    detail: 'The resource was changed by somebody else.',
  },
  body_too_large: { status: 413, title: 'Body too large', detail: 'The body exceeds the limit.' },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'The content type is not accepted here.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency key reused',
    detail: 'The key was used with a different body.',
  },
  too_many_attempts: { status: 429, title: 'Too many attempts', detail: 'Try again later.' },
  rate_limited: { status: 429, title: 'Too many requests', detail: 'Try again later.' },
  internal: { status: 500, title: 'Internal error', detail: 'Something went wrong on our side.' },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: 'The service cannot answer right now; try again.',
  },
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;
