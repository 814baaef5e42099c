/** The `aud` of a JWT as a list, whether it is one or stands alone (RFC 7519 §4.1.3); nothing of it is trusted to be a text. */
export function audiencesOf(aud: unknown): readonly unknown[] {
  return Array.isArray(aud) ? (aud as unknown[]) : [aud];
}
