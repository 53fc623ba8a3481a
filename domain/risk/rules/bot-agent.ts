/** Whether the user agent is a program's. */
import type { Signal } from '../assessment';
import { signal } from './rule';
import type { RuleContext } from './rule';

/** `bot_agent`: a known bot, or no user agent at all. */
export function botAgent(context: RuleContext): readonly Signal[] {
  return context.facts.agent.isBot ? [signal(context, 'bot_agent')] : [];
}
