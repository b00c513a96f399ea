// moment that knows zones, for Meta.currentUserTime and the bare `moment` of a script. The zones themselves, every one of
// the tz database, are in zones.json: an engine reads that as JSON in a tenth of the time it takes it to read a program.
import moment from "moment-timezone/moment-timezone.js";

export default moment;
