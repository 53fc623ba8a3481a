/** What the worker bundles. */
export { signIn } from './sign-in';
export { stepUp } from './step-up';
export { updateThreatFeeds } from './update-threat-feeds';
