"""What oslo.config itself makes of ini files.

Reads a job from standard input: the table of registered options, and cases, each a list of file texts in
--config-file order. Writes one JSON object a case to standard output:

    sections   what the parser read of each file: [[section, [[key, [value, ...]], ...]], ...], or null where it stopped
    error      the exception that stopped the start, or null
    values     {"group": {"option": {"value": ...} or {"refused": exception}}}
    named      {"prefix": {"name": {"key": first value}} or null where the plugin's reader crashes}

Needs the package oslo.config; run it with Python's UTF-8 mode.
"""

import json
import logging
import math
import os
import sys
import tempfile

from oslo_config import cfg

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
    return value


def sections_of(path):
    """The parser's own reading of one file, in order; None where it stops."""
    sections = {}
    try:
        cfg.ConfigParser(path, sections).parse()
    except Exception:
        return None
    return [[name, [[key, values] for key, values in keys.items()]] for name, keys in sections.items()]


def named(sections, prefix):
    """Sections `prefix:NAME` as the plugin reads them: raw, merged over all files, first value of a key."""
    found = {}
    for header, keys in sections.items():
        if not header.startswith(prefix):
            continue
        parts = header.split(":")
        if len(parts) != 2:
            return None
        if parts[0] == prefix:
            found[parts[1].strip()] = {key: values[0] for key, values in keys.items()}
    return found


def run(case, conf, groups, prefixes, folder):
    paths = []
    for number, text in enumerate(case["files"]):
        path = os.path.join(folder, "%d.ini" % number)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        paths.append(path)
    result = {"sections": [sections_of(path) for path in paths], "error": None, "values": {}, "named": {}}
    conf.clear()
    try:
        conf(args=[], project="oracle", default_config_files=paths, default_config_dirs=[], use_env=False)
    except Exception as error:
        result["error"] = type(error).__name__
        return result
    for group in groups:
        values = result["values"][group["name"]] = {}
        scope = conf if group["name"] == "DEFAULT" else conf[group["name"]]
        for option in group["options"]:
            try:
                values[option["name"]] = {"value": plain(scope[option["name"]])}
            except Exception as error:
                values[option["name"]] = {"refused": type(error).__name__}
    sections = {}
    for path in paths:
        cfg.ConfigParser(path, sections).parse()
    for prefix in prefixes:
        result["named"][prefix] = named(sections, prefix)
    return result


def main():
    # Deprecated names are announced on standard error otherwise.
    logging.disable(logging.CRITICAL)
    job = json.load(sys.stdin)
    conf = registered(job["groups"])
    with tempfile.TemporaryDirectory() as folder:
        for case in job["cases"]:
            print(json.dumps(run(case, conf, job["groups"], job["prefixes"], folder)))


main()
