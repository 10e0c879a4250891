"""The blueprint of the order pages; the modules beside it hang their pages on it."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("orders", __name__, template_folder="../templates")
