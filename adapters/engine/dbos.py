"""Lanes of work, moved by DBOS Transact on the ledger's own database.

The ledger is the truth; this only moves things. What is queued is a lane, a case's number, and never a text
or a person. A workflow is one call that walks its lane: it has no steps, waits for nobody and may be cut off
anywhere, because whatever it leaves is still open in the ledger, and `queue` takes it up again.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import json
import logging
from collections.abc import Callable, Collection, Coroutine, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Final

import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, EnqueueOptions, Serializer, WorkflowStatus

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

log = structlog.get_logger("engine")

NAME: Final = "houserules"
QUEUE: Final = "lanes"
WORKFLOW: Final = "walk"
SHAPE: Final = "1"
"""The version of what waits. DBOS hashes the source for it: after an upgrade what waits would be left to
nobody. Raise it when `walk` takes something else than a lane."""
POLL: Final = dt.timedelta(milliseconds=100)
AT_ONCE: Final = 32
"""Lanes that one host walks side by side."""
_MOVING: Final = ["ENQUEUED", "PENDING", "DELAYED"]
_OVER: Final = ["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
_MOST: Final = 10_000
"""Workflows looked at in one go. Beyond it some lanes are queued twice, which does nothing twice."""

_GRACE: Final = 1
"""Seconds in which what is being walked may come to its end by itself."""

Walk = Callable[[str], Coroutine[Any, Any, None]]
Tell = Callable[["Connection", Sequence[str]], None]


class DbosEngine:
    """One host's engine; DBOS knows one in each process.

    `host` is new at every start, so that what an earlier start left in the middle is known to be nobody's.
    `attach` is told how to queue lanes in a transaction of the ledger, and `None` when that is over.
    """

    _running_here: ClassVar[DbosEngine | None] = None

    def __init__(self, database: Engine, host: str, attach: Callable[[Tell | None], None]) -> None:
        self._database = database
        self._host = host
        self._attach = attach
        self._client: DBOSClient | None = None

    async def start(self, walk: Walk) -> None:
        """Make the engine's tables where they are missing, and begin to walk lanes on this loop."""
        if DbosEngine._running_here is not None:
            message = "an engine runs in this process already, and there can be one: start another process"
            raise RuntimeError(message)
        DbosEngine._running_here = self
        try:
            await self._launch(walk)
        except BaseException:
            await self.stop()
            raise
        self._attach(self._queue_within)

    async def _launch(self, walk: Walk) -> None:
        _tame()
        DBOS(config=self._config())
        _register(walk, asyncio.get_running_loop())
        await _to_its_end(DBOS.launch)  # it waits for the database, and nobody is to wait for it
        self._client = DBOSClient(
            system_database_engine=self._database, application_name=NAME, serializer=_Json(), lazy=True
        )
        await self._client.register_queue_async(
            QUEUE,
            partition_concurrency=1,
            worker_concurrency=AT_ONCE,
            polling_interval_sec=POLL.total_seconds(),
        )

    async def queue(self, lanes: Collection[str], living: Collection[str]) -> int:
        """Queue those lanes that nobody is walking; gives how many.

        What a host that lives no longer was walking is called off first: it would hold its lane for ever.
        """
        client = self._running()
        moving = await _workflows(client, _MOVING)
        orphans = [one for one in moving if one.status == "PENDING" and one.executor_id not in living]
        if orphans:
            await client.cancel_workflows_async([one.workflow_id for one in orphans])
            log.warning("took over from a host that is gone", lanes=len(orphans))
        called_off = {one.workflow_id for one in orphans}
        taken = {one.queue_partition_key for one in moving if one.workflow_id not in called_off}
        idle = [lane for lane in lanes if lane not in taken]
        for lane in idle:
            await client.enqueue_async(_options(lane), lane)
        return len(idle)

    async def purge(self, before: dt.datetime) -> int:
        """Forget workflows that were over before then; gives how many."""
        client = self._running()
        over = await _workflows(client, _OVER, before.isoformat())
        if over:
            await client.delete_workflows_async([one.workflow_id for one in over])
        return len(over)

    async def stop(self) -> None:
        """Take up no more lanes. What is being walked is cut off, and is in the ledger."""
        if DbosEngine._running_here is not self:
            return
        self._attach(None)
        client, self._client = self._client, None
        try:
            await _to_its_end(functools.partial(_end, client, self._database))
        finally:
            DbosEngine._running_here = None

    def _queue_within(self, connection: Connection, lanes: Sequence[str]) -> None:
        if self._client is not None:
            for lane in lanes:
                self._client.enqueue_in_transaction(connection, _options(lane), lane)

    def _running(self) -> DBOSClient:
        """The client: the calls of `DBOS` itself would put a thread pool of theirs under our loop."""
        if self._client is None:
            message = "the engine has not been started, or was stopped"
            raise RuntimeError(message)
        return self._client

    def _config(self) -> DBOSConfig:
        return DBOSConfig(
            name=NAME,
            system_database_engine=self._database,
            application_version=SHAPE,
            executor_id=self._host,
            enable_otlp=False,
            use_listen_notify=False,
            serializer=_Json(),
            log_level="WARNING",
        )


async def _workflows(
    client: DBOSClient, status: list[str], before: str | None = None
) -> list[WorkflowStatus]:
    return await client.list_workflows_async(
        status=status,
        queue_name=QUEUE,
        completed_before=before,
        limit=_MOST,
        load_input=False,
        load_output=False,
    )


def _options(lane: str) -> EnqueueOptions:
    return EnqueueOptions(
        workflow_name=WORKFLOW, queue_name=QUEUE, queue_partition_key=lane, app_version=SHAPE
    )


def _end(client: DBOSClient | None, database: Engine) -> None:
    if client is not None:
        client.destroy()
    # A thread of theirs may be taking up a lane at this moment: it needs a loop to hand it to.
    DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=_GRACE)
    database.dispose()


async def _to_its_end(work: Callable[[], None]) -> None:
    """Run something in a thread, and wait for its end even where we are cancelled meanwhile."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise


def _register(walk: Walk, loop: asyncio.AbstractEventLoop) -> None:
    """Have lanes walked on our loop. DBOS has one of its own, in a thread, and keeps its business there."""

    @DBOS.workflow(name=WORKFLOW)
    async def walked(lane: str) -> None:
        walking = walk(lane)
        try:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(walking, loop))
        except Exception:  # a workflow that raises is over for good; what is still open is queued anew
            log.exception("lane broke", lane=lane)


def _tame() -> None:
    """DBOS writes to the console by itself; its warnings go where ours go, and nothing else does."""
    logger = logging.getLogger("dbos")
    if not logger.handlers:
        logger.addHandler(_Passing())
    logger.propagate = False


class _Json(Serializer):
    """Writes JSON. DBOS would write pickles, and whoever can write there could then run code here."""

    def serialize(self, data: object) -> str:
        """Write a value; an exception as the name of its kind."""
        return json.dumps(data, default=lambda other: type(other).__name__)

    def deserialize(self, serialized_data: str) -> Any:  # noqa: ANN401 - as DBOS has it
        """Read it back."""
        return json.loads(serialized_data)

    def name(self) -> str:
        """What stands beside a value, so that nobody reads it as something else."""
        return "json"


class _Passing(logging.Handler):
    """Says that DBOS complained, and of what kind: its messages may quote a row."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass a record on."""
        if record.levelno >= logging.WARNING:
            kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
            log.warning("dbos", where=f"{record.module}:{record.lineno}", error=kind)
