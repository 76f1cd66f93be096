"""durable_rules with its sharp edges covered. The only module that imports `durable`.

What the engine does with the edges that were measured on 2.0.28 (see `docs/decisions/`):

- it does not import on Python 3.13 unless its C module is loaded with lazy binding;
- a host starts two timer threads that never end: `_Host` starts none;
- `delete_state` after a message that no rule matched ends the process: every program has a rule
  that matches each stage;
- sessions are told apart by a hash of `sid`, and facts in one long session collide: one session
  per case, deleted before the next one starts;
- an exception in an action is swallowed and left in the session's state: it is looked for;
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
from collections.abc import Callable, Mapping
from typing import Any

from adjudge.findings import InternalError

Definition = Mapping[str, Mapping[str, Any]]
"""A durable_rules ruleset: rule name -> expression, without actions."""

_lock = threading.RLock()
_sessions = itertools.count(1)


def _load_host() -> type[Any]:
    flags = sys.getdlopenflags() if hasattr(sys, "getdlopenflags") else None
    if flags is not None:
        # PyEval_CallObject is gone from Python 3.13; the engine never calls it on our paths, so
        # binding it lazily is enough.
        sys.setdlopenflags(os.RTLD_LAZY)
    try:
        from durable import engine
    finally:
        if flags is not None:
            sys.setdlopenflags(flags)

    class _Host(engine.Host):  # type: ignore[misc]
        """A host that runs only when it is called: no timer threads."""

        def _run(self) -> None:
            return

    return _Host


class _Engine:
    """The process's single host. Created on first use; every call holds the lock."""

    def __init__(self) -> None:
        self.host = _load_host()()
        self.fired: list[str] = []
        self.registered: set[str] = set()

    def register(self, name: str, definition: Definition) -> None:
        if name in self.registered:
            return
        rules = copy.deepcopy(dict(definition))
        for rule_name, rule in rules.items():
            rule["run"] = self._recorder(rule_name)  # type: ignore[index]
        self.host.set_rulesets({name: rules})
        self.registered.add(name)

    def _recorder(self, rule_name: str) -> Callable[[Any], None]:
        def record(_: Any) -> None:  # exactly one parameter, or the action never completes
            self.fired.append(rule_name)

        return record


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
        """Assert a fact and return the names of the rules that it fired, in order, each once.

        Raises `InternalError` where the engine reports that an action failed.
        """
        assert _engine is not None
        _engine.fired.clear()
        self._asserted = True
        name = self._program.name
        _engine.host.assert_fact(name, {**fact, "sid": self._sid})
        state = _engine.host.get_state(name, self._sid)
        if "exception" in state:
            raise InternalError(f"the inference engine failed: {state['exception']}")
        return tuple(dict.fromkeys(_engine.fired))
