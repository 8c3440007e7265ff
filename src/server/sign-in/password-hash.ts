import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { refuse } from '../http/refusal.ts';

/**
 * Passwords are hashed with scrypt (RFC 7914), in the form `$scrypt$ln=15,r=8,p=3$SALT$HASH`: parameters stay beside
 * each hash and can be raised later. One hash takes 32 MiB and some tenths of a second: few are made at a time.
 */
interface Cost {
  /** The logarithm of N to the base 2. */
  ln: number;
  r: number;
  p: number;
}

const COST: Cost = { ln: 15, r: 8, p: 3 };
const HASH_BYTES = 32;
const AT_A_TIME = 2;
/** Further callers are asked to try again: waiting ones take memory too. */
const MAX_WAITING = 32;
const SHAPE = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/;

/** @throws 503 when too many wait */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** Takes the time of a comparison even without a stored hash, so that the time reveals nothing. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, ln, r, p, salt = '', hash = ''] = SHAPE.exec(stored ?? '') ?? [];
  if (ln === undefined) {
    await derive(password, randomBytes(16), COST);
    return false;
  }
  const cost = { ln: Number(ln), r: Number(r), p: Number(p) };
  const made = await derive(password, Buffer.from(salt, 'base64url'), cost);
  const expected = Buffer.from(hash, 'base64url');
  return made.length === expected.length && timingSafeEqual(made, expected);
}

let working = 0;
const waiting: (() => void)[] = [];

async function derive(password: string, salt: Buffer, { ln, r, p }: Cost): Promise<Buffer> {
  if (working >= AT_A_TIME) {
    if (waiting.length >= MAX_WAITING) {
      refuse('unavailable', 'Too many people sign in at this moment: try again in some seconds.');
    }
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else working += 1;
  try {
    const cost = { N: 2 ** ln, r, p, maxmem: 256 * 2 ** ln * r };
    return await new Promise((resolve, reject) => {
      // The same characters in another Unicode form are the same password.
      scrypt(password.normalize('NFKC'), salt, HASH_BYTES, cost, (error, hash) =>
        error === null ? resolve(hash) : reject(error),
      );
    });
  } finally {
    const next = waiting.shift();
    if (next === undefined) working -= 1;
    else next();
  }
}
