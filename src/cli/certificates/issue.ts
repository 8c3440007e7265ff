// The certificate library's dependency injection looks for it, and does not bring it along.
import 'reflect-metadata';
import { isIP } from 'node:net';
import { randomBytes, webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** PEM texts. */
export interface IssuedCertificates {
  authority: string;
  /** The server's certificate, then the authority's. */
  chain: string;
  key: string;
}

/**
 * A certificate for a server on one's own machine, from an authority made for it. The authority's key is never written
 * anywhere: who trusts this authority trusts this one certificate and nothing that comes later.
 *
 * @param names host names and IP addresses that the server is reached by
 */
export async function issueCertificates(
  names: readonly string[],
  validDays: number,
  now = new Date(),
): Promise<IssuedCertificates> {
  const validity = {
    // A clock that is a little behind must not refuse it.
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + validDays * DAY_MS),
    signingAlgorithm: ALGORITHM,
  };
  const authorityKeys = await newKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: newSerialNumber(),
    name: `CN=Runwright development authority ${randomBytes(4).toString('hex')}`,
    keys: authorityKeys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
  const serverKeys = await newKeys();
  const server = await X509CertificateGenerator.create({
    ...validity,
    serialNumber: newSerialNumber(),
    subject: 'CN=Runwright development server',
    issuer: authority.subject,
    publicKey: serverKeys.publicKey,
    signingKey: authorityKeys.privateKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) === 0 ? ('dns' as const) : ('ip' as const), value: name })),
      ),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', serverKeys.privateKey);
  const authorityPem = `${authority.toString('pem')}\n`;
  return {
    authority: authorityPem,
    chain: `${server.toString('pem')}\n${authorityPem}`,
    key: `${PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}

const newKeys = async () => await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

/** Positive, and never that of another certificate. */
const newSerialNumber = (): string => `4${randomBytes(16).toString('hex').slice(1)}`;
