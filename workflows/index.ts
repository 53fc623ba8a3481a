/** What the worker bundles. */
export { reassessSessions } from './reassess-sessions';
export { recoverAccount } from './recover-account';
export { signIn } from './sign-in';
export { stepUp } from './step-up';
export { updateThreatFeeds } from './update-threat-feeds';
