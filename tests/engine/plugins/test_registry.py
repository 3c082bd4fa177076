"""Built-ins and plugins come in by one door."""

from __future__ import annotations

import importlib
import logging
import sys
from importlib import metadata

import pytest

from engine.errors import PluginError
from engine.plugins.registry import GROUPS, Registry

GROUP = "outcrop.readers"
BUILTINS = {"fraction": "fractions:Fraction", "lost": "no.such.module:Thing"}


@pytest.fixture
def install(monkeypatch):
    """Install plugins: ``(name, value, distribution)``."""
    points = []

    class Distribution:
        def __init__(self, name):
            self.name = name

    class Point(metadata.EntryPoint):
        dist = None

    def entry_points(*, group):
        return [point for point in points if point.group == group]

    def add(name, value, distribution="outcrop-more", group=GROUP):
        point = Point(name, value, group)
        vars(point).update(dist=Distribution(distribution))
        points.append(point)

    monkeypatch.setattr(metadata, "entry_points", entry_points)
    return add


def test_names_are_listed_without_importing_anything(install, tmp_path, monkeypatch):
    (tmp_path / "untouched_plugin.py").write_text("raise AssertionError('imported')")
    monkeypatch.syspath_prepend(tmp_path)
    install("extra", "untouched_plugin:Reader")
    registry = Registry(GROUP, BUILTINS)
    assert registry.names() == ("fraction", "lost", "extra")
    assert [c.distribution for c in registry.contributions()] == ["outcrop"] * 2 + ["outcrop-more"]
    assert "untouched_plugin" not in sys.modules


def test_loading_imports_once_and_gives_the_same_object(install, monkeypatch):
    registry = Registry(GROUP, BUILTINS)
    first = registry.load("fraction")
    monkeypatch.setattr(importlib, "import_module", lambda name: pytest.fail("imported again"))
    assert registry.load("fraction") is first
    assert first.__name__ == "Fraction"


def test_a_plugin_is_loaded_by_its_name(install):
    install("decimal", "decimal:Decimal")
    assert Registry(GROUP, BUILTINS).load("decimal").__name__ == "Decimal"


def test_a_plugin_of_another_group_is_not_seen(install):
    install("decimal", "decimal:Decimal", group="outcrop.decoders")
    assert "decimal" not in Registry(GROUP, BUILTINS).names()


def test_a_plugin_cannot_replace_a_builtin(install, caplog):
    caplog.set_level(logging.ERROR)
    install("fraction", "decimal:Decimal", "impostor")
    registry = Registry(GROUP, BUILTINS)
    assert registry.load("fraction").__name__ == "Fraction"
    assert registry.failures() == {"impostor:fraction": "the name is taken by outcrop"}


def test_of_two_plugins_with_one_name_the_second_is_reported(install, caplog):
    caplog.set_level(logging.ERROR)
    install("decimal", "decimal:Decimal", "first")
    install("decimal", "fractions:Fraction", "second")
    registry = Registry(GROUP, BUILTINS)
    assert registry.load("decimal").__name__ == "Decimal"
    assert registry.failures() == {"second:decimal": "the name is taken by first"}


@pytest.mark.parametrize("value", ["no.such.module:Thing", "decimal:NoSuchClass"])
def test_a_plugin_that_does_not_load_is_an_error_and_stays_on_record(value, install, caplog):
    caplog.set_level(logging.CRITICAL)
    install("broken", value)
    registry = Registry(GROUP, BUILTINS)
    with pytest.raises(PluginError, match="broken from outcrop-more does not load") as caught:
        registry.load("broken")
    assert caught.value.hint
    assert "broken" in registry.failures()
    assert registry.load("fraction")


def test_a_plugin_whose_import_raises_is_caught(install, tmp_path, monkeypatch, caplog):
    caplog.set_level(logging.CRITICAL)
    (tmp_path / "raising_plugin.py").write_text("1 / 0")
    monkeypatch.syspath_prepend(tmp_path)
    install("raising", "raising_plugin:Reader")
    registry = Registry(GROUP, BUILTINS)
    with pytest.raises(PluginError, match="division by zero"):
        registry.load("raising")


def test_an_unknown_name_is_refused_with_the_known_ones(install):
    with pytest.raises(PluginError, match="no 'wrong'") as caught:
        Registry(GROUP, BUILTINS).load("wrong")
    assert "fraction" in caught.value.hint


def test_the_kinds_of_contributions_are_those_of_the_documentation():
    kinds = ("readers", "decoders", "tasks", "exporters", "panels")
    assert tuple(f"outcrop.{kind}" for kind in kinds) == GROUPS
