/** The shop's sessions: a random cookie, the rest in memory. Its cookies are out of reach of any script. */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const SESSION = 'shop_session';
const DEVICE = 'shop_device';
/** As long as a device is trusted after MFA. */
const DEVICE_SECONDS = 30 * 24 * 3_600;

export interface Session {
  /** Set once signed in. */
  readonly user?: { readonly userId: string; readonly sessionId: string };
  /** Never leaves the server. */
  readonly accessToken?: string | undefined;
  /** Of the sign-in or approval that waits for a proof. */
  mfaSessionId?: string | undefined;
  readonly context: { readonly ip: string; readonly userAgent: string; readonly fingerprint: string };
}

export type Sessions = ReturnType<typeof createSessions>;

export function createSessions() {
  const sessions = new Map<string, Session>();
  return {
    /** Opens a session and sends its cookie. */
    open(reply: FastifyReply, session: Session): void {
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, session);
      setCookie(reply, `${SESSION}=${id}`);
    },
    of: (request: FastifyRequest): Session | undefined => sessions.get(cookieOf(request, SESSION)),
    end: (request: FastifyRequest): boolean => sessions.delete(cookieOf(request, SESSION)),
    /** Keeps the device token for the next login in this browser. */
    rememberDevice: (reply: FastifyReply, deviceToken: string): void =>
      setCookie(reply, `${DEVICE}=${deviceToken}; Max-Age=${DEVICE_SECONDS}`),
    deviceOf: (request: FastifyRequest): string | undefined => cookieOf(request, DEVICE) || undefined,
  };
}

/** Over TLS add `Secure`. */
function setCookie(reply: FastifyReply, cookie: string): void {
  void reply.header('set-cookie', `${cookie}; HttpOnly; SameSite=Strict; Path=/`);
}

function cookieOf({ headers }: FastifyRequest, name: string): string {
  return new RegExp(`(?:^|; )${name}=([^;]+)`).exec(headers.cookie ?? '')?.[1] ?? '';
}
