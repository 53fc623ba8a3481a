/** A process that is late again and again refuses before any work; health tells that it lives. */
import { fastify, type FastifyError } from 'fastify';
import { overload } from '../../api/plugins/overload';
import { handleError } from '../../api/problem';

async function createApp() {
  const app = fastify();
  app.setErrorHandler((error: FastifyError, request, reply) => handleError(error, request, reply));
  await app.register(overload, { temporal: { hasRoom: () => true } });
  app.get('/health/live', () => ({ status: 'live' }));
  app.get('/api/v1/anything', () => ({ done: true }));
  return { app, address: await app.listen({ host: '127.0.0.1', port: 0 }) };
}

describe('an event loop', () => {
  let now = 0;
  beforeAll(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterAll(() => {
    jest.restoreAllMocks();
    jest.useRealTimers();
  });

  /** A look at the clock that came so many milliseconds after the one before. */
  function lookAfter(ms: number) {
    now += ms;
    jest.advanceTimersByTime(100);
  }

  it('that is late twice in a row has requests refused by 503, but not health, until it is on time', async () => {
    const { app, address } = await createApp();
    const ask = (path: string) => fetch(address + path);
    lookAfter(5_000);
    expect((await ask('/api/v1/anything')).status).toBe(200);
    lookAfter(600);
    const refused = await ask('/api/v1/anything');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await refused.json()).toMatchObject({ code: 'unavailable' });
    expect((await ask('/health/live')).status).toBe(200);
    lookAfter(110);
    expect((await ask('/api/v1/anything')).status).toBe(200);
    await app.close();
  });
});
