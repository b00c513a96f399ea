// What every runtime script finds, whatever its connection: the Connections page's "JavaScript API", and moment.
// typings.py adds the steps, fields, ingredients and settings of one connection.

/** What the promise of `runAction` and `performQuery` gives to its handler. */
interface ConnectResponse<Body> {
  /** The HTTP status that the Connect API answered with: 200 or 204 is a success. @example response.statusCode === 204 */
  readonly statusCode: number;
  /** The body that the Connect API answered with. @example response.responseBody */
  readonly responseBody: Body;
}

/** The body where a call did not succeed. */
interface ConnectFailure {
  /** "error". */
  readonly type?: string;
  /** What kind of failure, for programs. @example "not_found" */
  readonly code?: string;
  /** What went wrong, for people. */
  readonly message?: string;
  /** Which parameters are wrong, and why. */
  readonly details?: ReadonlyArray<{ parameter: string; message: string }>;
}

/** The body after an action: `null` where it succeeded. */
type ActionAnswer = ConnectFailure | null;

/** The body after a query: one page of items. */
interface QueryAnswer<Item> extends ConnectFailure {
  /** The items of this page. @example response.responseBody.data.forEach((item) => console.log(item)) */
  readonly data: Item[];
  /** How to ask for the next page; absent on the last one. @example response.responseBody.next */
  readonly next?: { readonly cursor?: string; readonly fields?: { readonly [id: string]: any } } | null;
  /** Where the next page begins; absent on the last one. */
  readonly cursor?: string | null;
}

/** What may stand in the second argument of `runAction`. */
interface ActionBody<Fields> {
  /** Values for this call alone; what is left out keeps the value stored for the user. @example { fields: { message: "Hello" } } */
  fields?: Fields;
  /** For which of the user's features to run it. @example { user_feature_id: Connection.userFeatureId } */
  user_feature_id?: string;
  /** Your service's id of the user; the script's own user unless given. @example { user_id: Connection.serviceUserId } */
  user_id?: string;
}

/** What may stand in the second argument of `performQuery`. */
interface QueryBody<Fields> extends ActionBody<Fields> {
  /** How many items to give at most. @example { limit: 3 } */
  limit?: number;
  /** Where to go on, from the page before. @example { cursor: response.responseBody.next.cursor } */
  cursor?: string;
  /** Which nested queries to give along. */
  includes?: string[];
}

/** One of the choices of a dropdown or of checkboxes: the token that "field options" lists, not the label. */
type OptionToken = string;

/** A place on the map; `radius` is in metres. */
interface LocationValue {
  lat: number;
  lng: number;
  radius?: number;
  address?: string;
  description?: string;
  zoom?: number;
}

/** An ingredient that is a query of its own: ask for its items with `performQuery`. */
interface NestedQuery {
  readonly type: string;
  readonly fields?: { readonly [id: string]: any };
  readonly data?: any[];
}

/** About the run. */
interface MetaConstants {
  /** Now, in the user's time zone, as a moment. Setters change it: `clone()` first. @example Meta.currentUserTime.hour() >= 18 */
  readonly currentUserTime: Moment;
}

interface ConsoleLines {
  /** Writes a line that the workbench shows with the run. IFTTT shows it nowhere. @example console.log(Trigger.ingredients) */
  log(...what: any[]): void;
  /** As `log`. */
  info(...what: any[]): void;
  /** As `log`, marked as a warning. */
  warn(...what: any[]): void;
  /** As `log`, marked as an error. */
  error(...what: any[]): void;
  /** As `log`. */
  debug(...what: any[]): void;
  /** As `log`, with the place it was called from. */
  trace(...what: any[]): void;
  /** Writes rows as a table. */
  table(rows: any, columns?: string[]): void;
  /** Writes an object in full. */
  dir(what: any, options?: any): void;
  /** Writes a line only if the condition is false. */
  assert(condition?: any, ...what: any[]): void;
  /** Counts how often it was called with this label. */
  count(label?: string): void;
  /** Begins the count of a label again. */
  countReset(label?: string): void;
  /** Indents what follows. */
  group(...what: any[]): void;
  /** As `group`. */
  groupCollapsed(...what: any[]): void;
  /** Ends a group. */
  groupEnd(): void;
  /** Starts a clock. */
  time(label?: string): void;
  /** Writes what a clock shows. */
  timeLog(label?: string, ...what: any[]): void;
  /** Writes what a clock shows, and ends it. */
  timeEnd(label?: string): void;
}

