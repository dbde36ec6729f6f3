"""Imports apicapi 1.0.14, the client library of the ML2 driver, as PyPI has it: it was written for Python 2."""

import importlib
import importlib.machinery
import importlib.util
import sys
import types


class PythonTwo(importlib.machinery.SourceFileLoader):
    """Two spellings of Python 2 are all that stands in the way of an import."""

    def get_data(self, path):
        data = super().get_data(path)
        if path.endswith(".py"):
            data = data.replace(b".iteritems()", b".items()").replace(b".itervalues()", b".values()")
        return data

    def path_stats(self, path):
        raise OSError("nothing of it is kept")


def load():
    """Puts the library's modules where an import finds them."""
    # Only signed sessions need it, and there are none here.
    sys.modules.setdefault("OpenSSL", types.SimpleNamespace(crypto=None))
    package = importlib.import_module("apicapi")
    finder = importlib.machinery.FileFinder(package.__path__[0], (PythonTwo, [".py"]))
    for name in ("exceptions", "apic_mapper", "apic_client", "apic_domain", "config", "apic_manager"):
        spec = finder.find_spec("apicapi." + name)
        module = importlib.util.module_from_spec(spec)
        sys.modules["apicapi." + name] = module
        spec.loader.exec_module(module)
        setattr(package, name, module)
