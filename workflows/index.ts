/** What the worker bundles. */
export { signIn } from './sign-in';
export { updateThreatFeeds } from './update-threat-feeds';