type MomentInput = Moment | Date | string | number | ReadonlyArray<number | string> | { [unit: string]: number | string } | null | undefined;

/** A unit of time: `"days"`, `"day"` or `"d"`. */
type MomentUnit =
  | "year" | "years" | "y" | "quarter" | "quarters" | "Q" | "month" | "months" | "M" | "week" | "weeks" | "w"
  | "isoWeek" | "isoWeeks" | "W" | "day" | "days" | "d" | "date" | "dates" | "D" | "hour" | "hours" | "h"
  | "minute" | "minutes" | "m" | "second" | "seconds" | "s" | "millisecond" | "milliseconds" | "ms"
  | "weekday" | "weekdays" | "e" | "isoWeekday" | "isoWeekdays" | "E" | "dayOfYear" | "dayOfYears" | "DDD"
  | "weekYear" | "weekYears" | "gg" | "isoWeekYear" | "isoWeekYears" | "GG";

/** A moment of moment.js, version 2. Setters change the moment itself and give it back. */
interface Moment {
  /** The hour, 0 to 23; given a number, sets it. @example Meta.currentUserTime.hour() >= 18 */
  hour(): number;
  hour(value: number): Moment;
  /** As `hour`. */
  hours(): number;
  hours(value: number): Moment;
  /** The minute, 0 to 59; given a number, sets it. @example Meta.currentUserTime.minute() */
  minute(): number;
  minute(value: number): Moment;
  /** As `minute`. */
  minutes(): number;
  minutes(value: number): Moment;
  /** The second, 0 to 59; given a number, sets it. */
  second(): number;
  second(value: number): Moment;
  /** As `second`. */
  seconds(): number;
  seconds(value: number): Moment;
  /** The millisecond, 0 to 999; given a number, sets it. */
  millisecond(): number;
  millisecond(value: number): Moment;
  /** As `millisecond`. */
  milliseconds(): number;
  milliseconds(value: number): Moment;
  /** The day of the week, 0 for Sunday to 6 for Saturday; given a number or a name, moves to it. @example Meta.currentUserTime.day() === 0 */
  day(): number;
  day(value: number | string): Moment;
  /** As `day`. */
  days(): number;
  days(value: number | string): Moment;
  /** The day of the week, 1 for Monday to 7 for Sunday. @example Meta.currentUserTime.isoWeekday() <= 5 */
  isoWeekday(): number;
  isoWeekday(value: number | string): Moment;
  /** The day of the week, 0 for the first day of the locale's week. */
  weekday(): number;
  weekday(value: number): Moment;
  /** The day of the month, 1 to 31; given a number, sets it. @example Meta.currentUserTime.date() */
  date(): number;
  date(value: number): Moment;
  /** Old name of `date`. */
  dates(): number;
  dates(value: number): Moment;
  /** The day of the year, 1 to 366. */
  dayOfYear(): number;
  dayOfYear(value: number): Moment;
  /** The week of the year, as the locale counts. */
  week(): number;
  week(value: number): Moment;
  /** As `week`. */
  weeks(): number;
  weeks(value: number): Moment;
  /** The week of the year, as ISO 8601 counts: 1 to 53. */
  isoWeek(): number;
  isoWeek(value: number): Moment;
  /** As `isoWeek`. */
  isoWeeks(): number;
  isoWeeks(value: number): Moment;
  /** The month, 0 for January to 11 for December; given a number or a name, sets it. @example Meta.currentUserTime.month() === 11 */
  month(): number;
  month(value: number | string): Moment;
  /** Old name of `month`. */
  months(): number;
  months(value: number | string): Moment;
  /** The quarter of the year, 1 to 4. */
  quarter(): number;
  quarter(value: number): Moment;
  /** As `quarter`. */
  quarters(): number;
  quarters(value: number): Moment;
  /** The year. @example Meta.currentUserTime.year() */
  year(): number;
  year(value: number): Moment;
  /** Old name of `year`. */
  years(): number;
  years(value: number): Moment;
  /** The year that the locale's week belongs to. */
  weekYear(): number;
  weekYear(value: number): Moment;
  /** The year that the ISO 8601 week belongs to. */
  isoWeekYear(): number;
  isoWeekYear(value: number): Moment;
  /** The number of weeks in the locale's year. */
  weeksInYear(): number;
  /** The number of weeks in the locale's week year. */
  weeksInWeekYear(): number;
  /** The number of weeks in the ISO 8601 year. */
  isoWeeksInYear(): number;
  /** The number of weeks in the ISO 8601 week year. */
  isoWeeksInISOWeekYear(): number;
  /** The number of days in the month. */
  daysInMonth(): number;
  /** The name of the era. */
  eraName(): string;
  /** The short name of the era. */
  eraAbbr(): string;
  /** The shortest name of the era. */
  eraNarrow(): string;
  /** The year of the era. */
  eraYear(): number;
  /** One part of the moment, by its unit. @example Meta.currentUserTime.get("hour") */
  get(unit: MomentUnit): number;
  /** Sets one part, or several. @example Meta.currentUserTime.clone().set({ hour: 18, minute: 30 }) */
  set(unit: MomentUnit, value: number): Moment;
  set(parts: { [unit: string]: number }): Moment;

