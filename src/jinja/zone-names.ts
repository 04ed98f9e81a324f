// Short names of time zones as clocks on a wall write them (JST, IST, AEDT). ECMAScript's data knows them for the zones of
// the reader's country only and says GMT+9 otherwise; these are the names the tz database gives. Data, with one look-up.

interface Names {
  readonly standard: string;
  readonly summer?: string;
}

const BY_NAME: Readonly<Record<string, Names>> = {
  west: { standard: 'WET', summer: 'WEST' },
  central: { standard: 'CET', summer: 'CEST' },
  east: { standard: 'EET', summer: 'EEST' },
  british: { standard: 'GMT', summer: 'BST' },
  irish: { standard: 'GMT', summer: 'IST' },
  moscow: { standard: 'MSK' },
  eastern: { standard: 'EST', summer: 'EDT' },
  midwest: { standard: 'CST', summer: 'CDT' },
  mountain: { standard: 'MST', summer: 'MDT' },
  pacific: { standard: 'PST', summer: 'PDT' },
  alaska: { standard: 'AKST', summer: 'AKDT' },
  hawaii: { standard: 'HST' },
  atlantic: { standard: 'AST', summer: 'ADT' },
  newfoundland: { standard: 'NST', summer: 'NDT' },
  japan: { standard: 'JST' },
  korea: { standard: 'KST' },
  china: { standard: 'CST' },
  hongKong: { standard: 'HKT' },
  india: { standard: 'IST' },
  pakistan: { standard: 'PKT' },
  israel: { standard: 'IST', summer: 'IDT' },
  jakarta: { standard: 'WIB' },
  manila: { standard: 'PST' },
  sydney: { standard: 'AEST', summer: 'AEDT' },
  adelaide: { standard: 'ACST', summer: 'ACDT' },
  perth: { standard: 'AWST' },
  newZealand: { standard: 'NZST', summer: 'NZDT' },
  southAfrica: { standard: 'SAST' },
  eastAfrica: { standard: 'EAT' },
  centralAfrica: { standard: 'CAT' },
  westAfrica: { standard: 'WAT' },
  utc: { standard: 'UTC' },
  gmt: { standard: 'GMT' },
};

const ZONES: Readonly<Record<string, string>> = {
  west: 'Europe/Lisbon Atlantic/Madeira Atlantic/Canary Atlantic/Faroe',
  central:
    'Europe/Amsterdam Europe/Andorra Europe/Belgrade Europe/Berlin Europe/Bratislava Europe/Brussels Europe/Budapest ' +
    'Europe/Copenhagen Europe/Gibraltar Europe/Ljubljana Europe/Luxembourg Europe/Madrid Europe/Malta Europe/Monaco ' +
    'Europe/Oslo Europe/Paris Europe/Podgorica Europe/Prague Europe/Rome Europe/San_Marino Europe/Sarajevo ' +
    'Europe/Skopje Europe/Stockholm Europe/Tirane Europe/Vaduz Europe/Vatican Europe/Vienna Europe/Warsaw ' +
    'Europe/Zagreb Europe/Zurich Arctic/Longyearbyen Africa/Tunis Africa/Algiers CET',
  east:
    'Europe/Athens Europe/Bucharest Europe/Chisinau Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Mariehamn ' +
    'Europe/Riga Europe/Sofia Europe/Tallinn Europe/Vilnius Europe/Kaliningrad Asia/Nicosia Asia/Beirut Africa/Cairo ' +
    'Africa/Tripoli EET',
  british: 'Europe/London Europe/Belfast Europe/Jersey Europe/Guernsey Europe/Isle_of_Man GB',
  irish: 'Europe/Dublin',
  moscow: 'Europe/Moscow Europe/Simferopol',
  eastern:
    'America/New_York America/Detroit America/Toronto America/Montreal America/Indiana/Indianapolis ' +
    'America/Kentucky/Louisville America/Nassau America/Panama America/Jamaica America/Port-au-Prince US/Eastern EST5EDT',
  midwest:
    'America/Chicago America/Winnipeg America/Mexico_City America/Costa_Rica America/Guatemala America/El_Salvador ' +
    'America/Regina America/Menominee US/Central CST6CDT',
  mountain: 'America/Denver America/Boise America/Edmonton America/Phoenix US/Mountain US/Arizona MST7MDT',
  pacific: 'America/Los_Angeles America/Vancouver America/Tijuana US/Pacific PST8PDT',
  alaska: 'America/Anchorage America/Juneau US/Alaska',
  hawaii: 'Pacific/Honolulu US/Hawaii',
  atlantic: 'America/Halifax Atlantic/Bermuda America/Puerto_Rico America/Santo_Domingo America/Barbados',
  newfoundland: 'America/St_Johns',
  japan: 'Asia/Tokyo Japan',
  korea: 'Asia/Seoul Asia/Pyongyang',
  china: 'Asia/Shanghai Asia/Taipei Asia/Macau Asia/Chongqing PRC',
  hongKong: 'Asia/Hong_Kong Hongkong',
  india: 'Asia/Kolkata Asia/Calcutta',
  pakistan: 'Asia/Karachi',
  israel: 'Asia/Jerusalem Asia/Tel_Aviv',
  jakarta: 'Asia/Jakarta',
  manila: 'Asia/Manila',
  sydney: 'Australia/Sydney Australia/Melbourne Australia/Brisbane Australia/Hobart Australia/Canberra',
  adelaide: 'Australia/Adelaide Australia/Darwin',
  perth: 'Australia/Perth',
  newZealand: 'Pacific/Auckland NZ',
  southAfrica: 'Africa/Johannesburg',
  eastAfrica: 'Africa/Nairobi Africa/Addis_Ababa Africa/Dar_es_Salaam Africa/Kampala Africa/Mogadishu',
  centralAfrica: 'Africa/Harare Africa/Maputo Africa/Lusaka Africa/Khartoum Africa/Kigali Africa/Windhoek',
  westAfrica: 'Africa/Lagos Africa/Kinshasa Africa/Luanda Africa/Douala',
  utc: 'UTC Etc/UTC Etc/Universal Zulu',
  gmt: 'GMT Etc/GMT Africa/Accra Africa/Abidjan Africa/Dakar Atlantic/Reykjavik',
};

const NAMES: ReadonlyMap<string, Names> = new Map(
  Object.entries(ZONES).flatMap(([name, zones]) =>
    zones.split(' ').map((zone): [string, Names] => [zone.toLowerCase(), BY_NAME[name]!]),
  ),
);

/** The zone's short name; for zones without one the offset as the tz database writes it (`+04`, `+0545`). */
export function shortZoneName(zone: string, offsetSeconds: number, isSummer: boolean): string {
  const names = NAMES.get(zone.toLowerCase());
  if (names !== undefined) return isSummer ? (names.summer ?? names.standard) : names.standard;
  const minutes = Math.abs(Math.trunc(offsetSeconds / 60));
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  const rest = minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0');
  return `${offsetSeconds < 0 ? '-' : '+'}${hours}${rest}`;
}
