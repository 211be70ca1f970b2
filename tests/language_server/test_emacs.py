"""The server in Emacs, in batch mode, set up by the code of docs/editors/emacs.md."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "editors" / "emacs.md"
SAMPLE = ROOT / "samples" / "bad" / "campaign-001.xml"

EMACS = shutil.which("emacs")
#: Where Debian puts packages of Emacs that are not part of it yet: eglot, up to Emacs 28.
PACKAGES = sorted(Path("/usr/share/emacs/site-lisp").glob("elpa*/*/"))

SCRIPT = """
(unless (require 'eglot nil t) (kill-emacs 77))
(setq eglot-sync-connect 30 eglot-connect-timeout 60)
(load (expand-file-name "init.el"))
(unless (fboundp 'js-json-mode) (defalias 'js-json-mode 'js-mode))  ; before Emacs 29
(find-file "campaign.xml")
(run-hooks 'post-command-hook)
(defun wait-for (test)
  (let ((n 0))
    (while (and (< n 300) (not (funcall test))) (accept-process-output nil 0.1) (setq n (1+ n)))))
(defun codes () (mapconcat #'flymake-diagnostic-text (flymake-diagnostics) " "))
(wait-for (lambda () (and (eglot-current-server)
                          (progn (flymake-start nil) (string-match "CT407" (codes))))))
(princ (format "@first %s\\n" (replace-regexp-in-string "\\n" " " (codes))))
(defun act (words title)
  (goto-char (point-min))
  (search-forward words)
  (backward-char 2)
  (let ((action (seq-find (lambda (each) (string-prefix-p title (plist-get each :title)))
                          (append (eglot-code-actions (point) (point)) nil))))
    (eglot--apply-workspace-edit (plist-get action :edit))
    (eglot--signal-textDocument/didChange)))
(act ">cmp_grt_name<" "Write `None`")
(act ">us<" "Add `<OrganizationState>`")
(goto-char (point-min))
(search-forward "<OrganizationState>")
(insert "MA")
(eglot--signal-textDocument/didChange)
(princ (format "@buffer %S\\n" (buffer-substring-no-properties (point-min) (point-max))))
(ctct-migrate-show-body "v3")
(princ (format "@body %s\\n" (with-current-buffer "*v3 body*" (buffer-string))))
"""


@pytest.mark.skipif(EMACS is None, reason="there is no Emacs")
def test_the_founding_campaign_becomes_v3_json_in_emacs(tmp_path: Path) -> None:
    found = re.search(r"^```elisp\n(.*?)^```", PAGE.read_text(), re.M | re.S)
    assert found is not None
    (tmp_path / "init.el").write_text(found[1])
    (tmp_path / "script.el").write_text(SCRIPT)
    shutil.copy(SAMPLE, tmp_path / "campaign.xml")
    commands = tmp_path / "bin"
    commands.mkdir()
    server = commands / "ctct-migrate"
    server.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ctct_migrate "$@"\n')
    server.chmod(0o755)
    path = f"{commands}{os.pathsep}{os.environ['PATH']}"
    loads = [word for folder in PACKAGES for word in ("-L", str(folder))]
    assert EMACS is not None
    done = subprocess.run(
        [EMACS, "-Q", "--batch", *loads, "-l", "script.el"],
        cwd=tmp_path, env={**os.environ, "PATH": path, "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    if done.returncode == 77:
        pytest.skip("this Emacs has no Eglot")
    assert done.returncode == 0, done.stderr[-2000:]
    assert all(code in done.stdout for code in ("CT310", "CT407", "CT601"))
    assert "<GreetingName>None</GreetingName>" in done.stdout
    assert "<OrganizationState>MA</OrganizationState>" in done.stdout
    body = done.stdout.partition("@body ")[2]
    assert '"name": "cmp_name"' in body
    assert '"state_code": "MA"' in body
