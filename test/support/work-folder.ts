/**
 * The folder that the databases and files of a test run are in. In memory where that can be: a database is 1,300 files,
 * there is one for nearly each file of tests, and each of their commits waits for the disk. What tests of durability
 * say is of syncs that are counted and of processes that are killed, which is the same in both places.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';

const IN_MEMORY = '/dev/shm';
/** A whole run has some hundreds of megabytes there at a time; more than that must be left for the tests themselves. */
const ROOM_BYTES = 4 * 1024 ** 3;
const NAME = /^runwright-test-(\d+)-/;

export function makeWorkFolder(): string {
  removeAbandoned();
  const name = `runwright-test-${process.pid}-${randomUUID()}`;
  if (hasRoom()) {
    const folder = path.join(IN_MEMORY, name);
    mkdirSync(folder, { mode: 0o700 });
    if (canExecuteIn(folder)) return folder;
    rmSync(folder, { recursive: true });
  }
  const folder = path.join(tmpdir(), name);
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return Math.min(bavail * bsize, freemem()) > ROOM_BYTES;
  } catch {
    // Only Linux has it.
    return false;
  }
}

/** Runners work below it, and containers often mount such a place without. */
function canExecuteIn(folder: string): boolean {
  const program = path.join(folder, 'probe');
  try {
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
    execFileSync(program);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(program, { force: true });
  }
}

/** What runs that were killed have left keeps memory from everybody. */
function removeAbandoned(): void {
  let names: string[];
  try {
    names = readdirSync(IN_MEMORY);
  } catch {
    return;
  }
  for (const name of names) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(path.join(IN_MEMORY, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
