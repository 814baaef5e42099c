/** Every claim that somebody can say of themselves, as a person or a file says it (OpenID Connect Core §5.1). */
export const EVERYTHING_SAID = {
  given_name: 'Alice',
  family_name: 'Liddell',
  middle_name: 'Pleasance',
  nickname: 'Al',
  profile: 'https://alice.example.com/about',
  picture: 'https://alice.example.com/me.png',
  website: 'https://alice.example.com',
  gender: 'female',
  birthdate: '1998-05-04',
  zoneinfo: 'Europe/London',
  locale: 'en-GB',
  address: {
    formatted: 'Christ Church\nSt Aldates\nOxford',
    street_address: 'Christ Church',
    locality: 'Oxford',
    region: 'Oxfordshire',
    postal_code: 'OX1 1DP',
    country: 'United Kingdom',
  },
  phone_number: '+44 1865 276150',
} as const;