  /** Moves the moment on. @example Meta.currentUserTime.clone().add(2, "hours") */
  add(amount?: MomentAmount, unit?: MomentUnit): Moment;
  /** Moves the moment back. @example Meta.currentUserTime.clone().subtract(1, "day") */
  subtract(amount?: MomentAmount, unit?: MomentUnit): Moment;
  /** Moves back to the beginning of a unit. @example Meta.currentUserTime.clone().startOf("day") */
  startOf(unit: MomentUnit): Moment;
  /** Moves on to the end of a unit. @example Meta.currentUserTime.clone().endOf("month") */
  endOf(unit: MomentUnit): Moment;
  /** A copy, so that setters leave the original alone. @example Meta.currentUserTime.clone().add(1, "day") */
  clone(): Moment;
  /** The earlier one; prefer `moment.min`. */
  max(other?: MomentInput): Moment;
  /** The later one; prefer `moment.max`. */
  min(other?: MomentInput): Moment;

  /** The moment as text, in a pattern of yours; ISO 8601 unless given. @example Meta.currentUserTime.format("YYYY-MM-DD HH:mm") */
  format(pattern?: string): string;
  /** As people say it beside today. @example Meta.currentUserTime.calendar() // "Today at 2:30 PM" */
  calendar(reference?: MomentInput, formats?: any): string;
  calendar(formats: any): string;
  /** How long ago, or until, in words. */
  fromNow(withoutSuffix?: boolean): string;
  /** How long until now, in words. */
  toNow(withoutPrefix?: boolean): string;
  /** How long from another moment, in words. */
  from(other: MomentInput, withoutSuffix?: boolean): string;
  /** How long to another moment, in words. */
  to(other: MomentInput, withoutPrefix?: boolean): string;
  /** How long since another moment, in milliseconds or in a unit. @example moment().diff(moment("2026-01-01"), "days") */
  diff(other: MomentInput, unit?: MomentUnit, precise?: boolean): number;
  /** As ISO 8601 text, in UTC. @example Meta.currentUserTime.toISOString() */
  toISOString(keepOffset?: boolean): string;
  /** As `toISOString`; what `JSON.stringify` uses. */
  toJSON(): string;
  /** As English text. */
  toString(): string;
  /** As code that would make it. */
  inspect(): string;
  /** As a JavaScript `Date`. */
  toDate(): Date;
  /** As year, month, day, hour, minute, second, millisecond. */
  toArray(): [number, number, number, number, number, number, number];
  /** As an object of parts. */
  toObject(): { years: number; months: number; date: number; hours: number; minutes: number; seconds: number; milliseconds: number };
  /** Milliseconds since 1970. */
  valueOf(): number;
  /** Seconds since 1970. @example Meta.currentUserTime.unix() */
  unix(): number;

