"""A headless Chromium for the checks of pages: .ci/report and .ci/wallboard.

Installs the browser where it is missing, drives it by chromedriver with nothing but Python's own library, and collects
what is wrong, so that a check tells all faults at once. A browser that is closed leaves no process behind.
"""

import json
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
ARGUMENTS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
             "--disable-dev-shm-usage")
FAULTS = []


def fault(where, what):
    FAULTS.append(f"{where}: {what}")


def end():
    """Tells the faults, and ends with an error if there are any."""
    for what in FAULTS[:50]:
        print(what, file=sys.stderr)
    if FAULTS:
        sys.exit(f"{len(FAULTS)} faults")


def folder_to_keep():
    """Where screenshots go, by --keep DIR."""
    keep = pathlib.Path(sys.argv[sys.argv.index("--keep") + 1]) if "--keep" in sys.argv else None
    if keep:
        keep.mkdir(parents=True, exist_ok=True)
    return keep


def install():
    if shutil.which("chromium") and shutil.which("chromedriver"):
        return
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "chromium-driver"]
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        subprocess.run(["apt-get", "update", "-q"], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def build(*arguments):
    """Builds something of the crate, and says where the build tree is."""
    subprocess.run(["cargo", "build", "--locked", "-q", *arguments], cwd=ROOT, check=True)
    metadata = subprocess.run(["cargo", "metadata", "--no-deps", "--format-version", "1"], cwd=ROOT, check=True,
                              stdout=subprocess.PIPE)
    return json.loads(metadata.stdout)["target_directory"]


class Browser:
    def __init__(self, folder):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"
        port = self.address.rpartition(":")[2]
        self.driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        options = {"args": [*ARGUMENTS, f"--user-data-dir={folder}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}
        self.session = ""
        for attempt in range(100):
            try:
                self.session = "/session/" + self.post("/session", capabilities={"alwaysMatch": wanted})["sessionId"]
                break
            except urllib.error.URLError:
                if attempt == 99:
                    raise
                time.sleep(0.1)

    def post(self, path, **body):
        request = urllib.request.Request(self.address + self.session + path, json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{path}: {error.read().decode()[:500]}") from error

    def cdp(self, cmd, **params):
        return self.post("/goog/cdp/execute", cmd=cmd, params=params)

    def run(self, script):
        return self.post("/execute/sync", script=script, args=[])

    def log(self, kind):
        return self.post("/se/log", type=kind)

    def close(self):
        try:
            request = urllib.request.Request(self.address + self.session, method="DELETE")
            urllib.request.urlopen(request, timeout=30).read()
        finally:
            self.driver.terminate()
            self.driver.wait()


def luminance(colour):
    parts = [float(part) / 255 for part in re.findall(r"[\d.]+", colour)[:3]]
    parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(ink, paper):
    light, dark = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
