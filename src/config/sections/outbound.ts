import { setting, SettingProblem } from '../setting';
import { oneOf } from '../value-parsers';

const onOrOff = oneOf('on', 'off');

/** What this server fetches from others. */
export const outboundSettings = {
  loopback: setting({
    name: 'OUTBOUND_LOOPBACK',
    default: 'off',
    unit: '`on` or `off`',
    meaning:
      'Whether documents of clients (metadata, keys, logos) may be on this machine, also without https: for development; refused in production.',
    specification: {
      title: 'Client ID Metadata Document draft §8.6',
      url: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document#section-8.6',
    },
    parse: (value, { mode }) => {
      const isOn = onOrOff(value) === 'on';
      if (isOn && mode === 'production') {
        throw new SettingProblem(
          'must be off in production: strangers could have this server call on its own neighbours',
        );
      }
      return isOn;
    },
  }),
};
