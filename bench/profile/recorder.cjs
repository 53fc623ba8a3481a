'use strict';
/**
 * Preloaded into the API and the worker (`--cpu-prof` may not stand in NODE_OPTIONS of Node 20, and would record the
 * start too). SIGWINCH begins a profile of every thread of the process, the next one ends and writes it; the main
 * thread's is written last.
 */
const { writeFileSync, renameSync } = require('node:fs');
const { Session } = require('node:inspector');
const { join, sep } = require('node:path');
const { BroadcastChannel, isMainThread, threadId } = require('node:worker_threads');

const SAMPLE_EVERY_US = 500;
const ROLES = new Map([
  [['', 'processes', 'api.js'].join(sep), 'api'],
  [['', 'processes', 'worker.js'].join(sep), 'worker'],
]);
const channel = new BroadcastChannel('bench-profile');
channel.unref();

function createRecorder() {
  const session = new Session();
  session.connect();
  const post = (method, params) =>
    new Promise((resolve, reject) => {
      session.post(method, params, (error, result) => (error ? reject(error) : resolve(result)));
    });
  return {
    async start() {
      await post('Profiler.enable');
      await post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
      await post('Profiler.start');
    },
    async stop(number) {
      const { profile } = await post('Profiler.stop');
      const { BENCH_PROFILE_DIR: folder, BENCH_PROFILED_AS: role } = process.env;
      const path = join(folder, `${number}-${role}-${process.pid}-${threadId}.cpuprofile`);
      writeFileSync(`${path}.part`, JSON.stringify(profile));
      renameSync(`${path}.part`, path);
    },
  };
}

function recordMain() {
  const recorder = createRecorder();
  const threads = new Set();
  const waiting = new Set();
  let number = 0;
  let isRecording = false;
  let whenWritten = () => {};
  channel.onmessage = ({ data }) => {
    if (data.here) threads.add(data.here);
    if (waiting.delete(data.written) && waiting.size === 0) whenWritten();
  };
  // One that ends no process, recorded or not; the product itself stops at SIGUSR2.
  process.on('SIGWINCH', () => {
    isRecording = !isRecording;
    channel.postMessage({ isRecording, number });
    if (isRecording) return void recorder.start();
    const ended = number++;
    threads.forEach((id) => waiting.add(id));
    whenWritten = () => void recorder.stop(ended);
    if (waiting.size === 0) whenWritten();
  });
}

function recordThread() {
  const recorder = createRecorder();
  channel.onmessage = ({ data }) => {
    if (data.isRecording === undefined) return;
    if (data.isRecording) void recorder.start();
    else void recorder.stop(data.number).then(() => channel.postMessage({ written: threadId }));
  };
  channel.postMessage({ here: threadId });
}

if (isMainThread) {
  const [, role] = [...ROLES].find(([end]) => process.argv[1]?.endsWith(end)) ?? [];
  if (role === undefined) delete process.env.BENCH_PROFILED_AS;
  else process.env.BENCH_PROFILED_AS = role;
}
if (process.env.BENCH_PROFILED_AS !== undefined) {
  if (isMainThread) recordMain();
  else recordThread();
}
