import fc from 'fast-check';
import { DECIDING, decisionText, ENDINGS, isFlowText, SUMMARIES } from '../../domain/flow-texts';

const FACTS = {
  clientId: 'demo-shop',
  outcome: 'challenge',
  reason: 'risk_score',
  policy: 'smart',
  riskScore: 30,
  decisionId: `dec_${'A'.repeat(22)}`,
} as const;

describe('the words that stay readable in a history', () => {
  it('are recognised: every summary, every ending, every decision text', () => {
    for (const text of [...Object.values(SUMMARIES), ...Object.values(ENDINGS), DECIDING]) {
      expect(isFlowText(text)).toBe(true);
    }
    for (const next of ['waiting', ...Object.keys(ENDINGS)] as const) {
      expect(isFlowText(decisionText(FACTS, next as 'waiting'))).toBe(true);
      expect(isFlowText(decisionText({ ...FACTS, riskScore: null }, next as 'waiting'))).toBe(true);
    }
  });

  it('hold nothing else: one character more, or a free text in a field, is encrypted', () => {
    const text = decisionText(FACTS, 'waiting');
    for (const altered of [
      `${text} 81.2.69.142`,
      `x${text}`,
      text.replace('demo-shop', '81.2.69.142'),
      text.replace('risk_score', 'code 123456'),
      text.replace('30', '123456'),
      decisionText({ ...FACTS, clientId: 'A secret' }, 'waiting'),
    ]) {
      expect(isFlowText(altered)).toBe(false);
    }
  });

  it('never include an arbitrary text', () => {
    fc.assert(fc.property(fc.string(), (text) => !isFlowText(text)));
  });
});
