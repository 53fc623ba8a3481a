import type { SubmittedAnswer } from '../../workflows/messages';
import { submitAnswerUpdate } from '../../workflows/messages';
import { testEnvironment } from '../support/database';
import {
  answer,
  backupCodeAnswer,
  challengedUntil,
  passkeyAnswer,
  VERIFIED,
} from './support/fake-activities';
import { openStage, type Stage, type StagedSignIn } from './support/stage';

// On the real server: the time-skipping one writes history for rejected updates.
describe('a malformed message to a challenge', () => {
  let stage: Stage;
  let signIn: StagedSignIn;
  beforeAll(async () => {
    stage = await openStage({ existingServer: testEnvironment('TEST_TEMPORAL_ADDRESS') });
  });
  afterAll(() => stage.teardown());
  beforeEach(async () => {
    const expiresAt = (await stage.now()) + 300_000;
    signIn = stage.signIn({
      recordDecision: () => Promise.resolve(challengedUntil(expiresAt)),
      verifyTotp: () => Promise.resolve(VERIFIED),
    });
    await signIn.decide();
  });
  afterEach(async () => {
    await signIn.handle.executeUpdate(submitAnswerUpdate, { args: [answer('a1')] });
    expect(await signIn.handle.result()).toEqual({ outcome: 'verified' });
    expect(signIn.asked('verifyTotp').map(({ attemptId }) => attemptId)).toEqual(['a1']);
  });

  const lengthOfHistory = async () => (await signIn.handle.fetchHistory()).events?.length;

  it.each([
    ['nothing', undefined],
    ['null, as a payload in clear becomes', null],
    ['text', '123456'],
    ['another method', { ...answer('a0'), method: 'sms' }],
    ['a method that every object has', { ...answer('a0'), method: 'toString' }],
    ['a list for its method', { ...answer('a0'), method: ['totp'] }],
    ['a number for its digest', { ...answer('a0'), digest: 7 }],
    ['a backup code without its digit', { ...answer('a0'), method: 'backupCode' }],
    ['a backup code without its digest', { ...backupCodeAnswer('a0'), digest: undefined }],
    ['a passkey without its attempt', { ...passkeyAnswer('a0'), attemptId: undefined }],
    ['a passkey without its device token hash', { ...passkeyAnswer('a0'), newDeviceTokenHash: 7 }],
    ['no deadline', { ...answer('a0'), answerBy: undefined }],
    ['no attempt id', { ...answer('a0'), attemptId: undefined }],
    ['no device token hash', { ...answer('a0'), newDeviceTokenHash: undefined }],
    ['no key id', { ...answer('a0'), digestKeyId: undefined }],
  ])('is rejected as an Update with %s, and leaves no trace in history', async (_, malformed) => {
    const before = await lengthOfHistory();
    const update = signIn.handle.executeUpdate(submitAnswerUpdate, { args: [malformed as SubmittedAnswer] });
    await expect(update).rejects.toMatchObject({ cause: { type: 'malformed' } });
    expect(await lengthOfHistory()).toBe(before);
  });

  it.each([
    ['nothing', []],
    ['null, as a payload in clear becomes', [null]],
    ['text', ['a1']],
    ['a number for its attempt id', [{ attemptId: 7 }]],
  ])('is ignored as a Signal with %s', async (_, given) => {
    await signIn.handle.signal('totpCode', ...given);
  });
});