  /** Whether it is before another moment. @example Meta.currentUserTime.isBefore(moment("2026-12-24")) */
  isBefore(other?: MomentInput, unit?: MomentUnit): boolean;
  /** Whether it is after another moment. */
  isAfter(other?: MomentInput, unit?: MomentUnit): boolean;
  /** Whether both are the same moment, or in the same unit. @example Meta.currentUserTime.isSame(moment("2026-12-24"), "day") */
  isSame(other?: MomentInput, unit?: MomentUnit): boolean;
  /** Whether it is the same or before. */
  isSameOrBefore(other?: MomentInput, unit?: MomentUnit): boolean;
  /** Whether it is the same or after. */
  isSameOrAfter(other?: MomentInput, unit?: MomentUnit): boolean;
  /** Whether it lies between two moments. */
  isBetween(from: MomentInput, to: MomentInput, unit?: MomentUnit | null, bounds?: "()" | "[)" | "(]" | "[]"): boolean;
  /** Whether summer time is on. */
  isDST(): boolean;
  /** Old name of `isDST`. */
  isDSTShifted(): boolean;
  /** Whether the year is a leap year. */
  isLeapYear(): boolean;
  /** Whether what it was made from is a moment at all. @example moment(Trigger.ingredients.title).isValid() */
  isValid(): boolean;
  /** Which part was out of range; -1 for none. */
  invalidAt(): number;
  /** What the parser made of the text. */
  parsingFlags(): any;
  /** What it was made from. */
  creationData(): any;

  /** The minutes ahead of UTC; given a number or text, sets them. */
  utcOffset(): number;
  utcOffset(offset: number | string, keepTime?: boolean): Moment;
  /** Shows it in UTC. @example Meta.currentUserTime.clone().utc() */
  utc(keepTime?: boolean): Moment;
  /** Shows it in the machine's zone. */
  local(keepTime?: boolean): Moment;
  /** Keeps the offset of the text that it was made from. */
  parseZone(): Moment;
  /** Shows it in another zone. (Whether IFTTT's moment has it is not documented.) */
  tz(): string | undefined;
  tz(zone: string, keepTime?: boolean): Moment;
  /** Old, and the other way round: the minutes behind UTC. */
  zone(): number;
  zone(offset: number | string): Moment;
  /** The zone's short name. */
  zoneAbbr(): string;
  /** The zone's name. */
  zoneName(): string;
  /** Whether both offsets differ by whole hours. */
  hasAlignedHourOffset(other?: MomentInput): boolean;
  /** Whether it is shown in the machine's zone. */
  isLocal(): boolean;
  /** Whether it is shown in UTC. */
  isUTC(): boolean;
  /** As `isUTC`. */
  isUtc(): boolean;
  /** Whether it is shown with a fixed offset. */
  isUtcOffset(): boolean;
  /** The language of its texts; given a name, sets it. */
  locale(): string;
  locale(name: string | string[] | false): Moment;
  /** Old name of `locale`. */
  lang(name?: string | string[]): any;
  /** The rules of its language. */
  localeData(): any;
}

type MomentAmount = number | string | MomentDuration | { [unit: string]: number | string } | null;

