"""A real WordPress: Debian's package, with a MariaDB of its own and PHP's own server."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from django.conf import settings

from tests.serving import free_port

INSTALLED = Path("/usr/share/wordpress")
THEME = "twentytwentythree"
PLUGIN = settings.BASE_DIR / "integrations" / "wordpress"
NAME, PASSWORD = "anna", "correct horse battery"
PROGRAMS = {
    "mariadbd": "mariadb-server",
    "mariadb": "mariadb-client",
    "php": "wordpress wordpress-theme-twentytwentythree php-cli php-mysql php-xml",
}
CONFIG = """<?php
define('DB_NAME', 'blog');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:{socket}');
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', '{address}');
define('WP_SITEURL', '{address}');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('WP_DEBUG', true);
define('WP_DEBUG_DISPLAY', false);
define('WP_DEBUG_LOG', '{log}');
$table_prefix = 'wp_';
if (!defined('ABSPATH')) define('ABSPATH', __DIR__ . '/');
require_once ABSPATH . 'wp-settings.php';
"""
# Run once by PHP itself, as WordPress's own page for it does.
INSTALL = """<?php
$_SERVER['HTTP_HOST'] = '{host}';
define('WP_INSTALLING', true);
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
wp_install('Anna writes', '{name}', 'anna@blog.example', true, '', '{password}');
"""
SET_UP = """<?php
$_SERVER['HTTP_HOST'] = '{host}';
require __DIR__ . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/plugin.php';
switch_theme('{theme}');
update_option('permalink_structure', '/%postname%/');
flush_rewrite_rules();
$wrong = activate_plugin('flattr-button/flattr.php');
if (is_wp_error($wrong)) {{ fwrite(STDERR, $wrong->get_error_message()); exit(1); }}
"""
ROUTER = """<?php
$path = __DIR__ . parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (is_file($path)) return false;
if (is_file(rtrim($path, '/') . '/index.php') && rtrim($path, '/') !== __DIR__) return false;
$_SERVER['SCRIPT_NAME'] = '/index.php';
require __DIR__ . '/index.php';
"""


@dataclass(frozen=True, slots=True)
class Blog:
    """Somebody's WordPress, in a folder of its own."""

    folder: Path
    host: str

    @property
    def address(self) -> str:
        return f"http://{self.host}"

    @property
    def log(self) -> Path:
        return self.folder / "debug.log"

    def php(self, code: str) -> str:
        """What a script says that has WordPress loaded."""
        head = (
            f"<?php $_SERVER['HTTP_HOST'] = '{self.host}';"
            " require __DIR__ . '/wp-load.php';"
        )
        return self.run_script(head + code)

    def run_script(self, script: str) -> str:
        file = self.folder / "script.php"
        file.write_text(script)
        done = subprocess.run(
            ["php", str(file)],  # noqa: S607 (from the PATH, where it was looked for)
            capture_output=True,
            text=True,
            check=False,
        )
        file.unlink()
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def read(self, path: str) -> str:
        with urlopen(self.address + path, timeout=30) as answer:  # noqa: S310 (ours)
            text: str = answer.read().decode()
        return text


@contextmanager
def blog(folder: Path) -> Iterator[Blog]:
    """Install one, with the plugin on, and serve it."""
    made = Blog(folder / "wordpress", f"localhost:{free_port()}")
    shutil.copytree(INSTALLED, made.folder, ignore_dangling_symlinks=True)
    shutil.copytree(PLUGIN, made.folder / "wp-content" / "plugins" / "flattr-button")
    with _database(folder) as socket:
        text = CONFIG.format(socket=socket, address=made.address, log=made.log)
        (made.folder / "wp-config.php").write_text(text)
        (made.folder / "router.php").write_text(ROUTER)
        made.run_script(INSTALL.format(host=made.host, name=NAME, password=PASSWORD))
        made.run_script(SET_UP.format(host=made.host, theme=THEME))
        with _running(
            ["php", "-S", made.host, "-t", str(made.folder), "router.php"],
            made.folder,
            PHP_CLI_SERVER_WORKERS="4",
        ):
            _wait(lambda: made.read("/wp-login.php"))
            yield made


@contextmanager
def _database(folder: Path) -> Iterator[Path]:
    data, socket = folder / "mariadb", folder / "s"
    as_root = ["--user=root"] if os.geteuid() == 0 else []
    _call("mariadb-install-db", "--no-defaults", f"--datadir={data}", *as_root)
    command = [
        *("mariadbd", "--no-defaults", f"--datadir={data}", f"--socket={socket}"),
        *("--skip-networking", "--skip-grant-tables", f"--pid-file={folder / 'pid'}"),
        *("--innodb-buffer-pool-size=32M", *as_root),
    ]
    with _running(command, folder):
        client = ("mariadb", "--no-defaults", f"--socket={socket}", "--execute")
        _wait(lambda: _call(*client, "CREATE DATABASE IF NOT EXISTS blog"))
        yield socket


def _call(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stdout + done.stderr)


@contextmanager
def _running(command: list[str], folder: Path, **more: str) -> Iterator[None]:
    with (folder / "output.log").open("ab") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | more,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        yield
    finally:
        os.killpg(process.pid, 15)
        process.wait(30)


def _wait(ready: object) -> None:
    """Until it does not fail any more, at most a minute."""
    assert callable(ready)
    until = time.monotonic() + 60
    while True:
        try:
            ready()
        except (OSError, URLError):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return
