"""Finding files for download."""

from __future__ import annotations

from tests.peers.telegram_api import errors
from tests.peers.telegram_api.objects import Json
from tests.peers.telegram_api.turn import Turn, method

DOWNLOAD_LIMIT = 20 * 1024 * 1024


@method("getFile")
def get_file(turn: Turn) -> Json:
    wanted = turn.args.text("file_id")
    if not wanted:
        raise errors.bad_request("file_id not specified")
    stored = turn.world.files.get(wanted)
    if stored is None:
        raise errors.bad_request("wrong file_id or the file is temporarily unavailable")
    if stored.declared_size > DOWNLOAD_LIMIT:
        raise errors.bad_request("file is too big")
    return stored.render() | {"file_path": stored.path}
