"""durable_rules with its sharp edges covered. The only module that imports `durable`.

What the engine does with the edges that were measured on 2.0.28 (see `docs/decisions/`):

- it does not import on Python 3.13 unless its C module is loaded with lazy binding;
- a host starts two timer threads that never end: `_Host` starts none;
- `delete_state` after a message that no rule matched ends the process: every program has a rule
  that matches each stage;
- sessions are told apart by a hash of `sid`, and facts in one long session collide: one session
  per case, deleted before the next one starts;
- an exception in an action is swallowed and left in the session's state: no action runs, what
  fired is read off the engine's own messages;
- rulesets cannot be removed and `Ruleset` empties the dict it is given: one name per content, and
  a copy is handed over.
"""

from __future__ import annotations

import copy
import hashlib
import itertools
import json
import os
import sys
import threading
from collections.abc import Mapping
from typing import Any

from adjudge.findings import InternalError

Definition = Mapping[str, Mapping[str, Any]]
"""A durable_rules ruleset: rule name -> expression, without actions."""

_lock = threading.RLock()
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode
_sessions = itertools.count(1)


def _load_host() -> type[Any]:
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    if flags is not None:
        # PyEval_CallObject is gone from Python 3.13; the engine never calls it on our paths, so
        # binding it lazily is enough.
        sys.setdlopenflags(os.RTLD_LAZY)
    try:
        import durable_rules_engine as core
        from durable import engine
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)

    class _Host(engine.Host):  # type: ignore[misc]
        """A host that runs only when it is called: no timer threads."""

        def _run(self) -> None:
            return

        def fire_all(self, name: str, fact: Mapping[str, str]) -> list[str]:
            """Assert a fact; return the names of the rules that it fires, in order.

            The engine's own loop builds a closure of the whole state for each rule that fires,
            and writes the state back. Our rules record and change nothing, so each is completed
            as it starts: the same inference in a fifth of the time.
            """
            ruleset = self.get_ruleset(name)
            text = _encode(fact)
            state = ruleset._handle_result(core.assert_fact(ruleset._handle, text), text)
            started = core.start_action_for_state(ruleset._handle, state)
            message = started[1] if started else None
            fired = []
            while message:
                # A message is an object of one member, named by the rule; no name has a quote.
                fired.append(message[2 : message.index('"', 2)])
                message = core.complete_and_start_action(ruleset._handle, state)
            return fired

    return _Host


class _Engine:
    """The process's single host. Created on first use; every call holds the lock."""

    def __init__(self) -> None:
        self.host = _load_host()()
        self.registered: set[str] = set()

    def register(self, name: str, definition: Definition) -> None:
        if name in self.registered:
            return
        rules = copy.deepcopy(dict(definition))
        for rule in rules.values():
            rule["run"] = _never_run  # type: ignore[index]
        self.host.set_rulesets({name: rules})
        self.registered.add(name)


def _never_run(_: Any) -> None:
    raise InternalError("the inference engine ran an action")  # pragma: no cover


_engine: _Engine | None = None


class Program:
    """A compiled definition, ready to be asked about one case at a time. Thread-safe."""

    def __init__(self, definition: Definition) -> None:
        text = json.dumps(definition, sort_keys=True)
        self.name = "p" + hashlib.sha256(text.encode()).hexdigest()[:20]
        self._definition = definition

    def session(self) -> Session:
        """Open a session; use it as a context manager, and for one case only."""
        return Session(self)


class Session:
    """One case's working memory. Holds the engine's lock from entry to exit."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._sid = ""

    def __enter__(self) -> Session:
        global _engine
        _lock.acquire()
        try:
            if _engine is None:
                _engine = _Engine()
            _engine.register(self._program.name, self._program._definition)
            self._sid = str(next(_sessions))
            self._asserted = False
        except BaseException:
            _lock.release()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._asserted and _engine is not None:
                _engine.host.delete_state(self._program.name, self._sid)
        finally:
            _lock.release()

    def tell(self, fact: Mapping[str, str]) -> tuple[str, ...]:
        """Assert a fact and return the names of the rules that it fired, in order, each once."""
        assert _engine is not None
        self._asserted = True
        fired = _engine.host.fire_all(self._program.name, {**fact, "sid": self._sid})
        return tuple(dict.fromkeys(fired))
