/** A right answer races with what takes its ground away: one of them is first, and nothing is left half done. */
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { sessionsEndIn } from '../api/support/database-time';
import { methodIdOf, removeMethod } from '../api/support/factors';
import { holdingsOf } from './support/aftermath';
import { usePair } from './support/pair';
import { expectOneWinner, rounds } from './support/race';

const product = usePair();

const act = (who: Person, action: string) =>
  product.stack.call('POST', `/api/v1/admin/users/${who.userId}/${action}`, { as: 'operator' });
const cancel = ({ body: { mfaSessionId } }: HttpAnswer) =>
  product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', { body: { mfaSessionId } });

describe('a right answer at the moment at which', () => {
  it('its session is cancelled', async () => {
    await rounds(product, async ({ who, challenge, against }) => {
      const [answer, cancelled] = await against(() => cancel(challenge));
      expect(cancelled.status).toBe(204);
      await expectOneWinner(product, who, { challenge, answer, rival: 'cancelled' });
    });
  });

  it('its session expires', async () => {
    await rounds(product, async ({ who, challenge, against }) => {
      const [answer] = await against(() => sessionsEndIn(product.stack.database, who, 0));
      await expectOneWinner(product, who, { challenge, answer, rival: 'pending' });
      expect((await product.actors.verify(challenge, totpCode(who.totpSecret, 1))).status).toBe(401);
    });
  });

  it('its user is disabled: whoever won, nobody is signed in', async () => {
    await rounds(product, async ({ who, challenge, against }) => {
      const [answer, disabled] = await against(() => act(who, 'disable'));
      expect(disabled.status).toBe(204);
      await expectOneWinner(product, who, { challenge, answer, rival: 'cancelled' });
      expect((await holdingsOf(product, who)).sessions).toBe(0);
    });
  });

  it('its factor is removed, or all are', async () => {
    await rounds(product, async ({ who, challenge, against }) => {
      const id = await methodIdOf(product, who);
      const removing = () =>
        challenge.body['decisionId'] > 'dec_V' ? act(who, 'reset-factors') : removeMethod(product, who, id);
      const [answer, removed] = await against(removing);
      expect(removed.status).toBe(204);
      await expectOneWinner(product, who, { challenge, answer, rival: 'cancelled' });
      // The trust that rested on the factor went with it, also if it was created a moment before.
      expect(await holdingsOf(product, who)).toMatchObject({ totp: [], trustedDevices: 0 });
    });
  });

  it('the sessions of its user are revoked: none is left', async () => {
    await rounds(product, async ({ who, challenge, against }) => {
      const [answer, revoked] = await against(() => act(who, 'revoke-sessions'));
      expect(revoked.status).toBe(204);
      await expectOneWinner(product, who, { challenge, answer, rival: 'cancelled' });
      expect((await holdingsOf(product, who)).sessions).toBe(0);
    });
  });
});
