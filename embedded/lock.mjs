/**
 * One holder at a time. Owns: lock files naming their holder by pid and start time, so that a lock whose
 * holder was killed is no lock. Must never: take a lock from a living holder.
 */
import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { identify, isSameProcess } from './identity.mjs';
import { readJson } from './private-files.mjs';

/** Thrown when a living process holds the lock; `holder` is its record. */
export class LockHeld extends Error {
  constructor(path, holder) {
    super(`${path} is held by process ${holder.pid}`);
    this.name = 'LockHeld';
    this.holder = holder;
  }
}

/** Puts a complete lock file in place, or returns false when there is one already. */
function place(path, mine) {
  const draft = `${path}.${process.pid}.draft`;
  writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Takes a dead holder's file away; puts it back if somebody replaced it in the meantime. */
function clearStale(path, stale) {
  const aside = `${path}.${process.pid}.stale`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (JSON.stringify(readJson(aside)) !== JSON.stringify(stale)) {
    try {
      linkSync(aside, path);
    } catch {
      // Another one is in place already: that one counts.
    }
  }
  rmSync(aside, { force: true });
}

/** The record of the living holder, or null. */
export function lockHolder(path) {
  const holder = readJson(path);
  return isSameProcess(holder) ? holder : null;
}

/**
 * Takes the lock or throws `LockHeld` at once.
 * @param {string} path the lock file
 * @returns {{ release(): void }}
 */
export function acquireLock(path) {
  mkdirSync(dirname(path), { recursive: true });
  const mine = { ...identify(process.pid), at: new Date().toISOString() };
  for (let tries = 0; tries < 50; tries += 1) {
    if (place(path, mine)) return { release: () => releaseIfMine(path, mine) };
    const holder = readJson(path);
    if (isSameProcess(holder)) throw new LockHeld(path, holder);
    clearStale(path, holder);
  }
  throw new Error(`could not take ${path}`);
}

function releaseIfMine(path, mine) {
  if (JSON.stringify(readJson(path)) === JSON.stringify(mine)) rmSync(path, { force: true });
}

/**
 * Runs `work` while holding the lock, waiting for a living holder first.
 * @param {string} path
 * @param {() => Promise<T>} work
 * @param {{withinMs?: number}} [limit] how long to wait for the other one; default 10 minutes
 * @template T
 */
export async function withLock(path, work, { withinMs = 600_000 } = {}) {
  const deadline = Date.now() + withinMs;
  for (;;) {
    let lock;
    try {
      lock = acquireLock(path);
    } catch (error) {
      if (!(error instanceof LockHeld) || Date.now() > deadline) throw error;
      await pause(100);
      continue;
    }
    try {
      return await work();
    } finally {
      lock.release();
    }
  }
}
