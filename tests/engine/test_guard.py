from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from bot.engine import guard
from bot.engine.guard import NEURAL, UNUSED, VENDOR_CHANNELS, TensorFlowNeeded
from bot.engine.training import Sources

pytestmark = pytest.mark.fast
ROOT = Path(__file__).resolve().parents[2]


def _python(code: str, *folders: Path) -> str:
    """What a fresh Python prints when it runs the code with these folders to import from first."""
    path = [*map(str, folders), str(ROOT)]
    lines = f"import sys; sys.path[:0] = {path!r}\n{code}"
    done = subprocess.run([sys.executable, "-c", lines], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("name", [
    "DIETClassifier", "TEDPolicy", "UnexpecTEDIntentPolicy", "ResponseSelector", "ConveRTFeaturizer",
    "LanguageModelFeaturizer", "rasa.nlu.classifiers.diet_classifier.DIETClassifier",
])  # fmt: skip
def test_a_tensorflow_component_is_refused_with_a_sentence_that_says_why(tmp_path: Path, name: str):
    config = {"pipeline": [{"name": "nlu.rasa_adapters.LanguageReader"}, {"name": name}], "policies": []}
    path = tmp_path / "config.yml"
    path.write_text(yaml.safe_dump(config), encoding="utf-8")
    with pytest.raises(TensorFlowNeeded) as refused:
        Sources(config=path).check()
    sentence = str(refused.value)
    assert sentence.startswith(f"config.yml names {name}, which needs TensorFlow.")
    assert "without TensorFlow" in sentence and "docs/architecture.md" in sentence
    assert "nlu/rasa_adapters.py" in sentence, "and it says what to use instead"


def test_the_sentence_names_every_component_that_is_refused():
    with pytest.raises(TensorFlowNeeded, match="DIETClassifier, TEDPolicy"):
        guard.check_config(["nlu.rasa_adapters.Hearer", "DIETClassifier", "TEDPolicy"])


def test_our_own_config_is_not_refused():
    Sources().check()


def test_the_page_that_the_sentence_points_to_has_that_heading():
    assert "Rasa without TensorFlow" in (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_importing_the_guard_does_nothing_yet():
    code = "before = list(sys.meta_path)\nimport bot.engine.guard\nprint(sys.meta_path == before)"
    assert _python(code) == "True"


def test_installing_it_twice_is_installing_it_once():
    code = """
from bot.engine import guard
guard.install(); once = len(sys.meta_path); guard.install()
print(len(sys.meta_path) == once)"""
    assert _python(code) == "True"


def test_what_is_absent_becomes_an_inert_module_down_to_any_depth():
    code = """
from bot.engine import guard
guard.install()
import tensorflow as tf
import tensorflow.keras.layers
from tensorflow.python.framework.errors import NotFoundError
from keras.utils import tf_utils
class Layer(tf.keras.layers.Layer): pass
@tf.function
def double(x): return 2 * x
@tf.function(experimental_relax_shapes=True)
def treble(x): return 3 * x
print(double(2), treble(2), Layer.__mro__[1].__name__, isinstance(NotFoundError, type))"""
    assert _python(code) == "4 6 Layer True"


@pytest.mark.parametrize("name", ["redis", "matplotlib", "tensorflow"])
def test_a_package_that_is_really_installed_is_left_alone(tmp_path: Path, name: str):
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("REAL = 'the real one'\n", encoding="utf-8")
    (tmp_path / name / "part.py").write_text("REAL = 'its part too'\n", encoding="utf-8")
    code = f"""
from bot.engine import guard
guard.install()
import {name}, {name}.part
print({name}.REAL, '+', {name}.part.REAL)
try: import {name}.missing
except ModuleNotFoundError: print('and what it lacks is missing')"""
    assert _python(code, tmp_path) == "the real one + its part too\nand what it lacks is missing"


def test_a_module_that_was_imported_before_is_left_alone():
    code = """
import types
sys.modules['boto3'] = types.ModuleType('boto3'); sys.modules['boto3'].REAL = 'mine'
from bot.engine import guard
guard.install()
import boto3
print(boto3.REAL)"""
    assert _python(code) == "mine"


def test_no_other_name_is_answered_for():
    code = """
import importlib.util
from bot.engine import guard
guard.install()
for name in ('tensorflows', 'kerasish', 'redis_tools', 'no_such_thing'):
    try: found = importlib.util.find_spec(name)
    except ModuleNotFoundError: found = None
    print(name, found is None)"""
    assert "False" not in _python(code)


def test_nothing_that_we_import_ourselves_is_stood_in_for():
    """Our own code must never meet an inert module: it would do nothing without a word."""
    guarded = NEURAL | UNUSED | VENDOR_CHANNELS
    for room in ("bot", "nlu", "dialogues", "actions", "models"):
        for path in (ROOT / room).rglob("*.py"):
            for line in path.read_text(encoding="utf-8").splitlines():
                words = line.split()
                if words[:1] in (["import"], ["from"]) and len(words) > 1:
                    assert words[1].partition(".")[0] not in guarded and words[1] not in guarded, f"{path}: {line}"
