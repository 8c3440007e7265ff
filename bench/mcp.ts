/** Measures the MCP server as a client starts it: its start, the cost of a call, and that of large answers. */
import { readdirSync, readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { createClient } from '@runwright/client';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { measureStories } from './support/agent-stories.ts';
import { RUN_ID, startLargeServer } from './support/large-answers.ts';
import { median, mib, ms, report } from './support/table.ts';

const program = path.resolve(import.meta.dirname, '..', 'bin', 'runwright');
const MIB = 1024 ** 2;
const STARTS = 7;
const CALLS = 300;
const LONG_RUN = 1_000;

const server = await startLargeServer(20 * MIB, 50 * MIB);
const env = {
  PATH: process.env['PATH'] ?? '',
  TFC_ADDRESS: server.url,
  TFC_TOKEN: 'token-for-measurements-only',
};

/** The time from the start of the process to the answer to `initialize`. */
async function startOnce(): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [program, 'mcp'], { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const params = {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'bench', version: '0' },
  };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  await once(child.stdout, 'data');
  const tookMs = performance.now() - startedAt;
  child.stdin.end();
  await once(child, 'exit');
  return tookMs;
}

function residentBytes(pid: number, field: 'VmRSS' | 'VmHWM'): number {
  const [, kib] =
    new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}
/** Processor time of a process, in milliseconds: it stays comparable on a busy machine. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
const openFiles = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length;

interface Session {
  pid: number;
  call(name: string, args: Record<string, unknown>): Promise<number>;
  close(): Promise<void>;
}

async function connect(): Promise<Session> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [program, 'mcp'],
    env,
    stderr: 'ignore',
  });
  const client = new Client({ name: 'bench', version: '0' });
  await client.connect(transport);
  return {
    pid: transport.pid ?? 0,
    async call(name, args) {
      const answer = await client.callTool({ name, arguments: args });
      if (answer.isError === true) throw new Error(JSON.stringify(answer.content));
      return JSON.stringify(answer.structuredContent).length;
    },
    close: () => client.close(),
  };
}

async function timed(work: () => Promise<unknown>, times: number): Promise<number[]> {
  const found: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const startedAt = performance.now();
    await work();
    found.push(performance.now() - startedAt);
  }
  return found;
}

const starts: number[] = [];
for (let index = 0; index < STARTS; index += 1) starts.push(await startOnce());

const session = await connect();
const api = createClient({ address: server.url, token: 'token-for-measurements-only' });
const callTool = () => session.call('get_run_details', { run_id: RUN_ID });
const callApi = () => api.runs.read(RUN_ID, { include: ['plan'] });
await timed(callTool, 50);
await timed(callApi, 50);
const [tool, http] = [median(await timed(callTool, CALLS)), median(await timed(callApi, CALLS))];

const startProcessorMs: number[] = [];
for (let index = 0; index < STARTS; index += 1) {
  const own = await connect();
  startProcessorMs.push(processorMs(own.pid));
  await own.close();
}

await timed(callTool, LONG_RUN);
const before = {
  processorMs: processorMs(session.pid),
  rss: residentBytes(session.pid, 'VmRSS'),
  files: openFiles(session.pid),
};
await timed(callTool, LONG_RUN);
const after = {
  processorMs: processorMs(session.pid),
  rss: residentBytes(session.pid, 'VmRSS'),
  files: openFiles(session.pid),
};
await session.close();

const LARGE: [title: string, tool: string, args: Record<string, unknown>][] = [
  ['20 MiB plan: get_plan_summary', 'get_plan_summary', { run_id: RUN_ID }],
  ['20 MiB plan: get_run_plan_json_output', 'get_run_plan_json_output', { run_id: RUN_ID }],
  ['50 MiB log: get_run_logs', 'get_run_logs', { run_id: RUN_ID, phase: 'plan' }],
  ['50 MiB log: get_run_logs grep', 'get_run_logs', { run_id: RUN_ID, phase: 'plan', grep: 'it[7]' }],
  [
    '50 MiB log: get_run_logs errors_only',
    'get_run_logs',
    { run_id: RUN_ID, phase: 'plan', errors_only: true },
  ],
];
const large: string[][] = [];
for (const [title, name, args] of LARGE) {
  const own = await connect();
  await own.call('get_run_details', { run_id: RUN_ID });
  const idle = residentBytes(own.pid, 'VmRSS');
  const startedAt = performance.now();
  const characters = await own.call(name, args);
  const tookMs = performance.now() - startedAt;
  const grown = residentBytes(own.pid, 'VmHWM') - idle;
  large.push([
    title,
    `${ms(tookMs)}, ${characters} characters, memory grew by ${mib(grown)}`,
    '≤ 40000 characters, ≤ 150 MiB',
  ]);
  await own.close();
}
server.close();

const stories = await measureStories();
const sum = (key: 'calls' | 'wireBytes' | 'textBytes'): number =>
  stories.reduce((total, story) => total + story[key], 0);
const right = stories.filter(({ missing }) => missing.length === 0).length;

const small = (value: number): string => `${value.toFixed(2)} ms`;
report(
  'mcp',
  [
    `Medians: start of ${STARTS}, calls of ${CALLS}. Memory is resident; for large answers, its peak over what it was before. Load when measured: ${loadavg()[0]?.toFixed(0) ?? '?'}.`,
  ],
  ['what', 'measured', 'aim'],
  [
    ['start over stdio, to the answer to initialize', ms(median(starts)), '≤ 400 ms'],
    ['the same, processor time', ms(median(startProcessorMs)), ''],
    ['get_run_details over stdio', small(tool), ''],
    ['the HTTP call that it makes', small(http), ''],
    ['difference', small(tool - http), '≤ 3 ms'],
    ['processor time of a call', small((after.processorMs - before.processorMs) / LONG_RUN), ''],
    [`${LONG_RUN} calls, after as many: memory`, `${mib(before.rss)} → ${mib(after.rss)}`, 'no growth'],
    [`${LONG_RUN} calls, after as many: open files`, `${before.files} → ${after.files}`, 'no growth'],
    ...large,
    ...stories.map(({ name, calls, wireBytes, textBytes, missing }) => [
      `story: ${name}`,
      `${calls} calls, ${wireBytes} bytes, ${textBytes} of them text, ${missing.length === 0 ? 'right' : 'WRONG'}`,
      '',
    ]),
    [
      'all twelve stories',
      `${sum('calls')} calls, ${sum('wireBytes')} bytes, ${sum('textBytes')} of them text, ${right} right`,
      '≤ 60000 bytes, ≤ 17000 of text, 12 right',
    ],
  ],
);
