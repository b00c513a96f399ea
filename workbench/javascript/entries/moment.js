// moment with every zone of the tz database: Meta.currentUserTime, and the bare `moment` of a script.
import moment from "moment-timezone";

export default moment;
