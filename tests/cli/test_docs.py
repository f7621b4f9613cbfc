"""What the documents name exists: commands, options, scripts, presets, files, pages."""
import json
import re
import unittest

from acted import SOURCE, call, command_names, main

PAGES = [SOURCE / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md")]


class Docs(unittest.TestCase):
    def found(self, pattern):
        """(page, match) of a pattern in all pages; at least one, or the pattern itself is out of date."""
        hits = [(page.name, match) for page in PAGES for match in re.findall(pattern, page.read_text(), re.M)]
        self.assertTrue(hits, pattern)
        return hits

    def test_commands_and_their_options(self):
        for page, (name, rest) in self.found(r"^ {4}(?:\S*/)?lodescan ([a-z]+)(.*)$"):
            self.assertIn(name, command_names(), page)
            known = call(name, "--help")[1]
            for option in re.findall(r"(?<!\S)(--?[a-z]+)", rest.split("#")[0]):
                self.assertRegex(known, rf"(?m)^ .*{option}\b", page)

    def test_scripts(self):
        for page, path in self.found(r"^ {4}((?:tests|datasets)/\S*)"):
            self.assertTrue((SOURCE / path).exists(), f"{page}: {path}")
        options = (SOURCE / "tests/run").read_text()
        for page, option in self.found(r"^ {4}tests/run (--\w+)"):
            self.assertIn(f" {option})", options, page)

    def test_presets(self):
        presets = json.loads((SOURCE / "CMakePresets.json").read_text())
        for kind in ("configure", "build", "test"):
            names = {preset["name"] for preset in presets[kind + "Presets"] if not preset.get("hidden")}
            flag = {"configure": r"cmake", "build": r"cmake --build", "test": r"ctest"}[kind]
            for page, name in self.found(flag + r" --preset ([\w-]+)"):
                self.assertIn(name, names, page)

    def test_linked_and_named_files(self):
        for page in PAGES:
            for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
                if not target.startswith("https:"):
                    self.assertTrue((page.parent / target).exists(), f"{page.name}: {target}")
        for page, path in self.found(r"`((?:host|kernels|tests|include|docs)/[a-z0-9_/.-]+\.(?:c|h|py|md))`"):
            self.assertTrue((SOURCE / path).exists(), f"{page}: {path}")


if __name__ == "__main__":
    main()
