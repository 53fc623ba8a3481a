/** A small HTTP client that speaks to the product as its users do. */

export interface HttpAnswer {
  readonly status: number;
  readonly body: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any
  readonly text: string;
  readonly headers: Headers;
}

export interface CallOptions {
  /** Client id to authenticate as; `clientSecret` when it is not a seeded one. */
  readonly as?: string;
  readonly clientSecret?: string;
  readonly body?: unknown;
  /** Sent as it is, with `contentType`. */
  readonly raw?: string | Buffer;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpClient {
  readonly address: string;
  call(method: string, path: string, options?: CallOptions): Promise<HttpAnswer>;
}

/** "Nothing took effect, try again", says a 503. A busy machine may take longer than a sign-in is given; clients go on. */
const TRIES = 4;
const PAUSE_MS = 250;

/** @param patient tries again on 503, as the SDK does; a 503 that stays is returned */
export function createHttpClient(
  address: string,
  secrets: Readonly<Record<string, string>>,
  { patient = false }: { patient?: boolean } = {},
): HttpClient {
  const { call } = createImpatientClient(address, secrets);
  return {
    address,
    async call(...request) {
      for (let tries = 1; ; tries += 1) {
        const answer = await call(...request);
        if (answer.status !== 503 || !patient || tries === TRIES) return answer;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    },
  };
}

function createImpatientClient(
  address: string,
  secrets: Readonly<Record<string, string>>,
): Pick<HttpClient, 'call'> {
  return {
    async call(method, path, options = {}) {
      const headers: Record<string, string> = { ...options.headers };
      if (options.as !== undefined) {
        const secret = options.clientSecret ?? secrets[options.as] ?? '';
        headers['authorization'] = `Basic ${Buffer.from(`${options.as}:${secret}`).toString('base64')}`;
      }
      const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
      if (body !== undefined) headers['content-type'] = options.contentType ?? 'application/json';
      const response = await fetch(address + path, {
        method,
        headers,
        ...(body !== undefined && { body: body as string }),
      });
      const text = await response.text();
      return { status: response.status, body: parse(text), text, headers: response.headers };
    },
  };
}

function parse(text: string): HttpAnswer['body'] {
  try {
    return JSON.parse(text) as HttpAnswer['body'];
  } catch {
    return {};
  }
}
