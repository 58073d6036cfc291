"""A staff chat in memory: messages that can be read, and buttons that can be pressed."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.sandbox.network import SandboxNetwork
from moderation.arrival import Ordered, Pressed
from moderation.card import Order, Place, Press
from moderation.decision import StaffId
from moderation.ports import Clock, View


@dataclass(slots=True)
class SandboxDesk:
    """The staff chat of the sandbox. Presses and commands travel through the network like comments."""

    network: SandboxNetwork
    clock: Clock
    chat: str = "sandbox-staff"
    messages: dict[str, View] = field(default_factory=dict)
    shown: list[View] = field(default_factory=list)
    """Every view in the order of showing, so that what people saw can be looked at later."""
    said: list[str] = field(default_factory=list)
    acknowledged: list[tuple[Press, str]] = field(default_factory=list)
    _count: int = 0

    async def show(self, view: View, place: Place | None) -> Place:
        """Put a message up, or change it where it stands."""
        if place is None or place.message not in self.messages:
            self._count += 1
            place = Place(self.chat, f"m{self._count}")
        self.messages[place.message] = view
        self.shown.append(view)
        return place

    async def reply(self, text: str, to: Order | None) -> None:
        """Say something in the chat."""
        del to
        self.said.append(text)

    async def acknowledge(self, press: Press, text: str) -> None:
        """Answer a press."""
        self.acknowledged.append((press, text))

    def open_messages(self) -> tuple[tuple[str, View], ...]:
        """Messages that have buttons, oldest first."""
        return tuple((message, view) for message, view in self.messages.items() if view.rows)

    def press(self, message: str, token: str, by: StaffId) -> None:
        """Somebody presses a button."""
        self._count += 1
        press = Press(token, by, Place(self.chat, message), self.clock.now(), query=f"q{self._count}")
        self.network.put(Pressed(f"press:q{self._count}", press, "{}"))

    def type(self, name: str, argument: str, by: StaffId) -> None:
        """Somebody types a command."""
        self._count += 1
        order = Order(name, argument, by, self.chat, self.clock.now(), message=f"m{self._count}")
        self.network.put(Ordered(f"order:m{self._count}", order, "{}"))
