/** The shop's sessions: a random cookie, the rest in memory. */
import { randomBytes } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';

const COOKIE = 'shop_session';

export interface Session {
  /** Set once signed in. */
  readonly user?: { readonly userId: string; readonly sessionId: string };
  /** Never leaves the server. */
  readonly accessToken?: string | undefined;
  /** Of the sign-in or approval that waits for a code. */
  mfaSessionId?: string | undefined;
  readonly context: { readonly ip: string; readonly userAgent: string; readonly fingerprint: string };
}

export function createSessions() {
  const sessions = new Map<string, Session>();
  return {
    /** Opens a session and sends its cookie; over TLS add `Secure`. */
    open(reply: FastifyReply, session: Session): void {
      const id = randomBytes(32).toString('base64url');
      sessions.set(id, session);
      void reply.header('set-cookie', `${COOKIE}=${id}; HttpOnly; SameSite=Strict; Path=/`);
    },
    of: (request: FastifyRequest): Session | undefined => sessions.get(idOf(request)),
    end: (request: FastifyRequest): boolean => sessions.delete(idOf(request)),
  };
}

function idOf({ headers }: FastifyRequest): string {
  return new RegExp(`(?:^|; )${COOKIE}=([^;]+)`).exec(headers.cookie ?? '')?.[1] ?? '';
}