/** A length of time of moment.js. */
interface MomentDuration {
  /** The whole of it in milliseconds. */
  asMilliseconds(): number;
  /** The whole of it in seconds. */
  asSeconds(): number;
  /** The whole of it in minutes. @example moment.duration(90, "minutes").asHours() */
  asMinutes(): number;
  /** The whole of it in hours. */
  asHours(): number;
  /** The whole of it in days. */
  asDays(): number;
  /** The whole of it in weeks. */
  asWeeks(): number;
  /** The whole of it in months. */
  asMonths(): number;
  /** The whole of it in quarters. */
  asQuarters(): number;
  /** The whole of it in years. */
  asYears(): number;
  /** The whole of it in a unit. */
  as(unit: MomentUnit): number;
  /** One part of it, by its unit. */
  get(unit: MomentUnit): number;
  /** The milliseconds beside the seconds. */
  milliseconds(): number;
  /** The seconds beside the minutes. */
  seconds(): number;
  /** The minutes beside the hours. */
  minutes(): number;
  /** The hours beside the days. */
  hours(): number;
  /** The days beside the months. */
  days(): number;
  /** The weeks in its days. */
  weeks(): number;
  /** The months beside the years. */
  months(): number;
  /** The years. */
  years(): number;
  /** In words. @example moment.duration(90, "minutes").humanize() // "2 hours" */
  humanize(withSuffix?: boolean, thresholds?: any): string;
  /** Without its sign. */
  abs(): MomentDuration;
  /** Makes it longer. */
  add(amount: MomentAmount, unit?: MomentUnit): MomentDuration;
  /** Makes it shorter. */
  subtract(amount: MomentAmount, unit?: MomentUnit): MomentDuration;
  /** A copy. */
  clone(): MomentDuration;
  /** Whether it is one at all. */
  isValid(): boolean;
  /** In milliseconds, for comparisons. */
  valueOf(): number;
  /** As ISO 8601 text. */
  toISOString(): string;
  /** As ISO 8601 text. */
  toIsoString(): string;
  /** As ISO 8601 text. */
  toJSON(): string;
  /** As ISO 8601 text. */
  toString(): string;
  /** The language of its texts. */
  locale(name?: string): any;
  /** Old name of `locale`. */
  lang(name?: string): any;
  /** The rules of its language. */
  localeData(): any;
}

/** moment.js itself. IFTTT documents only `Meta.currentUserTime`; scripts in public use `moment` too. */
interface MomentFunction {
  (input?: MomentInput, strict?: boolean): Moment;
  (input: MomentInput, pattern: string | string[], strict?: boolean): Moment;
  (input: MomentInput, pattern: string | string[], locale: string, strict?: boolean): Moment;
  /** A moment shown in UTC. @example moment.utc() */
  utc(input?: MomentInput, pattern?: string | string[] | boolean, strict?: boolean): Moment;
  /** A moment from seconds since 1970. @example moment.unix(1609459200) */
  unix(seconds: number): Moment;
  /** A length of time. @example moment.duration(90, "minutes") */
  duration(amount?: MomentAmount, unit?: MomentUnit): MomentDuration;
  /** The earliest of several. @example moment.min(moment(), Meta.currentUserTime) */
  min(...moments: any[]): Moment;
  /** The latest of several. */
  max(...moments: any[]): Moment;
  /** A moment that keeps the offset of its text. */
  parseZone(input?: MomentInput, pattern?: string | string[], strict?: boolean): Moment;
  /** A moment that is none. */
  invalid(flags?: any): Moment;
  /** Whether something is a moment. */
  isMoment(what: any): what is Moment;
  /** Whether something is a length of time. */
  isDuration(what: any): what is MomentDuration;
  /** Whether something is a `Date`. */
  isDate(what: any): what is Date;
  /** Milliseconds since 1970. */
  now(): number;
  /** The names of the months. */
  months(): string[];
  /** The short names of the months. */
  monthsShort(): string[];
  /** The names of the days of the week, from Sunday. */
  weekdays(): string[];
  /** The short names of the days of the week. */
  weekdaysShort(): string[];
  /** The shortest names of the days of the week. */
  weekdaysMin(): string[];
  /** The language of new moments. */
  locale(name?: string | string[]): string;
  /** The names of the languages there are. */
  locales(): string[];
  /** The rules of a language. */
  localeData(name?: string): any;
  /** A unit's own name. @example moment.normalizeUnits("d") // "day" */
  normalizeUnits(unit: string): string;
  /** The pattern of ISO 8601. */
  readonly ISO_8601: any;
  /** The pattern of RFC 2822. */
  readonly RFC_2822: any;
  /** moment's version. */
  readonly version: string;
  /** Zones. (Whether IFTTT's moment has them is not documented.) */
  readonly tz: any;
}
