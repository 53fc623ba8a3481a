/** Counts the commands that are sent to Redis (RESP: arrays of bulk strings). A script counts as one command. */

/** The end of the command that begins the buffer, or undefined while it has not arrived whole. */
function endOfCommand(buffer) {
  const lineAt = (at) => {
    const end = buffer.indexOf('\r\n', at);
    return end < 0 ? undefined : { number: Number(buffer.toString('latin1', at + 1, end)), next: end + 2 };
  };
  const head = lineAt(0);
  if (!head) return undefined;
  if (buffer[0] !== 0x2a) throw new Error('not a Redis command');
  let at = head.next;
  for (let left = head.number; left > 0; left -= 1) {
    const size = lineAt(at);
    if (!size) return undefined;
    at = size.next + size.number + 2;
  }
  return at <= buffer.length ? at : undefined;
}

/** @returns {{createTap(): object, count(): number}} */
export function countRedis() {
  let commands = 0;
  return {
    createTap() {
      let rest = Buffer.alloc(0);
      return {
        sent(chunk) {
          rest = Buffer.concat([rest, chunk]);
          for (let end = endOfCommand(rest); end !== undefined; end = endOfCommand(rest)) {
            commands += 1;
            rest = rest.subarray(end);
          }
        },
        answered() {},
      };
    },
    count: () => commands,
  };
}
