/**
 * The messages of terraform's plugin protocol 6 that the program speaks, with the field numbers of its public
 * definition: `name type number`, `[]` for repeated fields and `{}` for maps by name. Fields that are not listed are
 * skipped when they are received, as protobuf allows.
 */
import protobuf from 'protobufjs/light.js';

const REQUEST_AND_RESPONSE: Record<string, { request: string; response: string }> = {
  GetMetadata: {
    request: '',
    response:
      'server_capabilities ServerCapabilities 1, data_sources TypeName[] 3, resources TypeName[] 4, functions Name[] 5, ephemeral_resources TypeName[] 6',
  },
  GetProviderSchema: {
    request: '',
    response:
      'provider Schema 1, resource_schemas Schema{} 2, data_source_schemas Schema{} 3, provider_meta Schema 5, server_capabilities ServerCapabilities 6, functions Function{} 7, ephemeral_resource_schemas Schema{} 8',
  },
  ValidateProviderConfig: { request: 'config DynamicValue 1', response: 'diagnostics Diagnostic[] 2' },
  ValidateResourceConfig: {
    request: 'type_name string 1, config DynamicValue 2',
    response: 'diagnostics Diagnostic[] 1',
  },
  ValidateDataResourceConfig: {
    request: 'type_name string 1, config DynamicValue 2',
    response: 'diagnostics Diagnostic[] 1',
  },
  ValidateEphemeralResourceConfig: {
    request: 'type_name string 1, config DynamicValue 2',
    response: 'diagnostics Diagnostic[] 1',
  },
  UpgradeResourceState: {
    request: 'type_name string 1, version int64 2, raw_state RawState 3',
    response: 'upgraded_state DynamicValue 1, diagnostics Diagnostic[] 2',
  },
  ConfigureProvider: {
    request: 'terraform_version string 1, config DynamicValue 2',
    response: 'diagnostics Diagnostic[] 1',
  },
  ReadResource: {
    request:
      'type_name string 1, current_state DynamicValue 2, private bytes 3, provider_meta DynamicValue 4',
    response: 'new_state DynamicValue 1, diagnostics Diagnostic[] 2, private bytes 3',
  },
  PlanResourceChange: {
    request:
      'type_name string 1, prior_state DynamicValue 2, proposed_new_state DynamicValue 3, config DynamicValue 4, prior_private bytes 5, provider_meta DynamicValue 6',
    response:
      'planned_state DynamicValue 1, requires_replace AttributePath[] 2, planned_private bytes 3, diagnostics Diagnostic[] 4, deferred Deferred 6',
  },
  ApplyResourceChange: {
    request:
      'type_name string 1, prior_state DynamicValue 2, planned_state DynamicValue 3, config DynamicValue 4, planned_private bytes 5, provider_meta DynamicValue 6',
    response: 'new_state DynamicValue 1, private bytes 2, diagnostics Diagnostic[] 3',
  },
  ImportResourceState: {
    request: 'type_name string 1, id string 2',
    response: 'imported_resources ImportedResource[] 1, diagnostics Diagnostic[] 2',
  },
  MoveResourceState: {
    request: 'source_type_name string 2, source_state RawState 4, target_type_name string 5',
    response: 'target_state DynamicValue 1, diagnostics Diagnostic[] 2',
  },
  ReadDataSource: {
    request: 'type_name string 1, config DynamicValue 2',
    response: 'state DynamicValue 1, diagnostics Diagnostic[] 2',
  },
  OpenEphemeralResource: {
    request: 'type_name string 1, config DynamicValue 2',
    response: 'diagnostics Diagnostic[] 1, renew_at Timestamp 2, result DynamicValue 3, private bytes 4',
  },
  RenewEphemeralResource: {
    request: 'type_name string 1, private bytes 2',
    response: 'diagnostics Diagnostic[] 1, renew_at Timestamp 2, private bytes 3',
  },
  CloseEphemeralResource: {
    request: 'type_name string 1, private bytes 2',
    response: 'diagnostics Diagnostic[] 1',
  },
  GetFunctions: { request: '', response: 'functions Function{} 1' },
  CallFunction: {
    request: 'name string 1, arguments DynamicValue[] 2',
    response: 'result DynamicValue 1, error FunctionError 2',
  },
  StopProvider: { request: '', response: 'Error string 1' },
};

const PARTS: Record<string, string> = {
  Empty: '',
  DynamicValue: 'msgpack bytes 1, json bytes 2',
  RawState: 'json bytes 1',
  Diagnostic: 'severity int32 1, summary string 2, detail string 3, attribute AttributePath 4',
  AttributePath: 'steps Step[] 1',
  Step: 'attribute_name string 1',
  Schema: 'version int64 1, block Block 2',
  Block: 'version int64 1, attributes Attribute[] 2, block_types NestedBlock[] 3, description string 4',
  Attribute:
    'name string 1, type bytes 2, description string 3, required bool 4, optional bool 5, computed bool 6, sensitive bool 7, write_only bool 11',
  NestedBlock: 'type_name string 1, block Block 2, nesting int32 3',
  Function: 'parameters Parameter[] 1, variadic_parameter Parameter 2, return Return 3, summary string 4',
  Parameter: 'name string 1, type bytes 2, allow_null_value bool 3, allow_unknown_values bool 4',
  Return: 'type bytes 1',
  FunctionError: 'text string 1, function_argument int64 2',
  ServerCapabilities: 'plan_destroy bool 1, get_provider_schema_optional bool 2, move_resource_state bool 3',
  TypeName: 'type_name string 1',
  Name: 'name string 1',
  ImportedResource: 'type_name string 1, state DynamicValue 2, private bytes 3',
  Timestamp: 'seconds int64 1, nanos int32 2',
  Deferred: 'reason int32 1',
};

export type Message = Record<string, unknown>;

export interface Method {
  name: string;
  decodeRequest(bytes: Buffer): Message;
  encodeResponse(message: Message): Buffer;
}

const root = protobuf.Root.fromJSON({
  nested: Object.fromEntries([
    ...Object.entries(PARTS).map(([name, fields]) => [name, describe(fields)]),
    ...Object.entries(REQUEST_AND_RESPONSE).flatMap(([name, { request, response }]) => [
      [`${name}Request`, describe(request)],
      [`${name}Response`, describe(response)],
    ]),
  ]) as Record<string, protobuf.IType>,
});

export const methods: Method[] = Object.keys(REQUEST_AND_RESPONSE).map((name) =>
  toMethod(name, `${name}Request`, `${name}Response`),
);

export const shutdown: Method = toMethod('Shutdown', 'Empty', 'Empty');

function toMethod(name: string, requestName: string, responseName: string): Method {
  const request = root.lookupType(requestName);
  const response = root.lookupType(responseName);
  return {
    name,
    decodeRequest: (bytes) => request.toObject(request.decode(bytes), { longs: Number, arrays: true }),
    encodeResponse: (message) => Buffer.from(response.encode(response.fromObject(message)).finish()),
  };
}

function describe(fields: string): protobuf.IType {
  const described = fields
    .split(', ')
    .filter((field) => field !== '')
    .map((field): [string, protobuf.IField & { keyType?: string }] => {
      const [name = '', kind = '', id] = field.split(' ');
      const type = kind.replace(/\[\]|\{\}/, '');
      if (kind.endsWith('{}')) return [name, { type, id: Number(id), keyType: 'string' }];
      return [name, { type, id: Number(id), ...(kind.endsWith('[]') ? { rule: 'repeated' } : {}) }];
    });
  return { fields: Object.fromEntries(described) };
}
