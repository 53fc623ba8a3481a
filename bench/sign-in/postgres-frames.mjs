/** Cuts what goes over a connection to Postgres into messages (PostgreSQL: Frontend/Backend Protocol). */

const LENGTH_BYTES = 4;

/**
 * A function that takes chunks and calls `take` with the type and body of each message that has arrived whole. The
 * first message of a client has no type, which is said to be `''`.
 */
export function createFrames(take, { fromClient }) {
  let rest = Buffer.alloc(0);
  let isFirst = fromClient;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const at = isFirst ? 0 : 1;
      if (rest.length < at + LENGTH_BYTES) return;
      const length = at + rest.readUInt32BE(at);
      if (rest.length < length) return;
      const type = isFirst ? '' : String.fromCharCode(rest[0]);
      isFirst = false;
      take(type, rest.subarray(at + LENGTH_BYTES, length));
      rest = rest.subarray(length);
    }
  };
}

/** The texts in a body, which end with a zero each. */
export const textsIn = (body) => body.toString().split('\0');

/** The application that a connection says it is of. */
export function applicationOf(startup) {
  const words = textsIn(startup.subarray(LENGTH_BYTES));
  return words[words.indexOf('application_name') + 1] || 'unnamed';
}
