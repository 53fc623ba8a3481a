/** Made by `npm run sdk:types` from the OpenAPI document: do not edit. */
/* eslint max-lines: off */

/** An error (RFC 9457). */
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly requestId: string;
};
/** Body of `POST /api/v1/auth/mfa/status/check`. */
export type StatusCheckBody = {
  /** User id */
  readonly userId: string;
  /** Client id */
  readonly clientId?: string;
  /** IPv4 or IPv6 address of the end user */
  readonly ip: string;
  readonly userAgent: string;
  /** Version-stripped browser fingerprint */
  readonly fingerprint: string;
  /** Secret issued when the device became trusted */
  readonly deviceToken?: string;
  readonly sessionId?: string;
  readonly primary?: 'password' | 'magic_link' | 'otp' | 'oauth' | 'passkey';
  readonly attributes?: { readonly [name: string]: string | number | boolean };
};
/** Answer of `POST /api/v1/auth/mfa/status/check`. */
export type StatusCheckAnswer = {
  readonly mfaRequired: boolean;
  readonly requireMFA: boolean;
  readonly enrollmentRequired: boolean;
  readonly decisionId: string;
  readonly mfaSessionId?: string;
  readonly methods?: {
    readonly totp: boolean;
    readonly push: boolean;
    readonly backupCode: boolean;
    readonly passkey: boolean;
  };
  readonly expiresIn?: number;
  readonly sessionId?: string;
  readonly receipt?: string;
  /** Only from /auth/sign-in */
  readonly accessToken?: string;
  readonly tokenType?: 'Bearer' | 'DPoP';
};
/** Body of `POST /api/v1/auth/mfa/verify`. */
export type VerifyBody =
  | {
      /** Secret of the MFA session */
      readonly mfaSessionId: string;
      readonly trustDevice?: boolean;
      readonly method: 'totp';
      readonly code: string;
    }
  | {
      /** Secret of the MFA session */
      readonly mfaSessionId: string;
      readonly trustDevice?: boolean;
      readonly method: 'backupCode';
      /** Spaces, dashes and case do not matter */
      readonly code: string;
    }
  | {
      /** Secret of the MFA session */
      readonly mfaSessionId: string;
      readonly trustDevice?: boolean;
      readonly method: 'passkey';
      readonly credential: {
        /** base64url */
        readonly id: string;
        /** base64url */
        readonly rawId: string;
        readonly type: 'public-key';
        readonly authenticatorAttachment?: string | null;
        readonly clientExtensionResults?: { readonly [name: string]: unknown };
        readonly response: {
          /** base64url */
          readonly clientDataJSON: string;
          /** base64url */
          readonly authenticatorData: string;
          /** base64url */
          readonly signature: string;
          readonly userHandle?: string | null;
        };
      };
    }
  | {
      /** Secret of the MFA session */
      readonly mfaSessionId: string;
      readonly method: 'push';
      /** Prompt id */
      readonly challengeId: string;
    };
