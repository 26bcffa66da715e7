"""Finds the Chromium to drive: the one that was named, Playwright's own, or the system's."""

import os
import shutil
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")

# Of two lists of what is off Chromium heeds the last, so ours repeats what Playwright's says (a test compares them).
OFF_BY_PLAYWRIGHT = (
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding", "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect", "TcpPortRandomizationWin", "OptimizationHints",
    "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch", "msForceBrowserSignIn",
    "msEdgeUpdateLaunchServicesPreferredVersion",
)  # fmt: skip
# The lists below the address bar: each window loads pages for them that nobody sees, for 0.7 s of a core.
UNSEEN = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup")


def playwright_browsers() -> list[Path]:
    """Executables that `playwright install` left in its own folder, headless shell first."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    return sorted(folder.glob("chromium_headless_shell-*/*/*headless*shell")) + sorted(
        folder.glob("chromium-*/*/chrome")
    )


def find_chromium(named: str = "") -> str | None:
    """Path of the executable to use, or None where there is none. `named` (HALILIT_CHROMIUM) wins, even if missing."""
    if named:
        return named
    own = [str(path) for path in playwright_browsers() if os.access(path, os.X_OK)]
    return next(iter(own), None) or next((found for name in NAMES if (found := shutil.which(name))), None)


def launch_arguments() -> list[str]:
    """Flags for a browser that only fetches pages: quiet, and without the sandbox only where root leaves no choice."""
    flags = [
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-extensions",
        f"--disable-features={','.join((*OFF_BY_PLAYWRIGHT, *UNSEEN))}",
        "--blink-settings=imagesEnabled=false",  # not even asked for: a route that stops each costs a message to here
        "--js-flags=--max-old-space-size=256",  # MB a page; what takes more is given up
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    ]
    return [*flags, "--no-sandbox"] if os.geteuid() == 0 else flags
