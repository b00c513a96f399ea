"""Intl is Node 12's: its zones, its English, the options it knows."""

from __future__ import annotations

from tests.conformance import ours
from tests.conformance.differences import MOVED_ZONES, explain
from tests.conformance.node12 import Node12
from tests.conformance.recording import Job, Recording, context
from workbench.runtime.runner import Runner

ZONES = """
for (const name of moment.tz.names()) {
  let shown;
  try {
    const format = Intl.DateTimeFormat('en', { timeZone: name });
    const { timeZone } = format.resolvedOptions();
    shown = `${timeZone} ${new Date(1618935600000).toLocaleString('en-US', { timeZone })}`;
  } catch (e) {
    shown = String(e);
  }
  console.log(`${name}: ${shown}`);
}
"""
OPTIONS = """
const show = (make) => { try { console.log(JSON.stringify(make())); } catch (e) { console.log(String(e)); } };
const KINDS = ['NumberFormat', 'DateTimeFormat', 'Collator', 'PluralRules', 'RelativeTimeFormat', 'ListFormat'];
const DAY = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' };
for (const locale of [undefined, 'en', 'en-US', 'en-GB', 'de', 'fr-FR', 'pl', 'ja-JP', 'x', 'en_US', '']) {
  for (const kind of KINDS) {
    show(() => new Intl[kind](locale).resolvedOptions());
    show(() => Intl[kind].supportedLocalesOf(['de', 'en-GB', 'en-US', 'en']));
  }
  show(() => new Intl.PluralRules(locale).select(3));
  show(() => new Intl.PluralRules(locale, { type: 'ordinal' }).select(2));
  show(() => (1234567.891).toLocaleString(locale));
  show(() => (1234.5).toLocaleString(locale, { style: 'currency', currency: 'EUR', roundingMode: 'floor' }));
  show(() => (0.256).toLocaleString(locale, { style: 'percent', maximumFractionDigits: 1 }));
  show(() => new Date(0).toLocaleString(locale));
  show(() => new Date(0).toLocaleDateString(locale, DAY));
  show(() => new Date(0).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit', dayPeriod: 'long' }));
  show(() => ['b', 'a', 'C', 'ä', 'z', 'Z', '10', '9'].sort((a, b) => a.localeCompare(b, locale)));
  show(() => ['b', 'a', 'C', 'ä', 'z10', 'z9'].sort(new Intl.Collator(locale, { numeric: true }).compare));
  show(() => new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(-1, 'day'));
  show(() => new Intl.ListFormat(locale).format(['a', 'b', 'c']));
}
for (const bad of [{ style: 'bad' }, { weekday: 'bad' }, { minimumFractionDigits: 200 }, { timeZone: 'Mars/Base' }]) {
  show(() => new Intl.NumberFormat('en', bad).format(1));
  show(() => new Intl.DateTimeFormat('en', bad).format(0));
}
"""


def test_every_zone_is_as_node_12_knows_it(runner: Runner, node12: Node12) -> None:
    """Each name of the tz database is accepted, shown and applied, or refused, as on Node 12."""
    job = Job(script=ZONES, context=context())
    mine, theirs = (dict(_rows(made)) for made in (ours.run(runner, job), node12.run(job)))
    assert len(theirs) > 550
    assert {name for name in theirs if mine[name] != theirs[name]} == MOVED_ZONES.keys()


def _rows(recording: Recording) -> list[list[str]]:
    assert recording.end == "ok"
    return [text.split(": ", 1) for _, text in recording.console]


def test_every_locale_is_as_node_12_has_it(runner: Runner, node12: Node12) -> None:
    """Formats, rules, orders, resolved options and refusals are those of Node 12's small set of locale data."""
    job = Job(script=OPTIONS, context=context())
    assert not explain("locales", ours.run(runner, job), node12.run(job))
