"""What oslo.config and the driver's own readers make of ini files.

Reads a job from standard input: the table of registered options, and cases, each a list of files in --config-file
order and whether the whole table is asked for; a file's bytes are characters from U+0000 to U+00FF. Writes one JSON
object a case to standard output:

    files      what the parser made of each file alone: {"sections": [[section, [[key, [value, ...]], ...]], ...]}, or
               {"refused": line, "why": message} where it stops, or {"undecodable": offset of the first bad byte}
    error      the exception that stopped the start, or null
    values     {"group": {"option": {"value": ...} or {"refused": exception}}}; where the whole table
               is not asked for, only the options that the files could have changed: what has a constant default, and a
               name that stands in no section, reads as from an empty file
    driver     the named sections, read by the driver's library and where that has nothing by a model of ours; null
               where a reader crashes (apicapi_readers.py)

Needs the packages oslo.config and apicapi; run it with Python's UTF-8 mode.
"""

import gc
import json
import logging
import math
import os
import sys
import tempfile
import warnings

from oslo_config import cfg

import apicapi_readers

KINDS = {
    "string": cfg.StrOpt,
    "boolean": cfg.BoolOpt,
    "integer": cfg.IntOpt,
    "float": cfg.FloatOpt,
    "list": cfg.ListOpt,
    "dict": cfg.DictOpt,
}


def registered(groups):
    """A fresh ConfigOpts with the whole table, reading no environment variables."""
    conf = cfg.ConfigOpts()
    for group in groups:
        name = None if group["name"] == "DEFAULT" else group["name"]
        for option in group["options"]:
            deprecated = [cfg.DeprecatedOpt(old, group=name) for old in option["deprecated"]]
            kind = KINDS[option["type"]]
            opt = kind(option["name"], default=option["default"], deprecated_opts=deprecated)
            conf.register_opt(opt, group=name)
    return conf


def plain(value):
    """A value as JSON can say it; numbers it does not have as Python prints them."""
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return repr(value)
    return value


def read(path):
    """The parser's own reading of one file, in order, or where it stops."""
    sections = {}
    try:
        cfg.ConfigParser(path, sections).parse()
    except cfg.ParseError as error:
        return {"refused": error.lineno, "why": error.msg}
    except UnicodeDecodeError:
        with open(path, "rb") as file:
            try:
                file.read().decode("utf-8")
            except UnicodeDecodeError as error:
                return {"undecodable": error.start}
    return {"sections": [[name, list(keys.items())] for name, keys in sections.items()]}


def together(files):
    """The sections of all files of a case: as oslo.config's parser files them, value behind value."""
    sections = {}
    for file in files:
        for name, keys in file["sections"]:
            section = sections.setdefault(name, {})
            for key, found in keys:
                section[key] = section.get(key, []) + found
    return sections


def values(conf, groups, written):
    """The values of all options, or of those that the names written in the files could have changed."""
    found = {}
    for group in groups:
        scope = conf if group["name"] == "DEFAULT" else conf[group["name"]]
        for option in group["options"]:
            name = option["name"]
            if written is not None and not option["refers"] and written.isdisjoint([name, *option["deprecated"]]):
                continue
            try:
                value = {"value": plain(scope[name])}
            except Exception as error:
                value = {"refused": type(error).__name__}
            found.setdefault(group["name"], {})[name] = value
    return found


def run(case, conf, groups, folder):
    paths = []
    for number, text in enumerate(case["files"]):
        path = os.path.join(folder, "%d.ini" % number)
        with open(path, "wb") as file:
            file.write(text.encode("latin-1"))
        paths.append(path)
    files = [read(path) for path in paths]
    result = {"files": files, "error": None}
    conf.clear()
    try:
        conf(args=[], project="oracle", default_config_files=paths, default_config_dirs=[], use_env=False)
    except Exception as error:
        result["error"] = type(error).__name__
        return result
    written = {key for file in files for _, keys in file["sections"] for key, _ in keys}
    result["values"] = values(conf, groups, None if case["whole"] else written)
    result["driver"] = apicapi_readers.driver(conf, together(files))
    return result


def main():
    # Deprecated names are announced on standard error otherwise, and odd escapes.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    apicapi_readers.prepare()
    job = json.load(sys.stdin)
    for group in job["groups"]:
        for option in group["options"]:
            option["refers"] = "$" in (option["default"] or "")
    conf = registered(job["groups"])
    # A part of the time would go into looking through these for rubbish.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000)
    # Files that are written over thousands of times are kept off the disk.
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=memory) as folder:
        for number, case in enumerate(job["cases"]):
            print(json.dumps(run(case, conf, job["groups"], folder)), flush=number % 50 == 0)


main()
