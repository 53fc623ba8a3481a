'use strict';
/**
 * Loaded into an API process (`node --require`): tells its parent where it listens, and kills the process at the moment
 * at which an answer to `DIES_AFTER` has been written, before anything else can happen in it.
 */
const http = require('node:http');

const { listen } = http.Server.prototype;
http.Server.prototype.listen = function listenAndTell(...args) {
  this.once('listening', () => process.send?.({ port: this.address().port }));
  return listen.apply(this, args);
};

const { end } = http.ServerResponse.prototype;
http.ServerResponse.prototype.end = function endAndDie(...args) {
  const ended = end.apply(this, args);
  // Written to the socket by now: small answers do not wait for a turn of the loop.
  if (this.req.url === process.env.DIES_AFTER) process.kill(process.pid, 'SIGKILL');
  return ended;
};
