/** Fresh proof in the session: for a payment, and whenever the user is asked anew. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { MfaClient, Transaction } from '../../sdk/src/index';
import { PAYMENT_BODY, PROOFS, type Proof } from './bodies';
import type { Sessions } from './sessions';

interface Wanted {
  readonly action: string;
  readonly transaction?: Transaction;
}

export function registerApproval(app: FastifyInstance, mfa: MfaClient, sessions: Sessions): void {
  async function begin(request: FastifyRequest, reply: FastifyReply, wanted: Wanted) {
    const session = sessions.of(request);
    if (!session?.user || !session.accessToken) return reply.code(401).send({ code: 'unauthorized' });
    const { accessToken, context } = session;
    const answer = await mfa.stepUp(accessToken, { ...wanted, context });
    if (!answer.stepUpRequired) return { receipt: answer.receipt };
    session.mfaSessionId = answer.mfaSessionId;
    return { proofRequired: true, methods: answer.methods };
  }

  /** After a 401 of `/pay` the browser asks here for a receipt, with the payment that it will make. */
  app.post<{ Body: Transaction }>('/approval', { schema: { body: PAYMENT_BODY } }, (request, reply) =>
    begin(request, reply, { action: 'payment', transaction: request.body }),
  );
  /** After `fresh_mfa_required` of `/passkeys/options`. The application has registered the action (`stepUpActions`). */
  app.post('/passkeys/approval', (request, reply) => begin(request, reply, { action: 'add-passkey' }));

  async function finish(request: FastifyRequest, reply: FastifyReply, proof: Proof) {
    const session = sessions.of(request);
    if (!session?.user || !session.mfaSessionId) return reply.code(401).send({ code: 'unauthorized' });
    const { receipt } = await mfa.verify({ mfaSessionId: session.mfaSessionId, ...proof });
    session.mfaSessionId = undefined;
    return { receipt };
  }
  for (const { name, body, proofOf } of PROOFS)
    app.post(`/approval/${name}`, { schema: { body } }, (request, reply) =>
      finish(request, reply, proofOf(request.body)),
    );
}
