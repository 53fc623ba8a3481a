/**
 * One call to the API: time limit, retries, errors. Owns: that a request is sent again only when sending it twice
 * cannot do anything twice. Must never: follow a redirect, log, or turn an unknown answer into a value.
 */
import { MfaBlockedError, MfaProblemError, MfaUnavailableError, MfaUnexpectedAnswerError } from './errors';
import { parseJson, problemOf, type JsonObject } from './json';

const FIRST_PAUSE_MS = 100;
/** A server that wants a longer wait is not waited for: the caller's user is. */
const LONGEST_PAUSE_MS = 5_000;

export interface HttpOptions {
  readonly baseUrl: string;
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
  /** How often a call that may be repeated is sent again. */
  readonly retries: number;
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly authorization: string;
  readonly body?: object;
  /** Makes a POST repeatable. Only for endpoints that know the header. */
  readonly idempotencyKey?: string;
}

/** The status and JSON of a good answer (2xx). */
export interface Answer {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly body: JsonObject;
}

export type Send = (call: Call) => Promise<Answer>;

/** Makes the function that all calls go through. It throws `MfaError` and nothing else. */
export function createSend(options: HttpOptions): Send {
  return async (call) => {
    // Ending what has ended is no harm.
    const isRepeatable = call.method !== 'POST' || call.idempotencyKey !== undefined;
    const retries = isRepeatable ? options.retries : 0;
    for (let sent = 0; ; sent += 1) {
      try {
        return await sendOnce(options, call);
      } catch (error) {
        if (!(error instanceof MfaUnavailableError) || sent >= retries) throw error;
        const pauseMs = pauseBefore(sent, error.retryAfterSeconds);
        if (pauseMs > LONGEST_PAUSE_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
    }
  };
}

/** `Retry-After` when the server says it, else doubling; jittered upwards so that clients do not come in step. */
function pauseBefore(sent: number, retryAfterSeconds: number | undefined): number {
  const pauseMs = retryAfterSeconds === undefined ? FIRST_PAUSE_MS * 2 ** sent : retryAfterSeconds * 1_000;
  return pauseMs + Math.random() * FIRST_PAUSE_MS;
}

async function sendOnce(options: HttpOptions, call: Call): Promise<Answer> {
  const { response, text } = await exchange(options, call);
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const body = response.status === 204 ? {} : parseJson(text);
  if (response.ok && body) return { status: response.status, requestId, body };
  throw refusal(response, body, requestId);
}

async function exchange({ baseUrl, fetch, timeoutMs }: HttpOptions, call: Call) {
  try {
    const response = await fetch(baseUrl + call.path, {
      method: call.method,
      headers: {
        accept: 'application/json, application/problem+json',
        authorization: call.authorization,
        ...(call.body && { 'content-type': 'application/json' }),
        ...(call.idempotencyKey !== undefined && { 'idempotency-key': call.idempotencyKey }),
      },
      ...(call.body && { body: JSON.stringify(call.body) }),
      // Credentials and receipts go to the configured address, wherever a redirect points.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { response, text: await response.text() };
  } catch (cause) {
    throw new MfaUnavailableError(undefined, { cause });
  }
}

const OUTAGES: readonly number[] = [502, 503, 504];

function refusal(response: Response, body: JsonObject | undefined, requestId: string | undefined): Error {
  const { status, headers } = response;
  const retryAfterSeconds = secondsOf(headers.get('retry-after'));
  if (OUTAGES.includes(status)) return new MfaUnavailableError(retryAfterSeconds);
  if (status === 403 && body?.['error'] === 'access_denied')
    return new MfaBlockedError(headers.get('x-decision-id') ?? undefined, requestId);
  const problem = problemOf(body, status);
  if (problem && status >= 400) return new MfaProblemError(problem, retryAfterSeconds);
  return new MfaUnexpectedAnswerError(status, requestId);
}

/** `Retry-After` in seconds; dates (RFC 9110 §10.2.3) are not used by the API and not read. */
function secondsOf(header: string | null): number | undefined {
  return header !== null && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}
