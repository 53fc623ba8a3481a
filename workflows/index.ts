/** What the worker bundles. */
export { deliverPrompt } from './deliver-prompt';
export { reassessSessions } from './reassess-sessions';
export { recoverAccount } from './recover-account';
export { sendNotice } from './send-notice';
export { signIn } from './sign-in';
export { stepUp } from './step-up';
export { updateThreatFeeds } from './update-threat-feeds';
