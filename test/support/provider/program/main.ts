/** The program that terraform starts: it prints the handshake on stdout and serves the provider on a socket. */
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Server,
  ServerCredentials,
  status,
  type handleUnaryCall,
  type ServiceDefinition,
} from '@grpc/grpc-js';
import { errorOf, Failure, meet, stopping } from './faults.ts';
import { methods, shutdown, type Message, type Method } from './messages.ts';
import { otherMethods } from './others.ts';
import { describeFunctions, describeMetadata, describeSchema } from './schemas.ts';
import { thingMethods } from './thing.ts';
import { readObject, type ObjectValue } from './values.ts';
import { openWorld, type World } from './world.ts';

/** Inserted by the build: a certificate and its key, as PEM. */
declare const FIXTURE_CERTIFICATE: string;
declare const FIXTURE_KEY: string;

const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';
const CORE_PROTOCOL = 1;
const PLUGIN_PROTOCOL = 6;
const LARGEST_MESSAGE = 256 * 1024 ** 2;

let world: World | undefined;
let untold: ObjectValue[] = [];

type Handler = (request: Message) => Promise<Message>;

const handlers: Record<string, Handler> = {
  GetMetadata: async () => describeMetadata(),
  GetProviderSchema: async () => describeSchema(process.env),
  GetFunctions: async () => describeFunctions(),
  async ValidateProviderConfig(request) {
    return { diagnostics: await meet('validate', readObject(request['config'])) };
  },
  async ConfigureProvider(request) {
    const configuration = readObject(request['config']) ?? {};
    world = openWorld(configuration);
    for (const event of untold) await world?.trace(event);
    untold = [];
    return { diagnostics: await meet('configure', configuration) };
  },
  async StopProvider() {
    stopping.abort();
    return {};
  },
  ...thingMethods(() => world),
  ...otherMethods(() => world),
};

/** Writes a line for each call, to the file in FIXTURE_TRACE if it is set, and to where the objects are stored. */
async function trace(call: string, { type_name, provider_meta }: Message = {}): Promise<void> {
  const event: ObjectValue = { call, pid: process.pid };
  if (typeof type_name === 'string') event['type'] = type_name;
  const meta = readObject(provider_meta);
  if (meta) event['meta'] = meta['module_name'] ?? null;
  const file = process.env['FIXTURE_TRACE'];
  if (file) appendFileSync(file, `${JSON.stringify(event)}\n`);
  if (world) await world.trace(event);
  else untold.push(event);
}

function serve({ name }: Method): handleUnaryCall<Message, Message> {
  return (call, answer) => {
    const handler = handlers[name];
    const work = async () => {
      await trace(name, call.request);
      if (handler === undefined) throw new Error(`there is no ${name}`);
      return await handler(call.request);
    };
    work().then(
      (response) => answer(null, response),
      (error: unknown) => {
        if (error instanceof Failure) answer(null, { diagnostics: [errorOf(error)] });
        else answer({ code: status.INTERNAL, details: error instanceof Error ? error.stack : String(error) });
      },
    );
  };
}

function defineService(service: string, served: readonly Method[]): ServiceDefinition {
  const unused = (): never => {
    throw new Error('this is no client');
  };
  return Object.fromEntries(
    served.map(({ name, decodeRequest, encodeResponse }) => [
      name,
      {
        path: `/${service}/${name}`,
        requestStream: false,
        responseStream: false,
        requestDeserialize: decodeRequest,
        responseSerialize: encodeResponse,
        requestSerialize: unused,
        responseDeserialize: unused,
      },
    ]),
  );
}

async function main(): Promise<void> {
  if (process.env['TF_PLUGIN_MAGIC_COOKIE'] !== MAGIC_COOKIE) {
    process.stderr.write('This is a provider for tests: terraform starts it.\n');
    process.exit(1);
  }
  // Ctrl-C in a terminal reaches the whole process group, but only terraform decides what follows from it.
  process.on('SIGINT', () => undefined);
  await trace('start');

  const folder = mkdtempSync(join(tmpdir(), 'plugin'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const socket = join(folder, 'socket');
  const server = new Server({
    'grpc.max_receive_message_length': LARGEST_MESSAGE,
    'grpc.max_send_message_length': LARGEST_MESSAGE,
  });
  server.addService(
    defineService('tfplugin6.Provider', methods),
    Object.fromEntries(methods.map((method) => [method.name, serve(method)])),
  );
  server.addService(defineService('plugin.GRPCController', [shutdown]), {
    Shutdown: ((_call, answer) => {
      answer(null, {});
      setTimeout(() => process.exit(0), 10);
    }) satisfies handleUnaryCall<Message, Message>,
  });

  const clientCertificate = process.env['PLUGIN_CLIENT_CERT'];
  const credentials = clientCertificate
    ? ServerCredentials.createSsl(
        Buffer.from(clientCertificate),
        [{ private_key: Buffer.from(FIXTURE_KEY), cert_chain: Buffer.from(FIXTURE_CERTIFICATE) }],
        true,
      )
    : ServerCredentials.createInsecure();
  server.bindAsync(`unix:${socket}`, credentials, (error) => {
    if (error) throw error;
    const certificate = clientCertificate ? FIXTURE_CERTIFICATE.replace(/-----[^-]+-----|[\n=]/g, '') : '';
    process.stdout.write(`${CORE_PROTOCOL}|${PLUGIN_PROTOCOL}|unix|${socket}|grpc|${certificate}\n`);
  });
}

void main();
