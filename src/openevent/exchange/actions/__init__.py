"""The verbs of exchange: ask for a file, hand one in, say what became of it, forget what is old."""

from openevent.exchange.actions.importing import import_agenda
from openevent.exchange.actions.tasks import fail, finish_import, keep_file, prune, start_export, start_import
from openevent.exchange.actions.unpacking import import_bundle

__all__ = [
    "fail",
    "finish_import",
    "import_agenda",
    "import_bundle",
    "keep_file",
    "prune",
    "start_export",
    "start_import",
]
