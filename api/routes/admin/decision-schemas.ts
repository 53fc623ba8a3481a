/** The form of a decision as administrators read it. */
import { Type } from '@sinclair/typebox';
import { Nullable } from '../../schemas';

const LikelihoodSchema = Type.Object({
  llr: Type.Number({ description: 'ln p(sign-in | somebody else) − ln p(sign-in | user), weighted' }),
  score: Type.Integer(),
  rulesScore: Type.Integer(),
  applied: Type.Boolean({ description: 'Whether it counted, or was recorded only' }),
  reasons: Type.Array(Type.Object({ feature: Type.String(), llr: Type.Number(), text: Type.String() }), {
    description: 'The three that weigh most',
  }),
});
const ShadowSchema = Type.Object(
  { outcome: Type.String(), reason: Type.String(), riskScore: Type.Integer() },
  { description: 'What would have been decided if likelihood counted (`likelihood-shadow`)' },
);
const CounterfactualSchema = Type.Object({
  changes: Type.Array(Type.String()),
  riskScore: Type.Integer(),
  outcome: Type.String(),
  text: Type.String(),
});

export const DecisionSchema = Type.Object({
  id: Type.String(),
  purpose: Type.String({ description: 'sign-in or step-up' }),
  action: Nullable(Type.String({ description: 'Of a step-up' })),
  at: Type.String({ format: 'date-time' }),
  organizationId: Type.String(),
  userId: Type.String(),
  clientId: Type.String(),
  policy: Type.String(),
  policyVersion: Nullable(Type.Integer()),
  outcome: Type.String({ description: 'allow, challenge or block; none when nothing was decided in time' }),
  blocked: Type.Boolean(),
  reason: Type.String(),
  riskScore: Nullable(Type.Integer()),
  signals: Type.Array(Type.Object({ code: Type.String(), points: Type.Integer() })),
  explanation: Type.Array(Type.String(), { description: 'The signals in words, with their points' }),
  likelihood: Nullable(LikelihoodSchema),
  shadow: Nullable(ShadowSchema),
  counterfactuals: Type.Array(CounterfactualSchema, {
    description: 'The smallest sets of changes with which the outcome would have been milder',
  }),
  userText: Nullable(
    Type.Record(Type.String(), Type.String(), {
      description: 'What may be told to the user, by language: never which signal it was',
    }),
  ),
  enrollment: Type.String(),
  workflowId: Type.String(),
  workflowUrl: Nullable(Type.String()),
  state: Type.String(),
  endedAt: Nullable(Type.String({ format: 'date-time' })),
});
