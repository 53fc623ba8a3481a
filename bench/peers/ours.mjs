/** ZewstID MFA in the shape of a peer: the instance of `npm start`. */
import { randomBytes, randomInt } from 'node:crypto';
import { createRequire } from 'node:module';
import { createCaller } from '../sign-in/caller.mjs';
import { check, settle, verify } from '../sign-in/people.mjs';
import { PASSWORD, after, direct, freshCode, takingTurns } from './people.mjs';

const { version } = createRequire(import.meta.url)('../../package.json');
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const SETTLED = 60;
const IMPORTED_AT_ONCE = 500;
/** The parameters of ours (`runtime/slow-hash.ts`), so that no sign-in replaces the hash. */
const ARGON2ID = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

async function importPeople(call, people) {
  const { hash } = await import('@node-rs/argon2');
  const passwordHash = await hash(PASSWORD, ARGON2ID);
  const imported = [];
  for (let from = 0; from < people.length; from += IMPORTED_AT_ONCE) {
    const part = people.slice(from, from + IMPORTED_AT_ONCE);
    const lines = part.map(({ name, totpSecret }) =>
      JSON.stringify({ login: name, totpSecret, passwordHash }),
    );
    const rows = await call('/api/v1/users/import', lines.join('\n'), { as: 'operator' });
    imported.push(...part.map((person, index) => ({ ...person, ...at(), userId: rows[index].userId })));
  }
  return imported;
}

const at = () => ({
  fingerprint: randomBytes(16).toString('hex'),
  ip: `81.2.${randomInt(64, 70)}.${randomInt(1, 255)}`,
});

function kindsOf(call, { settled, strangers }) {
  const asked = async (person) => {
    const answer = await check(call, person);
    if (answer.mfaRequired !== true) throw new Error('a stranger was let in');
    return answer;
  };
  const proven = async (person, session) => {
    freshCode(person);
    const answer = await verify(call, session, person);
    if (answer.verified !== true) throw new Error(`not verified: ${JSON.stringify(answer)}`);
    return answer;
  };
  return {
    'let-in': direct(settled, async (person) => {
      const { mfaRequired } = await check(call, person);
      if (mfaRequired !== false) throw new Error('a settled person was asked for MFA');
    }),
    challenge: direct(strangers, asked),
    totp: after(strangers, asked, proven),
    password: direct(strangers, async (person) => {
      const { name, ip, fingerprint } = person;
      const body = { login: name, password: PASSWORD, ip, fingerprint, userAgent: FIREFOX };
      const session = await call('/api/v1/auth/sign-in', body, { as: 'demo' });
      const { accessToken } = await proven(person, session);
      if (!accessToken) throw new Error('no access token');
    }),
  };
}

export const ours = {
  slug: 'zewstid-mfa',
  name: 'ZewstID MFA',
  version,
  hash: 'argon2id (19 MiB, 2 passes)',

  async start({ instance, people }) {
    const call = createCaller(instance);
    const imported = await importPeople(call, people);
    // Only a code is taken once a time step; checks of a settled person may follow each other.
    const settled = await settle(call, imported.slice(1, SETTLED + 1));
    let next = 0;
    const around = async (count) => Array.from({ length: count }, () => settled[next++ % SETTLED]);
    const strangers = takingTurns(imported.slice(SETTLED + 1));
    return {
      kinds: kindsOf(call, { settled: around, strangers }),
      async tryCode(code) {
        const session = await check(call, imported[0]);
        const body = { mfaSessionId: session.mfaSessionId, method: 'totp', code };
        return call('/api/v1/auth/mfa/verify', body).then(
          ({ verified }) => verified,
          () => false,
        );
      },
      async stop() {},
    };
  },
};