/** Answer of `POST /api/v1/auth/mfa/verify`. */
export type VerifyAnswer = {
  readonly verified: true;
  readonly userId: string;
  readonly sessionId: string;
  readonly receipt: string;
  readonly deviceToken?: string;
  readonly deviceTokenExpiresAt?: string;
  /** For sign-ins begun at /auth/sign-in */
  readonly accessToken?: string;
  readonly tokenType?: 'Bearer' | 'DPoP';
};
/** Body of `POST /api/v1/auth/attempts`. */
export type AttemptBody = {
  /** User id */
  readonly userId?: string;
  readonly login?: string;
  /** Client id */
  readonly clientId?: string;
  /** IPv4 or IPv6 address of the end user */
  readonly ip: string;
  /** Version-stripped browser fingerprint */
  readonly fingerprint: string;
  /** Secret issued when the device became trusted */
  readonly deviceToken?: string;
  readonly userAgent: string;
  readonly outcome: 'failure';
  readonly reason?: string;
};
/** Answer of `POST /api/v1/auth/attempts`. */
export type AttemptAnswer = {
  readonly recorded: true;
};
/** Body of `POST /api/v1/auth/sign-in`. */
export type SignInBody = {
  readonly login: string;
  /** Organization id; one other than the own is for platform administrators */
  readonly organizationId?: string;
  readonly password: string;
  /** Version-stripped browser fingerprint */
  readonly fingerprint: string;
  /** Secret issued when the device became trusted */
  readonly deviceToken?: string;
  /** IPv4 or IPv6 address of the end user */
  readonly ip?: string;
  readonly userAgent?: string;
};
/** Answer of `POST /api/v1/auth/sign-in`. */
export type SignInAnswer = {
  readonly mfaRequired: boolean;
  readonly requireMFA: boolean;
  readonly enrollmentRequired: boolean;
  readonly decisionId: string;
  readonly mfaSessionId?: string;
  readonly methods?: {
    readonly totp: boolean;
    readonly push: boolean;
    readonly backupCode: boolean;
    readonly passkey: boolean;
  };
  readonly expiresIn?: number;
  readonly sessionId?: string;
  readonly receipt?: string;
  /** Only from /auth/sign-in */
  readonly accessToken?: string;
  readonly tokenType?: 'Bearer' | 'DPoP';
};
/** Body of `POST /api/v1/auth/mfa/step-up`. */
export type StepUpBody = {
  readonly action: string;
  readonly transaction?: {
    readonly amount: string;
    readonly currency: string;
    readonly payee: string;
    readonly reference?: string;
  };
  readonly maxAge?: number;
  readonly context?: {
    /** IPv4 or IPv6 address of the end user */
    readonly ip?: string;
    readonly userAgent?: string;
    /** Version-stripped browser fingerprint */
    readonly fingerprint?: string;
    /** Secret issued when the device became trusted */
    readonly deviceToken?: string;
  };
};
/** Answer of `POST /api/v1/auth/mfa/step-up`. */
export type StepUpAnswer = {
  readonly stepUpRequired: boolean;
  readonly verified?: true;
  readonly reason?: string;
  readonly receipt?: string;
  readonly mfaSessionId?: string;
  readonly methods?: {
    readonly totp: boolean;
    readonly push: boolean;
    readonly backupCode: boolean;
    readonly passkey: boolean;
  };
  readonly expiresIn?: number;
};
/** Body of `POST /api/v1/auth/mfa/step-up/redeem`. */
export type RedeemBody = {
  readonly receipt: string;
  readonly action: string;
  readonly transaction?: {
    readonly amount: string;
    readonly currency: string;
    readonly payee: string;
    readonly reference?: string;
  };
};
/** Answer of `POST /api/v1/auth/mfa/step-up/redeem`. */
export type RedeemAnswer = {
  readonly valid: true;
  readonly userId: string;
  readonly sessionId: string;
  readonly action: string;
  readonly decisionId: string;
};
/** Answer of `GET /api/v1/sessions/{id}`. */
export type SessionAnswer = {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  readonly active: boolean;
  readonly stepUpRequired: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastMfaAt: string | null;
};
/** Answer of `GET /api/v1/auth/mfa/status`. */
export type MfaStatusAnswer = {
  readonly mfaEnabled: boolean;
  readonly methods: {
    readonly totp: boolean;
    readonly push: boolean;
    readonly backupCode: boolean;
    readonly passkey: boolean;
  };
  readonly backupCodesLeft: number;
  readonly trustedDevices: number;
  readonly lastMfaAt: string | null;
  readonly enrollmentRequired: boolean;
};
/** Body of `POST /api/v1/auth/mfa/challenge/passkey`. */
export type PasskeyRequestBody = {
  /** Secret of the MFA session */
  readonly mfaSessionId: string;
};
/** Answer of `POST /api/v1/auth/mfa/challenge/passkey`. */
export type PasskeyRequestAnswer = {
  readonly challenge: string;
  readonly rpId?: string;
  /** Milliseconds */
  readonly timeout?: number;
  readonly allowCredentials?: readonly {
    readonly id: string;
    readonly type: string;
    readonly transports?: readonly string[];
  }[];
  readonly userVerification?: string;
};
/** Answer of `POST /api/v1/auth/mfa/methods/passkeys/options`. */
export type PasskeyCreationAnswer = {
  readonly rp: {
    readonly id?: string;
    readonly name: string;
  };
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly displayName: string;
  };
  readonly challenge: string;
  readonly pubKeyCredParams: readonly {
    readonly type: 'public-key';
    readonly alg: number;
  }[];
  /** Milliseconds */
  readonly timeout?: number;
  readonly excludeCredentials?: readonly {
    readonly id: string;
    readonly type: string;
    readonly transports?: readonly string[];
  }[];
  readonly authenticatorSelection?: {
    readonly residentKey?: string;
    readonly userVerification?: string;
  };
  readonly attestation?: string;
};
/** Body of `POST /api/v1/auth/mfa/methods/passkeys`. */
export type PasskeyRegistrationBody = {
  /** What its owner calls the factor */
  readonly name?: string;
  readonly credential: {
    /** base64url */
    readonly id: string;
    /** base64url */
    readonly rawId: string;
    readonly type: 'public-key';
    readonly authenticatorAttachment?: string | null;
    readonly clientExtensionResults?: { readonly [name: string]: unknown };
    readonly response: {
      /** base64url */
      readonly clientDataJSON: string;
      /** base64url */
      readonly attestationObject: string;
      readonly transports?: readonly string[];
      /** base64url */
      readonly authenticatorData?: string;
      readonly publicKey?: string | null;
      readonly publicKeyAlgorithm?: number;
    };
  };
};
/** Answer of `POST /api/v1/auth/mfa/methods/passkeys`. */
export type PasskeyRegistrationAnswer = {
  readonly methodId: string;
};
