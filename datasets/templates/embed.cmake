# Writes OUT, a C file with a row for each template: the file's name, its first comment as a summary, its whole text.
# Usage: cmake -DOUT=file.c "-DSOURCES=a.yaml;b.yaml" -P embed.cmake
set(texts "")
set(rows "")
set(count 0)
foreach(source IN LISTS SOURCES)
  get_filename_component(name ${source} NAME_WE)
  file(STRINGS ${source} summary LIMIT_COUNT 1)
  string(REGEX REPLACE "^# *" "" summary "${summary}")
  string(REGEX REPLACE "([\\\\\"])" "\\\\\\1" summary "${summary}")
  file(READ ${source} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND texts "static const char text_${count}[] = {${bytes}0};\n")
  string(APPEND rows "    {\"${name}\", \"${summary}\", text_${count}},\n")
  math(EXPR count "${count} + 1")
endforeach()
file(WRITE ${OUT} "/* Generated from datasets/templates/ at build time. */\n#include \"model/template.h\"\n${texts}"
                  "const struct template template_table[] = {\n${rows}};\nconst size_t template_count = ${count};\n")
