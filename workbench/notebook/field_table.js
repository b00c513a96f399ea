// FieldTable: every field of a connection.
import { html, widget } from "./kit.js";
import { FieldsView } from "./fields_view.js";

export default widget(({ state, propose }) => html`<${FieldsView} table=${state.table} propose=${propose} />`, ["table"]);
