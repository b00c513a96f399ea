// What the widgets draw with: Preact, which keeps the elements it has (and so the focus) and shows all text as text.
export { Fragment, h, render } from "preact";
export { useCallback, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { default as htm } from "htm";
