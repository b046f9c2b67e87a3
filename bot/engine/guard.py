"""Lets Rasa be imported without TensorFlow and without other vendors' chat channels.

Rasa 3.6.21 imports TensorFlow and eleven vendor channels at module level, whether a bot uses them or not. We use
neither: our components are listed in ``config.yml`` and our channels live in ``bot/channels``. ``install`` puts an
import finder in front that answers for those names with inert modules, so that Rasa's graph engine, policies and
action protocol import as they are. ``check_config`` refuses a ``config.yml`` that would really need TensorFlow.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from collections.abc import Iterable, Sequence
from typing import Any

NEURAL = frozenset({"tensorflow", "tensorflow_text", "tensorflow_hub", "tensorflow_addons", "keras"})
VENDOR_CHANNELS = frozenset(
    f"rasa.core.channels.{name}"
    for name in (
        "botframework", "facebook", "hangouts", "mattermost", "rasa_chat", "rocketchat",
        "slack", "socketio", "telegram", "twilio", "twilio_voice", "webexteams",
    )
)  # fmt: skip
# Parts of Rasa that load large libraries and are reached by TensorFlow components and its terminal chat only: 35 MB of
# scikit-learn with what it needs of SciPy, 6 MB of prompts.
UNREACHED = frozenset({"rasa.utils.tensorflow.model_data", "rasa.core.channels.console"})
# Imported by Rasa for brokers, stores and feature types that no configuration of ours can reach.
UNUSED = frozenset({
    "aio_pika", "aiormq", "boto3", "botocore", "pymongo", "redis", "sentry_sdk", "structlog_sentry", "skops",
    "sklearn_crfsuite", "pydot", "matplotlib", "sanic_jwt", "aiogram", "safetensors",
})  # fmt: skip

NEURAL_COMPONENTS = frozenset({
    "DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy",
    "ConveRTFeaturizer", "LanguageModelFeaturizer",
})  # fmt: skip


class TensorFlowNeeded(Exception):
    """``config.yml`` names a component that needs TensorFlow, which this environment leaves out."""


class _InertType(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args, **kwargs: None

    def __getitem__(cls, item: Any) -> Any:
        return cls


class _InertModule(types.ModuleType):
    """A module whose every attribute exists and does nothing: capitalised names are classes, others modules."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _InertType(name, (), {}) if name[0].isupper() else _InertModule(f"{self.__name__}.{name}")
        setattr(self, name, made)
        return made

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Called at import time only as a decorator or decorator factory: hands the function back unchanged."""
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]
        return lambda function: function


class _Guard(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, top_level: frozenset[str], exact: frozenset[str]) -> None:
        self._top_level, self._exact = top_level, exact

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] in self._top_level or fullname in self._exact:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _InertModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


def _is_installed(name: str) -> bool:
    return name in sys.modules or importlib.util.find_spec(name) is not None


def install() -> None:
    """Puts the guard in place; call before the first import of ``rasa``. A second call changes nothing.

    Top-level packages that are really installed are left alone: another package may want them.
    """
    if any(isinstance(finder, _Guard) for finder in sys.meta_path):
        return
    absent = frozenset(name for name in NEURAL | UNUSED if not _is_installed(name))
    sys.meta_path.insert(0, _Guard(absent, VENDOR_CHANNELS | UNREACHED))


def check_config(component_names: Iterable[str]) -> None:
    """Raises TensorFlowNeeded if one of the components of ``config.yml`` cannot work here."""
    refused = [name for name in component_names if name.rpartition(".")[2] in NEURAL_COMPONENTS]
    if refused:
        raise TensorFlowNeeded(
            f"config.yml names {', '.join(refused)}, which needs TensorFlow. Kairos runs Rasa as a library without "
            "TensorFlow (it would add 2 GB and pin Python to 3.10). Use the components in nlu/rasa_adapters.py and "
            "dialogues/rasa_policy.py, or read docs/architecture.md, 'Rasa without TensorFlow'."
        )
