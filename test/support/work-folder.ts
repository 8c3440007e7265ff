/**
 * The folder for the databases and files of a test run. It is in memory where possible: a database has 1,300 files,
 * nearly every test file has one, and each of their commits would wait for the disk. Tests of durability count syncs
 * and kill processes, which gives the same results in both places.
 */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';
import path from 'node:path';

const IN_MEMORY = '/dev/shm';
/** The free memory that is needed: a run uses some hundreds of megabytes there, and the tests themselves need more. */
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
    // The folder exists only on Linux.
    return false;
  }
}

/** Runners execute files below the folder, and containers often mount it without permission to execute. */
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

/** Removes the folders of killed test runs, which would otherwise occupy memory. */
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
