# Writes OUT, a C file that holds every source as a string: PREFIX<name> for <name>.cl, <name>.h or <name>.csv, as HEADER declares them.
# Usage: cmake -DOUT=file.c "-DSOURCES=a.cl;b.h" [-DPREFIX=kernel_ -DHEADER=compute/kernels.h] -P embed.cmake
if(NOT PREFIX)
  set(PREFIX kernel_)
  set(HEADER compute/kernels.h)
endif()
set(code "/* Generated at build time. */\n#include \"${HEADER}\"\n")
foreach(source IN LISTS SOURCES)
  get_filename_component(name ${source} NAME_WE)
  file(READ ${source} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  string(APPEND code "static const char ${name}_bytes[] = {${bytes}0};\nconst char *const ${PREFIX}${name} = ${name}_bytes;\n")
endforeach()
file(WRITE ${OUT} "${code}")
