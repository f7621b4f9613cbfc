# Writes OUT, a C file that holds every kernel source as a string: kernel_<name> for <name>.cl and <name>.h.
# Usage: cmake -DOUT=file.c "-DSOURCES=a.cl;b.h" -P embed.cmake
set(code "/* Generated from kernels/ at build time. */\n#include \"compute/kernels.h\"\n")
foreach(source IN LISTS SOURCES)
  get_filename_component(name ${source} NAME_WE)
  file(READ ${source} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND code "static const char ${name}_bytes[] = {${bytes}0};\nconst char *const kernel_${name} = ${name}_bytes;\n")
endforeach()
file(WRITE ${OUT} "${code}")
