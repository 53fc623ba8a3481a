import { ApplicationFailure } from '@temporalio/common';
import { createFailureInterceptor, toApplicationFailure } from '../../activities/to-application-failure';
import { failureConverter } from '../../runtime/failure-converter';
import { createLogger } from '../../runtime/logger';
import { defaultPayloadConverter } from '@temporalio/common';

/** What a driver throws: its message and its fields carry values. */
class DriverError extends Error {
  override name = 'DriverError';
  readonly code = '23505';
  readonly detail = 'Key (login)=(canary) already exists.';
}
const thrown = () => new DriverError('insert into users values ("canary", 203.0.113.77)');

describe('a failure of an activity', () => {
  it('becomes a retryable one that says nothing but "a dependency failed"', () => {
    const failure = toApplicationFailure(thrown(), () => undefined);
    expect(failure).toBeInstanceOf(ApplicationFailure);
    expect(failure).toMatchObject({
      message: 'a dependency failed',
      type: 'dependency_failed',
      nonRetryable: false,
    });
    expect(failure.cause).toBeUndefined();
    expect(failure.details ?? []).toEqual([]);
  });

  it('tells the log which error it was and where, without its message or values', () => {
    const told: unknown[] = [];
    toApplicationFailure(thrown(), (description) => told.push(description));
    expect(told).toMatchObject([{ name: 'DriverError', code: '23505' }]);
    expect(JSON.stringify(told)).toContain('failures.test.ts');
    expect(JSON.stringify(told)).not.toMatch(/canary|203\.0\.113|insert/);
  });

  it.each([[undefined], [null], ['canary'], [{ canary: true }], [Object.create(null) as unknown]])(
    'stays neutral when something other than an error is thrown: %p',
    (error) => {
      const told: unknown[] = [];
      const failure = toApplicationFailure(error, (description) => told.push(description));
      expect(failure.message).toBe('a dependency failed');
      expect(JSON.stringify(told)).not.toContain('canary');
    },
  );

  it('keeps a failure that was meant: its type and whether it may be tried again', () => {
    const meant = ApplicationFailure.nonRetryable('malformed sign-in input', 'malformed');
    expect(toApplicationFailure(meant, () => undefined)).toBe(meant);
  });

  it('is made neutral around every activity of a worker', async () => {
    const { execute } = createFailureInterceptor(createLogger('test', 'silent'), 'recordDecision');
    const input = { args: [], headers: {} };
    await expect(execute?.(input, () => Promise.reject(thrown()))).rejects.toMatchObject({
      message: 'a dependency failed',
    });
    expect(await execute?.(input, () => Promise.resolve('fine'))).toBe('fine');
  });

  it('shows neither message nor stack in history: both go into a payload, which the codec encrypts', () => {
    const proto = failureConverter.errorToFailure(thrown(), defaultPayloadConverter);
    expect(proto.message).toBe('Encoded failure');
    expect(proto.stackTrace).toBe('');
    expect(proto.encodedAttributes).toBeDefined();
  });
});
