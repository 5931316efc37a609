"""Times DefectDojo's own parser on one report: peer_parse.py SOURCES FORMAT FILE.

SOURCES is a checkout of DefectDojo (its dojo is used as it is). Where the interpreter has Django and
what else its requirements.txt names, a finding is DefectDojo's own model, as in the application;
nothing is written to a database. Elsewhere its models are replaced by plain objects that only keep
what they are given, which makes it up to twice as fast as it is in the application; that needs cvss,
defusedxml, python-dateutil, cpe and hyperlink. The line says which of the two it was.
"""

import importlib
import importlib.util
import os
import resource
import sys
import time
import types


class Kept:
    """Keeps what it is given; stands for a database model."""

    SEVERITIES = {"Info": 4, "Low": 3, "Medium": 2, "High": 1, "Critical": 0}

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __getattr__(self, name):
        # A model knows its fields before they are set.
        value = [] if name.startswith("unsaved_") else None
        self.__dict__[name] = value
        return value

    @classmethod
    def from_uri(cls, uri):
        return cls(uri=uri)

    @staticmethod
    def get_number_severity(word):
        return f"S{Kept.SEVERITIES.get(word, 5)}"


def stand_in(name, **members):
    module = types.ModuleType(name)
    module.__dict__.update(members)
    module.__path__ = []
    sys.modules[name] = module
    return module


class Settings:
    V3_FEATURE_LOCATIONS = True

    def __getattr__(self, name):
        return None


def prepare(sources):
    """DefectDojo's models, and what they are."""
    sys.path.insert(0, sources)
    if importlib.util.find_spec("django") is None:
        return plain(sources), "plain objects"
    os.environ.update(
        DJANGO_SETTINGS_MODULE="dojo.settings.settings",
        DD_SECRET_KEY="benchmark",
        DD_CREDENTIAL_AES_256_KEY="benchmark",
        DD_DATABASE_URL="sqlite://:memory:",
    )
    import django

    django.setup()
    return importlib.import_module("dojo.models"), "its models"


def plain(sources):
    settings = Settings()
    stand_in("django")
    stand_in("django.conf", settings=settings)
    stand_in("django.utils")
    stand_in("django.utils.translation", gettext=str)
    stand_in("django.core")
    stand_in("django.core.files")
    stand_in("django.core.files.base", ContentFile=Kept)
    models = stand_in("dojo.models")
    for name in ("Finding", "Endpoint", "Test", "Test_Type", "FileUpload", "Tool_Configuration", "Tool_Type"):
        setattr(models, name, type(name, (Kept,), {}))
    stand_in("dojo").__path__ = [f"{sources}/dojo"]
    stand_in("dojo.finding").__path__ = [f"{sources}/dojo/finding"]
    # Its index imports every parser; only one is wanted.
    stand_in("dojo.tools").__path__ = [f"{sources}/dojo/tools"]
    return models


PARSERS = {
    "sarif": ("dojo.tools.sarif.parser", "SarifParser", "SARIF"),
    "cyclonedx": ("dojo.tools.cyclonedx.parser", "CycloneDXParser", "CycloneDX Scan"),
    "nessus": ("dojo.tools.tenable.parser", "TenableParser", "Tenable Scan"),
    "nuclei": ("dojo.tools.nuclei.parser", "NucleiParser", "Nuclei Scan"),
    "csv": ("dojo.tools.generic.parser", "GenericParser", "Generic Findings Import"),
}


def main():
    sources, form, path = sys.argv[1:4]
    models, kind = prepare(sources)
    module, name, scan = PARSERS[form]
    parser = getattr(importlib.import_module(module), name)()
    test = models.Test()
    # In Django it is read from another table.
    if kind == "plain objects":
        test.scan_type = scan
    begin, busy = time.perf_counter(), time.process_time()
    with open(path, "rb") as report:
        if hasattr(parser, "get_tests"):
            count = sum(len(one.findings) for one in parser.get_tests(scan, report))
        else:
            count = len(parser.get_findings(report, test))
    seconds, busy = time.perf_counter() - begin, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{form}: {count} findings in {seconds:.2f} s, {busy:.2f} s of the processor, peak {peak} MB, {kind}")


main()
