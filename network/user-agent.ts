/**
 * What a User-Agent header tells: families without versions, and whether it is a program.
 * Versions are left out on purpose: with them, every browser update would look like a new device.
 */
import * as Bowser from 'bowser';
import { isbot } from 'isbot';
import type { AgentFacts } from '../domain/risk/facts';

/** Real agents have 100–300 characters. What is longer is cut before it meets regular expressions (ReDoS). */
const MAX_AGENT_LENGTH = 512;
const UNKNOWN = 'unknown';

/** Families as bowser names them ('Chrome', 'macOS'); 'unknown' when not recognised. No agent at all counts as a bot. */
export function parseAgent(userAgent: string | undefined): AgentFacts {
  const agent = (userAgent ?? '').slice(0, MAX_AGENT_LENGTH).trim();
  // bowser throws on empty text.
  if (agent === '') return { browserFamily: UNKNOWN, osFamily: UNKNOWN, isBot: true };
  const { browser, os } = Bowser.parse(agent);
  return {
    browserFamily: browser.name || UNKNOWN,
    osFamily: os.name || UNKNOWN,
    isBot: isbot(agent),
  };
}
