import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertificateFiles, makeCertificate } from '../../test/support/tls-certificate';
import { TlsIdentity } from './tls-identity';

describe('the certificate of the service', () => {
  let folder: string;
  let own: CertificateFiles;
  let other: CertificateFiles;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-tls-'));
    [own, other] = await Promise.all([makeCertificate(folder, 'own'), makeCertificate(folder, 'other')]);
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  const read = (changes: { readonly certificate?: string; readonly key?: string } = {}) =>
    new TlsIdentity({ certificate: own.certificate, key: own.key, ...changes }).read();

  it('is read with its key', () => {
    expect(read().cert.toString()).toBe(own.pem);
    expect(read().key.toString()).toContain('PRIVATE KEY');
  });

  it('OPS-04: is refused, in a sentence, where it or its key is not there, is none, or belongs to another', () => {
    expect(() => read({ certificate: '/nowhere/certificate.pem' })).toThrow(
      /^TLS_CERT names a file that cannot be read\.$/,
    );
    expect(() => read({ key: '/nowhere/key.pem' })).toThrow(/^TLS_KEY names a file that cannot be read\.$/);
    expect(() => read({ certificate: own.key })).toThrow(
      /^TLS_CERT must name a file with a certificate in PEM form\.$/,
    );
    expect(() => read({ key: own.certificate })).toThrow(
      /^TLS_KEY must name a file with a private key in PEM form, not encrypted\.$/,
    );
    expect(() => read({ key: other.key })).toThrow(
      /^TLS_KEY is not the private key of the first certificate in TLS_CERT\.$/,
    );
  });
});
