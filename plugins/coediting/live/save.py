"""From a room to a commit and back: the steps of it that wait, one at a time a room."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from wiki.api.errors import Forbidden, NotFound, StorageFailed, WikiError
from wiki.api.paths import page_url
from wiki.api.plugin import Instance
from wiki.api.translation import use_language

from .. import offline_updates
from ..tickets import told_apart
from ..varints import Malformed
from . import commits
from .member import Member
from .members import Gathering
from .room import TooLong, Unfit

_log = logging.getLogger(__name__)


class Saver:
    """Makes commits of rooms of ``instance``; ``write`` puts on disk what is not there yet.

    ``set_base``: the commit that the room holds all of. Both raise StorageFailed.
    """

    def __init__(
        self,
        instance: Instance,
        write: Callable[[Gathering], Awaitable[None]],
        set_base: Callable[[Gathering], Awaitable[None]],
    ) -> None:
        self._instance = instance
        self._write = write
        self._set_base = set_base

    async def join(self, gathering: Gathering) -> None:
        """Takes what was saved elsewhere into the room. Raises NotFound where the page is gone."""
        async with gathering.room.lock:
            await self._prepare(gathering, ends=False)

    async def save(
        self, gathering: Gathering, message: str = "", asked: Member | None = None
    ) -> None:
        """One commit of what was typed; all are told of it, or why there is none."""
        lang = asked.person.lang if asked is not None else self._instance.settings.lang
        async with gathering.room.lock:
            with use_language(lang):
                await self._try(gathering, message, asked)

    async def _try(self, gathering: Gathering, message: str, asked: Member | None) -> None:
        try:
            await self._save(gathering, message, asked)
        except NotFound:
            return  # whoever watches the pages tells it
        except commits.NobodyMaySave as error:
            await self._revert(gathering)
            self._refuse(gathering, error, "rights", asked)
        except StorageFailed as error:
            gathering.typed = time.monotonic()  # tried again after the next pause
            self._refuse(gathering, error, "store", asked, final=False)
        except Forbidden as error:
            self._refuse(gathering, error, "rights", asked)
        except WikiError as error:
            self._refuse(gathering, error, "text", asked)

    async def _prepare(self, gathering: Gathering, *, ends: bool) -> commits.Prepared:
        room = gathering.room
        while True:
            prepared = await asyncio.to_thread(
                commits.prepare,
                *(self._instance, room.path, room.whole, room.base, room.base_text),
                ends=ends,
            )
            # What was handed over is there before what was saved with it, which was read just now.
            if not prepared.brought or not await self._take_handed(gathering):
                break
        for update in prepared.updates:
            room.take_own(update)
            gathering.flush_soon()
        if prepared.brought:
            await self._write(gathering)
            room.base, room.base_text = prepared.base, prepared.base_text
            await self._set_base(gathering)
            gathering.tell("merged", who=prepared.who)
        return prepared

    async def _take_handed(self, gathering: Gathering) -> bool:
        """Takes in what was handed over to the room; whether anything was."""
        room, private = gathering.room, self._instance.private
        found = await asyncio.to_thread(offline_updates.handed, private, room.epoch)
        for one in found:
            with suppress(Malformed, Unfit, TooLong):  # then what the form brought has to do
                gathering.take(one.data, one.person)
        if not found:
            return False
        await self._write(gathering)
        await asyncio.to_thread(offline_updates.taken, private, room.epoch, found[-1].number)
        return True

    async def _save(self, gathering: Gathering, message: str, asked: Member | None) -> None:
        room = gathering.room
        room.look_at_head()
        writers, since = dict(room.writers), time.monotonic()
        prepared = await self._prepare(gathering, ends=True)
        if not writers:
            self._tell_saved(gathering, asked, asked)
            return
        await self._write(gathering)
        done = await asyncio.to_thread(
            commits.commit,
            *(self._instance, room.path, prepared.text, prepared.base, writers, message),
            settled=asked is not None or gathering.is_empty,
        )
        if done.refused:
            await self._undo_rights(gathering, done, prepared.text, asked)
        # What others saved in the very same moment differs from this, and is joined then.
        room.base, room.base_text = done.saved.commit, f"{done.text.rstrip()}\n"
        room.forgive(writers)
        gathering.refused = None
        gathering.first = gathering.typed if gathering.typed > since else None
        if room.writers and gathering.first is None:
            gathering.first = gathering.typed
        await self._set_base(gathering)
        by = done.by
        author = next((one for one in gathering.members if by and one.person.id == by.id), None)
        name = by.name if by else ""
        self._tell_saved(gathering, asked, author, name, by.id if by else "")

    async def _revert(self, gathering: Gathering) -> None:
        """What nobody may save is kept as drafts, and leaves the room."""
        room = gathering.room
        writers, text = dict(room.writers), room.words
        await asyncio.to_thread(
            commits.keep_drafts, self._instance, room.path, room.base, text, writers
        )
        update = await asyncio.to_thread(commits.revert, room.whole, room.base_text)
        if update is not None:
            room.take_own(update)
            gathering.flush_soon()
        await self._write(gathering)
        room.forgive(writers)
        gathering.first = gathering.typed if room.writers else None
        await self._set_base(gathering)

    async def _undo_rights(
        self, gathering: Gathering, done: commits.Committed, text: str, asked: Member | None
    ) -> None:
        """Takes the lines on rights that were refused out of the room, and tells whose they are.

        Who is gone finds them in a draft of their own.
        """
        room = gathering.room
        gone = done.whose - {one.person.id for one in gathering.members}
        await asyncio.to_thread(
            commits.keep_drafts, self._instance, room.path, room.base, text, gone
        )
        update = await asyncio.to_thread(commits.undo_rights, room.path, room.whole, done.text)
        if update is not None:
            room.take_own(update)
            gathering.flush_soon()
        for one in gathering.members:
            if one.person.id in done.whose:
                # Before they are told that it is saved: they stay here, and read why not all is.
                one.tell("refused", words=done.refused, why="rights", asked=one is asked)

    def _tell_saved(
        self,
        gathering: Gathering,
        asked: Member | None,
        author: Member | None,
        name: str = "",
        id: str = "",
    ) -> None:
        me = told_apart(self._instance.secret, id) if id else (author.me if author else "")
        by = {"name": name or (author.person.name if author else ""), "me": me}
        room = gathering.room
        for one in gathering.members:
            one.tell("saved", commit=room.base, url=page_url(room.path), by=by, asked=one is asked)

    def _refuse(
        self,
        gathering: Gathering,
        error: WikiError,
        why: str,
        asked: Member | None,
        *,
        final: bool = True,
    ) -> None:
        again = gathering.refused is not None and gathering.typed <= gathering.refused
        if final:
            gathering.refused = time.monotonic()
        _log.info("a room was not saved: %s", error)
        if asked is None and again:
            return
        for one in gathering.members:
            one.tell("refused", words=error.words, why=why, asked=one is asked)
