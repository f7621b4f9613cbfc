"""Every command of the guide works as it stands, and prints what the guide shows."""
import re
import unittest

from page import DATA, NOT_RUN, REAL, SOURCE, blocks, folder_for, missing_line, pages, run_line


class Guide(unittest.TestCase):
    def run_page(self, page):
        folder, printed = folder_for(page), None
        for kind, name, lines, number in blocks(page):
            where = f"{page.name}:{number}"
            if kind == "yaml" and name:
                (folder / name).write_text("\n".join(lines) + "\n")
            elif kind == "sh":
                printed = self.run_block(lines, folder, where)
            elif kind == "text" and printed is not None:
                self.assertIsNone(missing_line(lines, printed), f"{where} shows what was not printed:\n{printed}")

    def run_block(self, lines, folder, where):
        printed = ""
        for line in "\n".join(lines).replace("\\\n", " ").splitlines():
            command = re.sub(r"\s+#.*", "", line).strip()
            if not command:
                continue
            code, said = run_line(NOT_RUN[command][1] if command in NOT_RUN else command, folder)
            wanted = re.search(r"# exits (\d+)$", line)
            self.assertEqual(code, int(wanted[1]) if wanted else 0, f"{where}: {line}\n{said}")
            printed += said
        return printed

    def test_pages(self):
        self.assertIn(SOURCE / "docs/tutorial.md", pages())
        for page in pages():
            if page.name in REAL and not (DATA / REAL[page.name]).is_dir():
                continue
            with self.subTest(page.name):
                self.run_page(page)

    def test_what_is_not_run_is_there(self):
        lines = {re.sub(r"\s+#.*", "", line) for page in pages() for kind, _, some, _ in blocks(page) if kind == "sh" for line in some}
        for command in NOT_RUN:
            self.assertIn(command, lines)

    def test_lines_are_looked_for_in_order(self):
        self.assertIsNone(missing_line(["a", "...", "c"], "a\nb\nc\n"))
        self.assertIsNone(missing_line(["b", "c"], "a\nb\nc\n"))
        self.assertEqual(missing_line(["a", "c"], "a\nb\nc\n"), "c")
        self.assertEqual(missing_line(["c", "...", "a"], "a\nb\nc\n"), "a")
        self.assertEqual(missing_line(["1.01"], "1.02\n"), "1.01")


if __name__ == "__main__":
    unittest.main()
