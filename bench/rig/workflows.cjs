'use strict';
/** The workflows that sign-ins are compared with. They do nothing of their own, so that what is measured is the server. */
const {
  defineUpdate,
  proxyActivities,
  setHandler,
  condition,
  allHandlersFinished,
} = require('@temporalio/workflow');

const decision = defineUpdate('decision');

/** The floor: answers at once and ends. */
exports.floor = async function floor() {
  let answered = false;
  setHandler(decision, () => {
    answered = true;
    return { kind: 'decided' };
  });
  await condition(() => answered);
  await condition(allHandlersFinished);
};

const steps = proxyActivities({ startToCloseTimeout: '10s' });

/** The usual design: three regular activities one after the other; whoever waits polls for the result. */
exports.usual = async function usual() {
  await steps.lookUpPolicy();
  await steps.assessRisk();
  return steps.recordDecision();
};
