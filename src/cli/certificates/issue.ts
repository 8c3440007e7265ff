// The certificate library's dependency injection needs it, but does not install it.
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
 * A certificate for a server on a developer's machine, from an authority made for it. The authority's key is never
 * written anywhere, so trust in this authority covers this one certificate and no later one.
 *
 * @param names host names and IP addresses of the server
 */
export async function issueCertificates(
  names: readonly string[],
  validDays: number,
  now = new Date(),
): Promise<IssuedCertificates> {
  const validity = {
    // A client whose clock is a little behind must accept it.
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

/** Positive, and different for each certificate. */
const newSerialNumber = (): string => `4${randomBytes(16).toString('hex').slice(1)}`;
