/**
 * Counts transactions, statements and round trips over connections to Postgres. A statement is one that the server
 * completed or refused, `begin` and `commit` too; a round trip begins with the first message that is sent while no
 * answer is due. Transactions are told apart by their first statement, so that those which the product makes by itself
 * can be left out.
 */
import { applicationOf, createFrames, textsIn } from './postgres-frames.mjs';

/** CommandComplete, EmptyQueryResponse, ErrorResponse. */
const ENDS_A_STATEMENT = ['C', 'I', 'E'];
const READY = 'Z';
const OUTSIDE_A_TRANSACTION = 'I'.charCodeAt(0);
/** Query and Sync are answered by ReadyForQuery. */
const WANTS_READY = ['Q', 'S'];
const BEGIN = /^\s*(begin|start transaction)\s*;?\s*$/i;

/** Follows the texts that a client has executed: at once, or prepared under a name and then bound. */
function createTexts(take) {
  const prepared = new Map();
  return (type, body) => {
    if (type === 'Q') take(textsIn(body)[0]);
    if (type === 'P') prepared.set(...textsIn(body).slice(0, 2));
    if (type === 'B') take(prepared.get(textsIn(body)[1]) ?? '');
  };
}

const none = () => ({ first: undefined, statements: 0, roundTrips: 0 });

/** @param {(application: string, transaction: {first: string, statements: number, roundTrips: number}) => void} take */
function createTap(take) {
  let application;
  let due = 0;
  let current = none();
  // What opens a connection is no statement.
  let isOpen = false;
  const read = createTexts((text) => {
    if (current.first === undefined && !BEGIN.test(text)) current.first = text.replace(/\s+/g, ' ').trim();
  });
  let isWaiting = false;
  const sent = (type, body) => {
    if (type === '') application = applicationOf(body);
    if (!isOpen) return;
    read(type, body);
    if (!isWaiting) current.roundTrips += 1;
    isWaiting = true;
    if (WANTS_READY.includes(type)) due += 1;
  };
  const answered = (type, body) => {
    if (isOpen && ENDS_A_STATEMENT.includes(type)) current.statements += 1;
    if (type !== READY) return;
    if (isOpen) due -= 1;
    isOpen = true;
    isWaiting = due > 0;
    if (isWaiting || body[0] !== OUTSIDE_A_TRANSACTION) return;
    if (current.statements > 0) take(application, current);
    current = none();
  };
  return {
    sent: createFrames(sent, { fromClient: true }),
    answered: createFrames(answered, { fromClient: false }),
  };
}

/**
 * @returns {{createTap(): object, counts(): Map<string, {application: string, first: string, times: number,
 *   statements: number, roundTrips: number}>}} `counts` by application and first statement, since the beginning
 */
export function countPostgres() {
  const kinds = new Map();
  const take = (application, { first = '', statements, roundTrips }) => {
    const key = `${application} ${first}`;
    const known = kinds.get(key) ?? { application, first, times: 0, statements: 0, roundTrips: 0 };
    kinds.set(key, {
      ...known,
      times: known.times + 1,
      statements: known.statements + statements,
      roundTrips: known.roundTrips + roundTrips,
    });
  };
  return { createTap: () => createTap(take), counts: () => new Map(kinds) };
}
