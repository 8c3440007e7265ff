import { expect, test } from 'vitest';
import { readImmutable } from './immutable-source.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const SUM = 'a'.repeat(64);

test.each([
  ['acme/network/aws', '1.2.0'],
  ['acme/network/aws', ' = 1.2.0 '],
  ['registry.example.com:8443/acme/network/aws//modules/x', '1.2.0-rc.1+b'],
  [`git::https://example.com/x.git?ref=${COMMIT}`, undefined],
  [`git::ssh://git@example.com/x.git//sub?depth=1&ref=${COMMIT}`, undefined],
  [`github.com/acme/network?ref=${COMMIT}`, undefined],
  [`https://example.com/x.zip?checksum=sha256:${SUM}`, undefined],
  [`https://example.com/x.tar.gz//sub?archive=tar.gz&checksum=${SUM}`, undefined],
])('%s %s fixes its files', (source, version) =>
  expect(readImmutable({ source, ...(version !== undefined && { version }) })).toMatchObject({ source }),
);

test.each([
  ['acme/network/aws', undefined],
  ['acme/network/aws', '~> 1.2'],
  ['acme/network/aws', '>= 1.2.0, < 2.0.0'],
  ['acme/network/aws', '1.2'],
  ['acme/network/aws', ''],
  [`git::https://example.com/x.git?ref=${COMMIT}`, '1.2.0'],
  ['git::https://example.com/x.git', undefined],
  ['git::https://example.com/x.git?ref=main', undefined],
  ['git::https://example.com/x.git?ref=v1.0.0', undefined],
  [`git::https://example.com/x.git?ref=${COMMIT.slice(0, 12)}`, undefined],
  [`git::https://example.com/x.git?ref=${COMMIT.toUpperCase()}`, undefined],
  [`git::https://example.com/x.git?ref=main&ref=${COMMIT}`, undefined],
  ['https://example.com/x.zip', undefined],
  [`http://example.com/x.zip?checksum=sha256:${SUM}`, undefined],
  [`https://example.com/x.zip?checksum=md5:${SUM.slice(32)}`, undefined],
  ['https://example.com/x.zip?checksum=file:https://example.com/SHA256SUMS', undefined],
  [`s3::https://example.com/x.zip?checksum=sha256:${SUM}`, undefined],
  ['./network', undefined],
])('%s %s may fetch other files tomorrow', (source, version) =>
  expect(readImmutable({ source, ...(version !== undefined && { version }) })).toBeUndefined(),
);
