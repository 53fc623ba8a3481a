/** Errors as answers: `application/problem+json` (RFC 9457) from the one catalogue. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS, type ErrorCode } from '../domain/errors';
import { isStoreOutage } from '../storage/postgres';

export interface ProblemOptions {
  /** Seconds; `429` and `503` always carry `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Replaces the catalogue's text. Never echoes input. */
  readonly detail?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Extension members (RFC 9457 §3.2). */
  readonly members?: Readonly<Record<string, unknown>>;
}

/** Thrown by handlers for every expected error. */
export class Problem extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly options: ProblemOptions = {},
  ) {
    super(code);
    this.name = 'Problem';
  }
}

/** The body of a problem answer. */
export function problemBody(code: ErrorCode, requestId: string, detail?: string) {
  const { status, title, detail: text } = ERRORS[code];
  return { type: `urn:zewstid:problem:${code}`, title, status, detail: detail ?? text, code, requestId };
}

/** Sends a problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { code, options } = problem;
  const { status } = ERRORS[code];
  if (status === 429 || status === 503)
    void reply.header('retry-after', String(options.retryAfterSeconds ?? 1));
  void reply.headers(options.headers ?? {});
  return reply
    .code(status)
    .type('application/problem+json')
    .send({ ...problemBody(code, reply.request.id, options.detail), ...options.members });
}

/** The error handler of the application: nothing unexpected reaches a caller as more than a code. */
export function handleError(
  error: FastifyError | Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const problem = toProblem(error);
  if (problem.code === 'internal') {
    const at = error.stack
      ?.split('\n')
      .find((line) => /^\s+at /.test(line))
      ?.trim();
    request.log.error({ cause: error.name, at, route: request.routeOptions.url }, 'request failed');
  } else if (problem.code === 'unavailable') {
    request.log.warn({ cause: error.name, route: request.routeOptions.url }, 'dependency unavailable');
  }
  return sendProblem(reply, problem);
}

function toProblem(error: FastifyError | Error): Problem {
  if (error instanceof Problem) return error;
  if (isStoreOutage(error)) return new Problem('unavailable');
  const { validation, validationContext, code, statusCode } = error as FastifyError;
  if (validation) {
    const [first] = validation;
    const where = `${validationContext ?? 'body'}${first?.instancePath ?? ''}`;
    return new Problem('invalid_request', {
      detail: `${where}: ${KEYWORD_TEXTS[first?.keyword ?? ''] ?? 'does not have the documented form'}.`,
    });
  }
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new Problem('body_too_large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new Problem('unsupported_media_type');
  if (
    code === 'FST_ERR_CTP_EMPTY_JSON_BODY' ||
    code === 'FST_ERR_CTP_INVALID_JSON_BODY' ||
    error instanceof SyntaxError
  )
    return new Problem('invalid_json');
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return new Problem('invalid_request');
  return new Problem('internal');
}

/** What a broken schema rule is called; keys and values of the input are never repeated. */
const KEYWORD_TEXTS: Readonly<Record<string, string>> = {
  required: 'a required property is missing',
  additionalProperties: 'an unknown property is present',
  type: 'has the wrong type',
  pattern: 'does not match the documented pattern',
  minLength: 'is too short',
  maxLength: 'is too long',
  enum: 'is not one of the documented values',
  const: 'is not one of the documented values',
  anyOf: 'is not one of the documented values',
  discriminator: 'is not one of the documented values',
  minimum: 'is too small',
  maximum: 'is too large',
  format: 'does not have the documented format',
};
