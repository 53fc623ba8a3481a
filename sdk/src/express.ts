/** The guard as a middleware for Express and everything that speaks its `(request, response, next)`. */
import {
  createStepUpGuard,
  RECEIPT_HEADER,
  type StepUp,
  type StepUpGuardOptions,
  type StepUpTerms,
} from './step-up-guard';

interface ExpressRequestLike {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}
interface ExpressResponseLike {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

export type StepUpMiddleware<Request> = (
  request: Request,
  response: ExpressResponseLike,
  next: (error?: unknown) => void,
) => void;

/**
 * Makes `requireStepUp('payment', { maxAge: 300 })` for an Express application; the handler finds `request.stepUp`.
 * `transactionOf` sees the body as it was parsed: check its types there.
 */
export function createExpressStepUp<Request extends ExpressRequestLike>(
  options: StepUpGuardOptions<Request>,
) {
  return (action: string, terms: StepUpTerms<Request> = {}): StepUpMiddleware<Request> => {
    const guard = createStepUpGuard(options, action, terms);
    return (request, response, next) => {
      guard(request, request.headers[RECEIPT_HEADER])
        .then((verdict) => {
          if (verdict.kind === 'passed') {
            (request as { stepUp?: StepUp }).stepUp = verdict.stepUp;
            return next();
          }
          const { status, headers, body } = verdict.refusal;
          response.statusCode = status;
          for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
          response.setHeader('content-type', 'application/problem+json');
          response.end(JSON.stringify(body));
        })
        .catch(next);
    };
  };
}
